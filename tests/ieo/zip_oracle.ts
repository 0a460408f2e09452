/**
 * Another reader of zips, to hold ours against: zip.js, at its strictest. What
 * ours takes, it must take as well, and find the same in it.
 *
 * @module
 */

import {
  configure,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
} from "@zip-js/zip-js";

// Its web workers keep a process alive for 5 s after the last use.
configure({ useWebWorkers: false });

/** Files by name, directories with null; throws what it finds wrong. */
export async function readAsOthersDo(
  zip: Uint8Array,
): Promise<Map<string, Uint8Array | null>> {
  const found = new Map<string, Uint8Array | null>();
  const reader = new ZipReader(new Uint8ArrayReader(zip), {
    strictness: "strict",
    checkCrc32: true,
  });
  for (const entry of await reader.getEntries()) {
    if (found.has(entry.filename)) throw new Error("A name is there twice");
    found.set(
      entry.filename,
      entry.directory ? null : await entry.getData(new Uint8ArrayWriter()),
    );
  }
  await reader.close();
  return found;
}
