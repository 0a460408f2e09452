/**
 * A program's directory to pack, for the tests of packing.
 *
 * @module
 */

import type { PackOptions } from "../../lib/ieo/pack.ts";
import { DISK, PUBLISHER } from "./samples.ts";

/** What to write, by path; a path that ends in a slash is a directory. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes files; a name that ends in a slash is a directory. */
export async function build(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = `${directory}/${path}`;
    const parent = full.slice(0, full.lastIndexOf("/"));
    await Deno.mkdir(parent, { recursive: true });
    if (path.endsWith("/")) continue;
    await (typeof content === "string"
      ? Deno.writeTextFile(full, content)
      : Deno.writeFile(full, content));
  }
}

/** Packs `<directory>/program` into `<directory>/tool.ieo`. */
export function optionsFor(
  directory: string,
  changes: Partial<PackOptions> = {},
): PackOptions {
  return {
    disk: DISK,
    directory: `${directory}/program`,
    name: "tool",
    version: "1.0",
    serial: 3,
    publisher: PUBLISHER,
    output: `${directory}/tool.ieo`,
    ...changes,
  };
}
