/**
 * The files of this repository, as the checks of its own tree read them.
 *
 * @module
 */

import { relative } from "node:path";

/** What is made, fetched or kept by tools, and not written by people. */
const SKIPPED = new Set([".git", ".cache", "dist", "node_modules", "vectors"]);

const FILE_BYTES_MAX = 1_000_000;

export interface Source {
  /** From the root of the repository, with `/` on every system. */
  readonly path: string;
  readonly text: string;
}

/**
 * Every text file below `root` (a directory's path) whose name ends in one of
 * `extensions`, sorted by path.
 */
export async function readSources(
  root: string,
  extensions: readonly string[],
): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const path of walk(root)) {
    if (!extensions.some((extension) => path.endsWith(extension))) continue;
    sources.push({
      path: relative(root, path).replaceAll("\\", "/"),
      text: await Deno.readTextFile(path),
    });
  }
  return sources.sort((one, other) => one.path < other.path ? -1 : 1);
}

async function* walk(directory: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(directory)) {
    if (SKIPPED.has(entry.name)) continue;
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else if (entry.isFile && (await Deno.stat(path)).size < FILE_BYTES_MAX) {
      yield path;
    }
  }
}
