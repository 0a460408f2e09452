/**
 * A document that is kept as it came: one member of gzip (RFC 1952). It is
 * unpacked in pieces, and never further than its announced size, so what a
 * small file would become is never held (S-17).
 *
 * Read is the form that agents write: a head of ten bytes without any option,
 * one member, and nothing behind it.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import type { Disk, DiskFile } from "../../host/disk.ts";
import { inflatePieces } from "../../ieo/zip/inflate.ts";
import { equalBytes } from "../../trust/bytes.ts";

/** RFC 1952 2.3: magic, deflate, no option. */
const HEAD_BEGINS = Uint8Array.of(0x1f, 0x8b, 8, 0);
/** With the time, and two hints that mean nothing here. */
const HEAD_BYTES = 10;
/** CRC-32 and size, little-endian. */
const TAIL_BYTES = 8;

/**
 * Read at once: it becomes some 150 KB of a list, so the server's other work
 * goes on between two blocks.
 */
const BLOCK_BYTES = 16_384;

/** Where a packed document is, and what it should become. */
export interface PackedDocument {
  readonly disk: Pick<Disk, "open" | "stat">;
  readonly path: string;
  /** Bytes of the document. */
  readonly size: number;
}

/**
 * Unpacks the document; `onPiece` gets its bytes in order, each piece good
 * until the promise is fulfilled, and `size` of them at most. Returns what is
 * wrong with it, a clause about the document, "it"; null when nothing is.
 *
 * @throws what the disk and `onPiece` throw.
 */
export async function unpack(
  { disk, path, size }: PackedDocument,
  onPiece: (piece: Uint8Array) => Promise<void>,
): Promise<string | null> {
  const packed = (await disk.stat(path))?.size ?? 0;
  if (packed < HEAD_BYTES + TAIL_BYTES) return CUT;
  const file = await disk.open(path, { read: true });
  try {
    const head = await readExactly(file, HEAD_BYTES);
    if (!equalBytes(head.subarray(0, HEAD_BEGINS.length), HEAD_BEGINS)) {
      return "it is not packed by gzip";
    }
    let sum = 0;
    const body = blocksOf(file, packed - HEAD_BYTES - TAIL_BYTES);
    const wrong = await inflatePieces(body, size, async (piece) => {
      sum = crc32(piece, sum);
      await onPiece(piece);
    });
    if (wrong !== null) return wrong;
    const { buffer } = await readExactly(file, TAIL_BYTES);
    const tail = new DataView(buffer);
    const isWhole = tail.getUint32(0, true) === sum &&
      tail.getUint32(4, true) === size % 2 ** 32;
    return isWhole ? null : "its check sum is another one";
  } finally {
    file.close();
  }
}

const CUT = "it is cut off";

/** Each block is good until the next is asked for. */
async function* blocksOf(
  file: DiskFile,
  count: number,
): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (let left = count; left > 0;) {
    const got = await file.read(block.subarray(0, Math.min(left, BLOCK_BYTES)));
    if (got === null) return;
    yield block.subarray(0, got);
    left -= got;
  }
}

/** @throws {RangeError} when the file has become shorter meanwhile. */
async function readExactly(
  file: DiskFile,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const got = await file.read(bytes.subarray(filled));
    if (got === null) throw new RangeError("A list's file became shorter");
    filled += got;
  }
  return bytes;
}
