/**
 * The journal's records as bytes. One record is one line,
 *
 *     17 6f1ed002ab559585 {"do":"commit","id":"15-3-1"}\n
 *
 * its sequence number, the first 8 bytes of the SHA-256 of "17 {...}" in
 * hexadecimal, and its JSON. Numbers grow by one from line to line; the first
 * line of a file may have any. A line that was cut by a crash can only be the
 * last one, and is dropped; a line that is wrong before a right one means that
 * the file was damaged, and nothing of it may be guessed.
 *
 * Pure. What an entry says is `entries.ts`; what the entries mean together is
 * for `journal_state.ts`.
 *
 * @module
 */

import { fromUtf8, sha256, toHex, utf8 } from "../../trust/bytes.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { sentenceOf } from "../../trust/shape.ts";
import { ENTRY, type JournalEntry } from "./entries.ts";

/** What stands in a journal. */
export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /** The number that the next record takes. */
  readonly nextSequence: number;
  /** Where the good records end; what follows was cut by a crash. */
  readonly goodBytes: number;
}

/** One record, with its end of line. */
export function encodeRecord(
  sequence: number,
  entry: JournalEntry,
): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(
    entry,
    (_key, value) => typeof value === "bigint" ? value.toString() : value,
  );
  return utf8(`${sequence} ${checksum(`${sequence} ${json}`)} ${json}\n`);
}

/** Why a record could not be read again, a sentence; null when it can. */
export function faultOfRecord(record: Uint8Array): string | null {
  const line = readLine(record.subarray(0, -1));
  if (line === null) return "It is no record";
  const read = ENTRY(line.value, "");
  return read.ok ? null : sentenceOf(read.fault);
}

/**
 * Reads a whole journal. The fault says at which byte it was damaged, and how:
 * the end of a sentence that begins with the journal's path.
 */
export function decodeJournal(
  bytes: Uint8Array,
): Outcome<JournalContent, string> {
  const entries: JournalEntry[] = [];
  let nextSequence: number | null = null;
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(NEWLINE, offset);
    const record = end === -1 ? null : readLine(bytes.subarray(offset, end));
    const isNext = record !== null &&
      (nextSequence === null || record.sequence === nextSequence);
    if (!isNext) {
      if (entries.length > 0 && !hasRecord(bytes, offset)) break; // Cut.
      return fault(`is damaged at byte ${offset}`);
    }
    const read = ENTRY(record.value, "");
    if (!read.ok) {
      return fault(
        `holds at byte ${offset} a record that this version cannot read ` +
          `("${read.fault.path}" ${read.fault.problem})`,
      );
    }
    if ((read.value.do === "journal") !== (entries.length === 0)) {
      return fault(`has its first record out of place, at byte ${offset}`);
    }
    entries.push(read.value);
    nextSequence = record.sequence + 1;
    offset = end + 1;
  }
  if (nextSequence === null) return fault("is empty");
  return ok({ entries, nextSequence, goodBytes: offset });
}

const NEWLINE = 0x0a;

function checksum(text: string): string {
  return toHex(sha256(utf8(text)).subarray(0, 8));
}

/** A line whose checksum is right, or null. */
function readLine(
  line: Uint8Array,
): { readonly sequence: number; readonly value: unknown } | null {
  const text = fromUtf8(line);
  const match = /^([1-9]\d{0,14}) ([0-9a-f]{16}) (\{.*\})$/.exec(text ?? "");
  if (match === null) return null;
  const [, sequence = "", sum = "", json = ""] = match;
  if (checksum(`${sequence} ${json}`) !== sum) return null;
  return { sequence: Number(sequence), value: JSON.parse(json) };
}

/**
 * Is there a good record anywhere from `offset` on? Also inside a line, for a
 * line's end may be what was damaged.
 */
function hasRecord(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1) return false;
    const line = bytes.subarray(at, end);
    const characters = ONE_BYTE_A_CHARACTER.decode(line);
    for (const { index } of characters.matchAll(RECORD_START)) {
      if (readLine(line.subarray(index)) !== null) return true;
    }
    at = end + 1;
  }
  return false;
}

const ONE_BYTE_A_CHARACTER = new TextDecoder("latin1");
const RECORD_START = /[1-9]\d{0,14} [0-9a-f]{16} \{/g;
