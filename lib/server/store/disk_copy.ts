/**
 * A copy of a file, piece by piece, so that other work goes on meanwhile.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";

const PIECE_BYTES = 262_144;

/**
 * Copies a file; when this resolves the copy's bytes are on the medium.
 *
 * @throws what the disk throws; also when the copy is there already.
 */
export async function copyFile(
  disk: Pick<Disk, "open">,
  from: string,
  to: string,
  mode: number,
): Promise<void> {
  const source = await disk.open(from, { read: true });
  try {
    const copy = await disk.open(to, { write: true, createNew: true, mode });
    try {
      const piece = new Uint8Array(PIECE_BYTES);
      for (;;) {
        const count = await source.read(piece);
        if (count === null) break;
        await copy.write(piece.subarray(0, count));
      }
      await copy.sync();
    } finally {
      copy.close();
    }
  } finally {
    source.close();
  }
}
