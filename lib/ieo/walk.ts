/**
 * What a directory would put into a package: its files and its empty
 * directories. Whatever no package can hold on every target (a symlink, a
 * device, a name that some system refuses) stops the packing with a sentence
 * that says what to do; nothing is left out in silence.
 *
 * @module
 */

import type { Disk, Entry } from "../host/disk.ts";
import { describe } from "../trust/shape.ts";
import { type FileMode, FILES_MAX } from "./manifest.ts";
import { clashOf, faultOfPath } from "./paths.ts";

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
}

/** What a directory would put into a package. */
export interface Found {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** The empty ones, sorted. */
  readonly directories: readonly string[];
}

/**
 * Lists a program's directory.
 *
 * @throws {PackError} for anything that no package can hold.
 */
export async function walkProgram(
  disk: Disk,
  directory: string,
): Promise<Found> {
  const stat = await disk.stat(directory);
  if (stat?.kind !== "directory") {
    throw new PackError(`Cannot pack "${directory}": it is not a directory`);
  }
  const files: FoundFile[] = [];
  const directories: string[] = [];
  await walk(disk, directory, "", files, directories);
  if (files.length === 0) {
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

async function walk(
  disk: Disk,
  root: string,
  below: string,
  files: FoundFile[],
  directories: string[],
): Promise<void> {
  const here = below === "" ? root : `${root}/${below}`;
  const entries = await Array.fromAsync(disk.list(here));
  if (entries.length === 0 && below !== "") directories.push(below);
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    refuseUnfit(root, path, entry);
    if (entry.kind === "directory") {
      await walk(disk, root, path, files, directories);
      continue;
    }
    const stat = await disk.stat(`${root}/${path}`);
    const isProgram = ((stat?.mode ?? 0) & 0o111) !== 0;
    files.push({ path, mode: isProgram ? 0o755 : 0o644 });
    if (files.length > FILES_MAX) {
      throw new PackError(
        `Cannot pack "${root}": it holds more than ${FILES_MAX} files; put ` +
          "them into an archive of your own inside the package",
      );
    }
  }
}

function refuseUnfit(root: string, path: string, entry: Entry): void {
  const problem = faultOfPath(path);
  const shown = `${describe(path)} in "${root}"`;
  if (problem !== null) {
    throw new PackError(`Cannot pack ${shown}: it ${problem}; rename it`);
  }
  if (entry.kind === "symlink") {
    throw new PackError(
      `Cannot pack ${shown}: it is a symlink; put the file it points to in ` +
        "its place, or make the link when the program starts",
    );
  }
  if (entry.kind === "other") {
    throw new PackError(
      `Cannot pack ${shown}: it is neither a regular file nor a directory; ` +
        "remove it",
    );
  }
}
