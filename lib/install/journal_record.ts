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
 * Pure. What the entries mean together is for `journal_state.ts`.
 *
 * @module
 */

import { fromUtf8, sha256, toHex, utf8 } from "../trust/bytes.ts";
import { isProgramName, isVersion } from "../trust/names.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import {
  formatOf,
  objectOf,
  orNull,
  type Shape,
  textOf,
  wholeNumber,
} from "../trust/shape.ts";
import { DETAIL_CHARS_MAX, DONE, isReason, type Result } from "./result.ts";

interface TransactionBase {
  /** `<sequence>-<order>-<attempt>`: never used twice. */
  readonly id: string;
  readonly order: bigint;
  readonly attempt: number;
  readonly name: string;
  /** The version in use before; null when there was none. */
  readonly previous: string | null;
}

/** An install; an update when there is a previous version. */
export interface InstallTransaction extends TransactionBase {
  readonly kind: "install";
  readonly version: string;
}

/** A removal of a program, whatever its version. */
export interface RemovalTransaction extends TransactionBase {
  readonly kind: "remove";
}

/** One change of one program. */
export type Transaction = InstallTransaction | RemovalTransaction;

/** What the journal can say. Stored: append kinds, never change one. */
export type JournalEntry =
  /** The first line of every file. */
  | { readonly do: "journal"; readonly format: 1 }
  /** What is about to be changed; nothing is, yet. */
  | ({ readonly do: "begin" } & Transaction)
  /** The change holds, and its order is done. */
  | { readonly do: "commit"; readonly id: string }
  /** The machine is as before; the result is null when nobody was told. */
  | {
    readonly do: "undone";
    readonly id: string;
    readonly result: Result | null;
  }
  /** What the committed change no longer needs has been removed. */
  | { readonly do: "end"; readonly id: string }
  /** An order that ended without changing anything. */
  | {
    readonly do: "result";
    readonly order: bigint;
    readonly attempt: number;
    readonly result: Result;
  };

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

const id = textOf("a transaction", (text) => /^\d+-\d+-\d+$/.test(text));
const attempt = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const order: Shape<bigint> = (value, path) => {
  const read = textOf("an order", (text) => /^\d{1,20}$/.test(text))(
    value,
    path,
  );
  return read.ok ? ok(BigInt(read.value)) : read;
};

const FAILED = objectOf({
  ok: (value, path) =>
    value === false ? ok(value) : fault({ path, problem: "is not a result" }),
  reason: (value, path) =>
    typeof value === "string" && isReason(value)
      ? ok(value)
      : fault({ path, problem: "is not a reason" }),
  detail: textOf("a sentence", (text) => text.length <= DETAIL_CHARS_MAX),
});

const result: Shape<Result> = (value, path) =>
  fieldOf(value, "ok") === true ? ok(DONE) : FAILED(value, path);

function the<W extends string>(word: W): Shape<W> {
  return (value, path) =>
    value === word ? ok(word) : fault({ path, problem: `is not ${word}` });
}

const version = textOf("a version", isVersion);
const BEGIN_BASE = {
  do: the("begin"),
  id,
  order,
  attempt,
  name: textOf("a program's name", isProgramName),
  previous: orNull(version),
};
const BEGIN_INSTALL = objectOf({
  ...BEGIN_BASE,
  kind: the("install"),
  version,
});
const BEGIN_REMOVAL = objectOf({ ...BEGIN_BASE, kind: the("remove") });

const SHAPES: { readonly [W in JournalEntry["do"]]: Shape<JournalEntry> } = {
  journal: objectOf({ do: the("journal"), format: formatOf(1) }),
  begin: (value, path) =>
    fieldOf(value, "kind") === "remove"
      ? BEGIN_REMOVAL(value, path)
      : BEGIN_INSTALL(value, path),
  commit: objectOf({ do: the("commit"), id }),
  undone: objectOf({ do: the("undone"), id, result: orNull(result) }),
  end: objectOf({ do: the("end"), id }),
  result: objectOf({ do: the("result"), order, attempt, result }),
};

const ENTRY: Shape<JournalEntry> = (value, path) => {
  const word = fieldOf(value, "do");
  return typeof word === "string" && Object.hasOwn(SHAPES, word)
    ? SHAPES[word as JournalEntry["do"]](value, path)
    : fault({ path: "do", problem: `is ${String(word)}` });
};

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Reflect.get(value, key)
    : undefined;
}
