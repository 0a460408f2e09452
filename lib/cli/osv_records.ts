/**
 * The records of an OSV export on disk, one after the other and never all at
 * once: an `all.zip` as OSV gives it for each ecosystem, a directory of such
 * zips or of records, a record, or a file with a record on each line.
 *
 * A zip is read from its beginning, as it was written: a list of names at its
 * end, which could be much larger than memory, is not needed.
 *
 * @module
 */

import { Unzip, UnzipInflate } from "fflate";
import { join } from "node:path";
import type { Disk } from "../host/disk.ts";
import { CliFailure } from "./failure.ts";

/** A record's text, or why there is none. */
export interface RecordText {
  /** For people: the file, and the entry in it. */
  readonly where: string;
  /** Null: it was longer than a record may be. */
  readonly json: string | null;
}

/** The longest record of today has some 3 MB. */
export const RECORD_BYTES_MAX = 16 * 1_024 * 1_024;

const PIECE_BYTES = 262_144;

/** Directories below the one that was named. */
const DEPTH_MAX = 4;

/**
 * All records below the path.
 *
 * @throws {CliFailure} when it is none of these, or cannot be read.
 */
export async function* osvRecords(
  disk: Disk,
  path: string,
  depth = 0,
): AsyncGenerator<RecordText> {
  const stat = await disk.stat(path);
  if (stat === null && depth === 0) {
    throw new CliFailure("notFound", `There is no "${path}"`);
  }
  if (stat?.kind === "directory") {
    if (depth >= DEPTH_MAX) return;
    const names: string[] = [];
    for await (const { name } of disk.list(path)) names.push(name);
    for (const name of names.sort()) {
      if (depth === 0 || !name.startsWith(".")) {
        yield* osvRecords(disk, join(path, name), depth + 1);
      }
    }
    return;
  }
  const read = READERS.find(([ending]) => path.endsWith(ending))?.[1];
  if (read !== undefined) yield* read(disk, path);
  else if (depth === 0) {
    throw new CliFailure(
      "usage",
      `Cannot read "${path}" as an OSV export: it is no .zip, .json or .jsonl ` +
        "file, and no directory of them",
    );
  }
}

type Reader = (disk: Disk, path: string) => AsyncGenerator<RecordText>;

const READERS: readonly (readonly [ending: string, read: Reader])[] = [
  [".zip", zipRecords],
  [".json", oneRecord],
  [".jsonl", lineRecords],
  [".ndjson", lineRecords],
];

async function* zipRecords(
  disk: Disk,
  path: string,
): AsyncGenerator<RecordText> {
  const ready: RecordText[] = [];
  let isZip = false;
  let open = 0;
  let tail = new Uint8Array(0);
  let fault: unknown = null;
  const unzip = new Unzip((file) => {
    isZip = true;
    if (!file.name.endsWith(".json")) return;
    const where = `${path}: ${file.name}`;
    const entry = new Gathered();
    open++;
    file.ondata = (error, bytes, isLast) => {
      if (error !== null) fault ??= error;
      else entry.take(bytes);
      if (error !== null || !isLast) return;
      ready.push({ where, json: entry.text() });
      open--;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for await (const piece of pieces(disk, path)) {
    try {
      unzip.push(piece);
    } catch (error) {
      fault ??= error;
    }
    yield* ready.splice(0);
    tail = endOf(tail, piece);
    if (fault !== null) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      throw notAnExport(path, `it is damaged (${reason})`);
    }
  }
  if (!isZip) throw notAnExport(path, "it is no zip, or an empty one");
  if (open > 0 || !hasEnd(tail)) throw notAnExport(path, "it is cut off");
}

/** The record at a zip's end, its comment included (APPNOTE.TXT, 4.3.16). */
const END_BYTES_MAX = 22 + 65_535;
const END_SIGNATURE = [0x50, 0x4b, 0x05, 0x06] as const;

function endOf(
  before: Uint8Array,
  piece: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + piece.length);
  both.set(before);
  both.set(piece, before.length);
  return both.slice(-END_BYTES_MAX);
}

/** Without it entries may be missing, and nothing would tell. */
function hasEnd(tail: Uint8Array): boolean {
  const [first, ...rest] = END_SIGNATURE;
  for (let at = tail.indexOf(first); at !== -1;) {
    if (rest.every((byte, place) => tail[at + 1 + place] === byte)) return true;
    at = tail.indexOf(first, at + 1);
  }
  return false;
}

async function* oneRecord(
  disk: Disk,
  path: string,
): AsyncGenerator<RecordText> {
  const record = new Gathered();
  for await (const piece of pieces(disk, path)) record.take(piece);
  yield { where: path, json: record.text() };
}

async function* lineRecords(
  disk: Disk,
  path: string,
): AsyncGenerator<RecordText> {
  let line = new Gathered();
  let number = 1;
  for await (const piece of pieces(disk, path)) {
    let start = 0;
    for (;;) {
      const end = piece.indexOf(0x0a, start);
      line.take(piece.subarray(start, end === -1 ? piece.length : end));
      if (end === -1) break;
      if (!line.isEmpty) {
        yield { where: `${path}: line ${number}`, json: line.text() };
      }
      line = new Gathered();
      number++;
      start = end + 1;
    }
  }
  if (!line.isEmpty) {
    yield { where: `${path}: line ${number}`, json: line.text() };
  }
}

/** The file's bytes; each piece is its reader's own. */
async function* pieces(
  disk: Disk,
  path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await disk.open(path, { read: true });
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await file.read(piece);
      if (count === null) return;
      yield piece.subarray(0, count);
    }
  } finally {
    file.close();
  }
}

/** The bytes of one record, as long as they may be. */
class Gathered {
  #pieces: Uint8Array[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  take(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > RECORD_BYTES_MAX) this.#pieces = [];
    else if (bytes.length > 0) this.#pieces.push(bytes.slice());
  }

  text(): string | null {
    if (this.#length > RECORD_BYTES_MAX) return null;
    const decoder = new TextDecoder();
    const parts = this.#pieces.map((piece) =>
      decoder.decode(piece, { stream: true })
    );
    return parts.join("") + decoder.decode();
  }
}

function notAnExport(path: string, found: string): CliFailure {
  return new CliFailure(
    "failed",
    `Cannot read "${path}" as an OSV export: ${found}`,
    { advice: ["Fetch it again, and copy it whole"] },
  );
}
