/**
 * The directory that a package is unpacked into: files and directories with
 * exactly the modes they are to have, each directory made when the first thing
 * in it comes. Nothing is synced.
 *
 * @module
 */

import type { Disk, DiskFile } from "../host/disk.ts";
import type { FileMode, ManifestFile } from "./manifest.ts";
import { MANIFEST_NAME } from "./paths.ts";

/** Of every directory and every program: nothing asks for more than this. */
const MODE_MAX = 0o755;
const MANIFEST_MODE = 0o644;

/** Fills one empty directory. */
export class Tree {
  readonly #disk: Disk;
  readonly #root: string;
  /** By path; a directory that others wait for is being made. */
  readonly #made = new Map<string, Promise<void>>();
  /** Does a file that is made get less than the mode that it is made with? */
  #isModeCut = true;

  constructor(disk: Disk, root: string) {
    this.#disk = disk;
    this.#root = root;
  }

  /**
   * Writes the manifest, and finds out by it what becomes of modes here: the
   * umask cuts them, and the directory's access list may. Where they come out
   * whole, nothing needs to be said twice of thousands of files.
   */
  async begin(manifest: Uint8Array): Promise<void> {
    const path = `${this.#root}/${MANIFEST_NAME}`;
    await this.#write(path, MODE_MAX, (file) => file.write(manifest));
    const stat = await this.#disk.stat(path);
    this.#isModeCut = stat?.mode !== MODE_MAX;
    await this.#disk.chmod(path, MANIFEST_MODE);
  }

  /** Makes a directory, and what is above it; "" is the root, which is there. */
  makeDirectory(path: string): Promise<void> {
    if (path === "") return Promise.resolve();
    const made = this.#made.get(path) ?? this.#make(path);
    this.#made.set(path, made);
    return made;
  }

  async #make(path: string): Promise<void> {
    await this.makeDirectory(parentOf(path));
    const full = `${this.#root}/${path}`;
    // Recursive, because `Pod` may be there already as `pod`.
    await this.#disk.makeDirectory(full, { recursive: true, mode: MODE_MAX });
    if (this.#isModeCut) await this.#disk.chmod(full, MODE_MAX);
  }

  /** Makes a file, whose directory is there, and lets `fill` write it. */
  async writeFile(
    { path, mode }: Pick<ManifestFile, "path" | "mode">,
    fill: (file: DiskFile) => Promise<void>,
  ): Promise<void> {
    const full = `${this.#root}/${path}`;
    await this.#write(full, mode, fill);
    if (this.#isModeCut) await this.#disk.chmod(full, mode);
  }

  async #write(
    path: string,
    mode: FileMode,
    fill: (file: DiskFile) => Promise<void>,
  ): Promise<void> {
    const file = await this.#disk.open(path, {
      write: true,
      createNew: true,
      mode,
    });
    try {
      await fill(file);
    } finally {
      file.close();
    }
  }
}

/** The directory that a path of a package lies in; "" is the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
