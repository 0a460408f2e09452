/**
 * What a directory would put into a package: its files and its empty
 * directories. Whatever no package can hold on every target (a symlink, a
 * device, a name that some system refuses) stops the packing with a sentence
 * that says what to do; nothing is left out in silence.
 *
 * @module
 */

import type { Disk, Entry } from "../../host/disk.ts";
import { describe } from "../../trust/shape.ts";
import { eachAtOnce } from "../at_once.ts";
import { type FileMode, FILES_MAX } from "../manifest.ts";
import { clashOf, faultOfPath } from "../paths.ts";

/** Directories read beside each other. */
const DIRECTORIES_AT_ONCE = 4;
/** Files looked at together: most of a look is waiting for the disk. */
export const STATS_AT_ONCE = 16;

/** The directory cannot become a package as it is; the message says why. */
export class PackError extends Error {
  override readonly name = "PackError";
}

/** One file that goes into the package. */
export interface FoundFile {
  /** With slashes, relative to the directory. */
  readonly path: string;
  /** Any of the execute bits becomes 0755, none of them 0644. */
  readonly mode: FileMode;
  /** Bytes, when it was looked at. */
  readonly size: number;
  /** The permission bits on this disk, setuid and its like included. */
  readonly bits: number;
  /** When it last changed, as `Stat` tells it. */
  readonly changedMs: number | null;
}

/** What a directory would put into a package. */
export interface Found {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** The empty ones, sorted. */
  readonly directories: readonly string[];
}

/** What else a walk is told. */
export interface WalkOptions {
  /**
   * Is this file or directory left out, with all that is in it? It is asked
   * before anything else is, so that a symlink can be left out as well.
   */
  readonly isLeftOut?: (path: string) => boolean;
  /** True when a package without a file is what is wanted. */
  readonly mayBeEmpty?: boolean;
}

/**
 * Lists a program's directory.
 *
 * @throws {PackError} for anything that no package can hold.
 */
export async function walkProgram(
  disk: Disk,
  directory: string,
  options: WalkOptions = {},
): Promise<Found> {
  const stat = await disk.stat(directory);
  if (stat?.kind !== "directory") {
    throw new PackError(
      `Cannot pack "${directory}": ${
        stat === null ? "there is no such directory" : "it is not a directory"
      }`,
    );
  }
  const walk = new Walk(disk, directory, options);
  await walk.run();
  const { files, directories } = walk;
  if (files.length === 0 && options.mayBeEmpty !== true) {
    throw new PackError(`Cannot pack "${directory}": there is no file in it`);
  }
  const clash = clashOf(files.map(({ path }) => path), directories);
  if (clash !== null) {
    throw new PackError(
      `Cannot pack "${directory}": ${clash}; rename one of them`,
    );
  }
  files.sort((a, b) => a.path < b.path ? -1 : 1);
  return { files, directories: directories.sort() };
}

/** One walk, and what it has found. */
class Walk {
  readonly files: FoundFile[] = [];
  readonly directories: string[] = [];
  readonly #disk: Disk;
  readonly #root: string;
  readonly #isLeftOut: (path: string) => boolean;

  constructor(disk: Disk, root: string, { isLeftOut }: WalkOptions) {
    this.#disk = disk;
    this.#root = root;
    this.#isLeftOut = isLeftOut ?? (() => false);
  }

  /** Level by level: the directories of one are looked at together. */
  async run(): Promise<void> {
    let level = [""];
    while (level.length > 0) {
      const next: string[] = [];
      await eachAtOnce(level, DIRECTORIES_AT_ONCE, async (below) => {
        for (const path of await this.#enter(below)) next.push(path);
      });
      level = next;
    }
  }

  /** The directories in this one. */
  async #enter(below: string): Promise<string[]> {
    const here = below === "" ? this.#root : `${this.#root}/${below}`;
    const entries = await Array.fromAsync(this.#disk.list(here));
    if (entries.length === 0 && below !== "") this.directories.push(below);
    const files: string[] = [];
    const directories: string[] = [];
    for (const entry of entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (this.#isLeftOut(path)) continue;
      refuseUnfit(this.#root, path, entry);
      if (entry.kind === "directory") directories.push(path);
      else files.push(path);
      this.#refuseTooMany(this.files.length + files.length);
    }
    await eachAtOnce(files, STATS_AT_ONCE, (path) => this.#take(path));
    return directories;
  }

  async #take(path: string): Promise<void> {
    const stat = await this.#disk.stat(`${this.#root}/${path}`);
    const { mode: bits = 0, size = 0, changedMs = null } = stat ?? {};
    const mode = (bits & 0o111) === 0 ? 0o644 : 0o755;
    this.files.push({ path, mode, size, bits, changedMs });
  }

  #refuseTooMany(files: number): void {
    if (files <= FILES_MAX) return;
    throw new PackError(
      `Cannot pack "${this.#root}": it holds more than ${FILES_MAX} files; ` +
        "put them into an archive of your own inside the package",
    );
  }
}

function refuseUnfit(root: string, path: string, entry: Entry): void {
  const problem = faultOfPath(path);
  const shown = `${describe(path)} in "${root}"`;
  if (problem !== null) {
    throw new PackError(
      `Cannot pack ${shown}: it ${problem}; rename it, or leave it out with ` +
        "exclude in ieo.toml",
    );
  }
  if (entry.kind === "symlink") {
    throw new PackError(
      `Cannot pack ${shown}: it is a symlink; put the file it points to in ` +
        "its place (cp -L does), make the link in a postinstall hook, or " +
        "leave it out with exclude in ieo.toml",
    );
  }
  if (entry.kind === "other") {
    throw new PackError(
      `Cannot pack ${shown}: it is neither a regular file nor a directory; ` +
        "remove it, or leave it out with exclude in ieo.toml",
    );
  }
}
