/**
 * A file on its way to the server: read piece by piece, as fast as the other
 * end takes it.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { CliFailure } from "./failure.ts";

const PIECE_BYTES = 262_144;

/**
 * The bytes of a file. The stream closes the file at its end, at an error and
 * when the other end lets go of it.
 *
 * @throws {CliFailure} when there is no such file.
 */
export async function streamFile(
  disk: Disk,
  path: string,
  onProgress: (done: number, total: number) => void,
): Promise<ReadableStream<Uint8Array>> {
  const stat = await disk.stat(path);
  if (stat === null) {
    throw new CliFailure("notFound", `There is no file "${path}"`);
  }
  const file = await disk.open(path, { read: true });
  let done = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = new Uint8Array(PIECE_BYTES);
        const count = await file.read(piece);
        if (count === null) {
          file.close();
          controller.close();
          return;
        }
        done += count;
        onProgress(done, stat.size);
        controller.enqueue(piece.subarray(0, count));
      } catch (error) {
        file.close();
        throw error;
      }
    },
    cancel() {
      file.close();
    },
  }, { highWaterMark: 1 });
}
