/**
 * The content of one entry, piece by piece and never more of it than its
 * declared size allows: an entry that lies is stopped at the first byte too
 * many (Z-12), and what it would have become is never held.
 *
 * @module
 */

import { concat } from "../trust/bytes.ts";
import type { FileEntry } from "./zip_library.ts";

/** The entry went on after its declared end. */
export class TooLongError extends Error {
  override readonly name = "TooLongError";
}

/**
 * Gives `onChunk` the content of an entry in order; each chunk is at most
 * `CHUNK_BYTES` long and may be kept.
 *
 * @throws {TooLongError} before a chunk that goes past `bytesMax` is given.
 * @throws what the library throws for damaged data or a wrong CRC, and what
 * `onChunk` throws.
 */
export async function inflate(
  entry: FileEntry,
  bytesMax: number,
  onChunk: (chunk: Uint8Array) => void | Promise<void>,
): Promise<void> {
  let given = 0;
  await entry.getData(
    new WritableStream<Uint8Array>({
      write(chunk) {
        given += chunk.length;
        if (given > bytesMax) {
          throw new TooLongError(`it holds more than ${bytesMax} bytes`);
        }
        return onChunk(chunk);
      },
    }),
  );
}

/** The whole content of a small entry; throws as `inflate` does. */
export async function inflateSmall(
  entry: FileEntry,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const size = Math.min(entry.uncompressedSize, bytesMax);
  await inflate(entry, size, (chunk) => void chunks.push(chunk));
  return concat(...chunks);
}
