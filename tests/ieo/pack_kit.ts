/**
 * A program's directory to pack, for the tests of packing.
 *
 * @module
 */

import type { PackageDraft, PackOptions } from "../../lib/ieo/pack.ts";
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

/** What `optionsFor` packs. */
export const DRAFT: PackageDraft = { name: "tool", version: "1.0", serial: 3 };

/** Packs `<directory>/program` into `<directory>/tool.ieo`. */
export function optionsFor(
  directory: string,
  changes: Partial<PackOptions> = {},
): PackOptions {
  return {
    disk: DISK,
    directory: `${directory}/program`,
    draft: DRAFT,
    publisher: PUBLISHER,
    output: `${directory}/tool.ieo`,
    ...changes,
  };
}

/** Bytes that nothing can compress; the same seed gives the same. */
export function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  let state = seed * 2_654_435_761 >>> 0 || 1;
  // xorshift32: far too regular for secrets, far too irregular for deflate.
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return bytes;
}

/** Noise in which every second piece is one that was there before. */
export function mixed(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = noise(length, seed);
  for (let at = 2_000; at + 1_000 < length; at += 2_000) {
    bytes.copyWithin(at, at - 1_500, at - 500);
  }
  return bytes;
}
