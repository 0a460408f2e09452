/**
 * Where the bytes of a transfer come from, as one function: fill this buffer,
 * tell how far you got.
 *
 * @module
 */

import type { DiskFile } from "../host/disk.ts";

/**
 * Fills the buffer, and tells how many bytes it got: fewer than its length
 * only when there are no more.
 */
export type Fill = (into: Uint8Array) => Promise<number>;

/** From the file's position on; throws what the disk throws. */
export function fillFromFile(file: DiskFile): Fill {
  return async (into) => {
    let filled = 0;
    while (filled < into.length) {
      const count = await file.read(into.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return filled;
  };
}

/** From bytes in memory, from `offset` on. */
export function fillFromBytes(bytes: Uint8Array, offset: number): Fill {
  let at = offset;
  return (into) => {
    const next = bytes.subarray(at, at + into.length);
    into.set(next);
    at += next.length;
    return Promise.resolve(next.length);
  };
}
