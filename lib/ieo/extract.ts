/**
 * Writing a package's files into an empty directory. Every file is bounded by
 * its declared size while it is inflated and must then have the size and hash
 * that the manifest gives, and it gets the manifest's mode: what the zip says
 * of modes is never used, so setuid and its like cannot come through (Z-05).
 *
 * It expects entries that `zip_rules.ts` found to be exactly the manifest's.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Disk, DiskFile } from "../host/disk.ts";
import { ok, type Outcome } from "../trust/outcome.ts";
import { describe } from "../trust/shape.ts";
import { inflate, TooLongError } from "./inflate.ts";
import {
  contentBytesOf,
  type Manifest,
  type ManifestFile,
} from "./manifest.ts";
import { type PackageFault, refuse } from "./package_fault.ts";
import { ancestorsOf, MANIFEST_NAME } from "./paths.ts";
import { zipErrorSentence } from "./zip_errors.ts";
import type { FileEntry } from "./zip_library.ts";
import type { DiskFileReader } from "./zip_reader.ts";

/** Told after every piece: bytes done, bytes in all. */
export type Progress = (doneBytes: number, totalBytes: number) => void;

const DIRECTORY_MODE = 0o755;
const MANIFEST_MODE = 0o644;

/** What an extraction needs of the opened package. */
export interface ExtractionOptions {
  readonly disk: Disk;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly reader: DiskFileReader;
}

/** Extracts one package; may run once. */
export class Extraction {
  readonly #options: ExtractionOptions;
  readonly #files: ReadonlyMap<string, ManifestFile>;
  readonly #made = new Set<string>();
  readonly #totalBytes: number;
  #doneBytes = 0;
  /** What the disk threw, when it did: it is thrown on, not a package fault. */
  #worldError: unknown = null;

  constructor(options: ExtractionOptions) {
    const { files } = options.manifest;
    this.#options = options;
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#totalBytes = contentBytesOf(options.manifest);
  }

  /**
   * Writes the manifest, the directories and the files of these entries.
   *
   * @throws what the disk throws.
   */
  async run(
    entries: readonly FileEntry[],
    directory: string,
    onProgress: Progress = () => {},
  ): Promise<Outcome<void, PackageFault>> {
    const { manifest, manifestBytes } = this.#options;
    await this.#write(
      `${directory}/${MANIFEST_NAME}`,
      MANIFEST_MODE,
      (file) => file.write(manifestBytes),
    );
    for (const path of manifest.directories) {
      await this.#makeDirectories(directory, [...ancestorsOf(path), path]);
    }
    for (const entry of entries) {
      const file = this.#files.get(entry.filename);
      if (file === undefined) continue; // A directory.
      await this.#makeDirectories(directory, ancestorsOf(file.path));
      const problem = await this.#extractFile(
        entry,
        file,
        directory,
        (bytes) => onProgress(this.#doneBytes += bytes, this.#totalBytes),
      );
      if (problem !== null) {
        return refuse(
          "package",
          `Cannot unpack ${manifest.name} ${manifest.version}: ` +
            `${describe(file.path)}: ${problem}`,
        );
      }
    }
    return ok(undefined);
  }

  async #makeDirectories(
    root: string,
    paths: readonly string[],
  ): Promise<void> {
    const { disk } = this.#options;
    for (const path of paths) {
      if (this.#made.has(path)) continue;
      // Recursive, because `Pod` may be there already as `pod`.
      await disk.makeDirectory(`${root}/${path}`, {
        recursive: true,
        mode: DIRECTORY_MODE,
      });
      // The mode above is cut by the umask of whoever runs us.
      await disk.chmod(`${root}/${path}`, DIRECTORY_MODE);
      this.#made.add(path);
    }
  }

  /** What is wrong with the entry's content, as a sentence; null when nothing. */
  async #extractFile(
    entry: FileEntry,
    { path, size, sha256, mode }: ManifestFile,
    directory: string,
    onBytes: (bytes: number) => void,
  ): Promise<string | null> {
    const hash = createHash("sha256");
    try {
      await this.#write(
        `${directory}/${path}`,
        mode,
        (file) =>
          inflate(entry, size, async (chunk) => {
            hash.update(chunk);
            await this.#inWorld(() => file.write(chunk));
            onBytes(chunk.length);
          }),
      );
    } catch (error) {
      const worldError = this.#worldError ?? this.#options.reader.worldError;
      if (worldError !== null) throw worldError;
      return error instanceof TooLongError
        ? error.message
        : zipErrorSentence(error);
    }
    // The library has compared the size already; the hash covers it as well.
    return hash.digest("hex") === sha256
      ? null
      : "its content is not the one the manifest names";
  }

  async #write(
    path: string,
    mode: number,
    fill: (file: DiskFile) => Promise<void>,
  ): Promise<void> {
    const { disk } = this.#options;
    const file = await this.#inWorld(() =>
      disk.open(path, { write: true, createNew: true, mode })
    );
    try {
      await fill(file);
    } finally {
      file.close();
    }
    await this.#inWorld(() => disk.chmod(path, mode));
  }

  async #inWorld<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      this.#worldError ??= error;
      throw error;
    }
  }
}
