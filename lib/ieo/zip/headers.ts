/**
 * What a zip says of its entries: the records of its directory, and the fields
 * that stand in each entry's local header as well. APPNOTE.TXT 6.3.10, 4.3.7,
 * 4.3.12 and 4.5.
 *
 * Pure. Reads and does not judge what is lawful in a package; `zip/rules.ts`
 * does.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { isAt, u16, u32, u64 } from "./numbers.ts";

/** The fields that both headers of an entry have. */
export interface SharedFields {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  /** Of what is in the zip, in bytes. */
  readonly packedSize: number;
  /** Of the content, in bytes. */
  readonly size: number;
}

/** One record of the directory. */
export interface DirectoryEntry extends SharedFields {
  /** The name's bytes, inside the directory's. */
  readonly name: Uint8Array;
  /** Which extra fields it has. */
  readonly extras: readonly number[];
  readonly commentLength: number;
  /** Where its local header begins. */
  readonly offset: number;
  readonly disk: number;
  /** File type, permissions and DOS attributes (4.4.15). */
  readonly attributes: number;
}

/** What is before an entry's content. */
export interface LocalHeader extends SharedFields {
  readonly extras: readonly number[];
  /** Its sizes are in a zip64 field, or a data descriptor's are so long. */
  readonly isZip64: boolean;
}

/** Before the name: the length of a local header. */
export const LOCAL_BYTES = 30;
const LOCAL_SIGNATURE = 0x0403_4b50;
const RECORD_BYTES = 46;
const RECORD_SIGNATURE = 0x0201_4b50;

/** Flag bit 3: CRC-32 and sizes follow the content. */
export const FLAG_DESCRIPTOR = 1 << 3;
const ZIP64_FIELD = 0x0001;
const IN_ZIP64 = 0xffff_ffff;

const MALFORMED_EXTRA = "has extra fields that do not fit their length";
const WRONG_ZIP64 = "has a zip64 field that does not fit its sizes";

/**
 * The entries of a directory, one by one; a fault is a whole sentence, and
 * ends it. They are exactly `count`, and nothing is between or after them
 * (Z-17).
 */
export function* entriesOf(
  directory: Uint8Array,
  count: number,
): Generator<Outcome<DirectoryEntry, string>, void> {
  let at = 0;
  for (let index = 0; index < count; index++) {
    const end = isAt(directory, at, RECORD_SIGNATURE)
      ? recordEnd(directory, at)
      : Infinity;
    if (end > directory.length) {
      return yield fault(
        `The zip's directory has ${index} entries and not the ${count} that ` +
          "the end of the zip tells, or is cut off",
      );
    }
    const entry = readRecord(directory.subarray(at, end));
    if (typeof entry === "string") {
      return yield fault(`The entry number ${index + 1} ${entry}`);
    }
    yield ok(entry);
    at = end;
  }
  if (at === directory.length) return;
  yield fault(
    "The zip is ambiguous: its directory goes on after the " +
      `${count} entries that the end of the zip tells`,
  );
}

function recordEnd(directory: Uint8Array, at: number): number {
  if (at + RECORD_BYTES > directory.length) return Infinity;
  return at + RECORD_BYTES + u16(directory, at + 28) +
    u16(directory, at + 30) + u16(directory, at + 32);
}

/** The entry, or what is wrong with it as the end of a sentence. */
function readRecord(record: Uint8Array): DirectoryEntry | string {
  const nameEnd = RECORD_BYTES + u16(record, 28);
  const extraEnd = nameEnd + u16(record, 30);
  const extra = readExtra(record.subarray(nameEnd, extraEnd));
  if (extra === null) return MALFORMED_EXTRA;
  const shared = readShared(record, 8);
  const offset = u32(record, 42);
  const long = [shared.size, shared.packedSize, offset]
    .filter((value) => value === IN_ZIP64).length;
  if (extra.zip64?.length !== (long === 0 ? undefined : 8 * long)) {
    return WRONG_ZIP64;
  }
  const next = zip64Values(extra.zip64);
  return {
    ...shared,
    // In this order, each of them only where it does not fit (4.5.3).
    size: next(shared.size),
    packedSize: next(shared.packedSize),
    offset: next(offset),
    name: record.subarray(RECORD_BYTES, nameEnd),
    extras: extra.ids,
    commentLength: u16(record, 32),
    disk: u16(record, 34),
    attributes: u32(record, 38),
  };
}

/** How long a local header is, or null when none begins with these bytes. */
export function localLength(start: Uint8Array): number | null {
  return isAt(start, 0, LOCAL_SIGNATURE) && start.length >= LOCAL_BYTES
    ? LOCAL_BYTES + u16(start, 26) + u16(start, 28)
    : null;
}

/** Has the whole local header this very name? */
export function isNamed(header: Uint8Array, name: Uint8Array): boolean {
  return u16(header, 26) === name.length &&
    name.every((byte, index) => header[LOCAL_BYTES + index] === byte);
}

/** The fields of a whole local header; a fault is the end of a sentence. */
export function readLocal(header: Uint8Array): LocalHeader | string {
  const extra = readExtra(header.subarray(LOCAL_BYTES + u16(header, 26)));
  if (extra === null) return MALFORMED_EXTRA;
  const shared = readShared(header, 6);
  const { zip64, ids } = extra;
  // Here both sizes are in the field or neither is (4.5.3). Before a data
  // descriptor it may be there for nothing but to say that that one is long.
  const isLong = shared.size === IN_ZIP64 || shared.packedSize === IN_ZIP64;
  const isForDescriptor = (shared.flags & FLAG_DESCRIPTOR) !== 0;
  const isLawful = zip64 === undefined
    ? !isLong
    : zip64.length === 16 && (isLong || isForDescriptor);
  if (!isLawful) return WRONG_ZIP64;
  const isZip64 = zip64 !== undefined;
  if (!isLong) return { ...shared, extras: ids, isZip64 };
  if (shared.size !== shared.packedSize) return WRONG_ZIP64;
  const next = zip64Values(zip64);
  const size = next(shared.size);
  return {
    ...shared,
    size,
    packedSize: next(shared.packedSize),
    extras: ids,
    isZip64,
  };
}

/** The fields that both headers have, from the flags on. */
function readShared(header: Uint8Array, at: number): SharedFields {
  return {
    flags: u16(header, at),
    method: u16(header, at + 2),
    crc32: u32(header, at + 8),
    packedSize: u32(header, at + 12),
    size: u32(header, at + 16),
  };
}

interface Extra {
  readonly ids: readonly number[];
  /** The content of the zip64 field. */
  readonly zip64?: Uint8Array;
}

/** Null when the fields do not fill their room, or one is there twice. */
function readExtra(bytes: Uint8Array): Extra | null {
  const ids: number[] = [];
  let zip64: Uint8Array | undefined;
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const id = u16(bytes, at);
    const end = at + 4 + u16(bytes, at + 2);
    if (end > bytes.length || ids.includes(id)) return null;
    if (id === ZIP64_FIELD) zip64 = bytes.subarray(at + 4, end);
    ids.push(id);
    at = end;
  }
  return zip64 === undefined ? { ids } : { ids, zip64 };
}

/** Takes the values out of a zip64 field, for those that did not fit. */
function zip64Values(field: Uint8Array | undefined): (value: number) => number {
  let at = 0;
  return (value) => {
    if (field === undefined || value !== IN_ZIP64) return value;
    at += 8;
    return u64(field, at - 8);
  };
}
