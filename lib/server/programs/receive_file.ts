/**
 * A stream of known length into a file.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/**
 * Writes the bytes into a new file at `path`. The fault is the end of a
 * sentence: there were more or fewer than `size`. What was written stays; the
 * caller removes it.
 *
 * @throws what the disk and the stream throw.
 */
export async function receiveFile(
  disk: Disk,
  path: string,
  size: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Outcome<void, string>> {
  const file = await disk.open(path, {
    write: true,
    create: true,
    truncate: true,
    mode: 0o644,
  });
  try {
    let count = 0;
    for await (const chunk of bytes) {
      count += chunk.length;
      if (count > size) return fault(`the file has more than ${size} bytes`);
      await file.write(chunk);
    }
    return count === size
      ? ok(undefined)
      : fault(`the file ended after ${count} of ${size} bytes`);
  } finally {
    file.close();
  }
}
