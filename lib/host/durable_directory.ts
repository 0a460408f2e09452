/**
 * Directories that a power cut does not take away again: the name of each that
 * is made is synced in the one above it. What lies below is safe only as far as
 * every name on the way to it is.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "./disk.ts";

/** Makes the directory and what is missing above it; there already is fine. */
export async function makeDurableDirectory(
  disk: Disk,
  path: string,
  options: { readonly mode: number },
): Promise<void> {
  const missing: string[] = [];
  for (let at = path; await disk.stat(at) === null; at = dirname(at)) {
    missing.push(at);
    if (dirname(at) === at) break;
  }
  await disk.makeDirectory(path, { recursive: true, ...options });
  // From the top: a name is worth something in a directory that stays.
  for (const made of missing.reverse()) await disk.syncDirectory(dirname(made));
}
