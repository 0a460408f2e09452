/**
 * Is SQLite's write-ahead log whole? SQLite itself takes what it can read of
 * it and drops the rest without a word: right for the end of a log, which a
 * power cut may tear, and wrong for a log with a hole, behind which lie
 * changes that were acknowledged (B-03).
 *
 * The format: https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log".
 *
 * @module
 */

import type { Disk, DiskFile } from "../../host/disk.ts";

const HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
/** The last bit says in which order the checksums take their bytes. */
const MAGIC = 0x377f0682;
const PAGE_BYTES_MAX = 65_536;

/** Read at once. */
const BLOCK_FRAMES = 64;

/**
 * Transactions behind a hole that a power cut explains: the one that was being
 * written.
 */
const TORN_MAX = 1;

/** What is wrong with the log, a clause about it; null when nothing is. */
export async function faultOfLog(
  disk: Pick<Disk, "open">,
  path: string,
): Promise<string | null> {
  const file = await disk.open(path, { read: true });
  try {
    return await faultOf(file);
  } finally {
    file.close();
  }
}

async function faultOf(file: DiskFile): Promise<string | null> {
  const head = new Uint8Array(HEAD_BYTES);
  const count = await fill(file, head);
  if (count === 0) return null; // What that means is not the log's to say.
  const view = new DataView(head.buffer);
  const isBigEndian = view.getUint32(0) === MAGIC + 1;
  const pageBytes = view.getUint32(8);
  const sums = new Sums(!isBigEndian);
  sums.add(view, 0, 24);
  const isHead = count === HEAD_BYTES &&
    (isBigEndian || view.getUint32(0) === MAGIC) &&
    pageBytes >= 512 && pageBytes <= PAGE_BYTES_MAX && sums.are(view, 24);
  if (!isHead) return "its head is damaged";
  const lost = await transactionsBehindHole(file, view, sums);
  return lost > TORN_MAX
    ? `it is damaged: ${lost} transactions lie behind a hole`
    : null;
}

/** How many transactions SQLite would not find. */
async function transactionsBehindHole(
  file: DiskFile,
  head: DataView,
  sums: Sums,
): Promise<number> {
  const frameBytes = FRAME_HEAD_BYTES + head.getUint32(8);
  const block = new Uint8Array(BLOCK_FRAMES * frameBytes);
  const view = new DataView(block.buffer);
  let isWhole = true;
  let lost = 0;
  for (;;) {
    const count = Math.floor(await fill(file, block) / frameBytes);
    for (let frame = 0; frame < count; frame++) {
      const at = frame * frameBytes;
      // Of an earlier round of the log, whose end was not written over.
      const isOurs = view.getUint32(at + 8) === head.getUint32(16) &&
        view.getUint32(at + 12) === head.getUint32(20);
      if (isWhole && isOurs) {
        sums.add(view, at, 8);
        sums.add(view, at + FRAME_HEAD_BYTES, frameBytes - FRAME_HEAD_BYTES);
      }
      isWhole &&= isOurs && sums.are(view, at + 16);
      const isCommit = view.getUint32(at + 4) !== 0;
      if (!isWhole && isOurs && isCommit) lost++;
    }
    if (count < BLOCK_FRAMES) return lost;
  }
}

/** The checksums of a log, each of which goes on from the one before. */
class Sums {
  readonly #isLittleEndian: boolean;
  #a = 0;
  #b = 0;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  add(view: DataView, from: number, count: number): void {
    const isLittle = this.#isLittleEndian;
    let [a, b] = [this.#a, this.#b];
    for (let at = from; at < from + count; at += 8) {
      a = (a + view.getUint32(at, isLittle) + b) >>> 0;
      b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0;
    }
    [this.#a, this.#b] = [a, b];
  }

  /** Are they what is written here? */
  are(view: DataView, at: number): boolean {
    return view.getUint32(at) === this.#a && view.getUint32(at + 4) === this.#b;
  }
}

/** Bytes read, which are fewer at the end of the file. */
async function fill(file: DiskFile, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const got = await file.read(into.subarray(filled));
    if (got === null) break;
    filled += got;
  }
  return filled;
}
