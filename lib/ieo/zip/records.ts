/**
 * The records a zip is made of, as APPNOTE.TXT 6.3 lays them out: what stands
 * before each entry's content, and the directory at the end. For writing only;
 * packages are read by `zip/headers.ts`.
 *
 * Pure, and the same for everybody: one date for all entries, no extra fields
 * but zip64's, names marked as UTF-8.
 *
 * @module
 */

import { concat, utf8 } from "../../trust/bytes.ts";
import type { Method } from "./deflate.ts";

/** 1980-01-01 00:00:00, the first moment a zip can name (4.4.6). */
const DOS_DATE = 0x0021_0000;
/** Bit 11: the name is UTF-8 (4.4.4). */
const FLAGS = 1 << 11;
/** 2.0: deflate and directories. 4.5: zip64 (4.4.3). */
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** The upper 16 bits of the external attributes are a Unix mode (4.4.2). */
const MADE_BY_UNIX = 3 << 8;
const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;
/** The lower bits are those of DOS, for tools that know no others. */
const DOS_DIRECTORY = 0x10;

/** A field with this value is in the zip64 record instead (4.3.9.2). */
const IN_ZIP64_16 = 0xffff;
const IN_ZIP64_32 = 0xffff_ffff;
const ZIP64_FIELD = 0x0001;

/**
 * From this size on an entry's sizes are in a zip64 field. It is decided
 * before the content is deflated, so what gets longer by it, by a thousandth at
 * the most, must still fit without.
 */
export const ZIP64_FROM_BYTES = 0xf000_0000;

/** One entry of a zip. */
export interface ZipEntry {
  /** With slashes; a directory's ends in one. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly method: Method;
  readonly crc32: number;
  /** Of the content, in bytes. */
  readonly size: number;
  /** Of what is in the zip, in bytes. */
  readonly packedSize: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** What stands before an entry's content (4.3.7). */
export function localHeader(entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const name = utf8(entry.name);
  const zip64 = isLong(entry) ? [entry.size, entry.packedSize] : [];
  const record = new Record(30);
  record.u32(0x0403_4b50);
  writeShared(record, entry, name, zip64);
  return concat(record.bytes, name, zip64Field(zip64));
}

/** The entry in the directory at the end (4.3.12). */
export function directoryRecord(entry: ZipEntry): Uint8Array<ArrayBuffer> {
  const name = utf8(entry.name);
  const isFar = entry.offset >= IN_ZIP64_32;
  const zip64 = [
    ...(isLong(entry) ? [entry.size, entry.packedSize] : []),
    ...(isFar ? [entry.offset] : []),
  ];
  const isDirectory = entry.name.endsWith("/");
  const type = isDirectory ? TYPE_DIRECTORY : TYPE_FILE;
  const record = new Record(46);
  record.u32(0x0201_4b50);
  record.u16(MADE_BY_UNIX | VERSION_ZIP64);
  writeShared(record, entry, name, zip64);
  record.u16(0); // Comment.
  record.u16(0); // Disk.
  record.u16(0); // Internal attributes.
  record.u32(
    (type | entry.mode) * 0x1_0000 + (isDirectory ? DOS_DIRECTORY : 0),
  );
  record.u32(isFar ? IN_ZIP64_32 : entry.offset);
  return concat(record.bytes, name, zip64Field(zip64));
}

/** Where the directory is, and how long: the last bytes of a zip (4.3.16). */
export function endRecords(
  { entries, offset, size }: {
    readonly entries: number;
    readonly offset: number;
    readonly size: number;
  },
): Uint8Array<ArrayBuffer> {
  const isLong = entries >= IN_ZIP64_16 || offset >= IN_ZIP64_32 ||
    size >= IN_ZIP64_32;
  const count = isLong ? IN_ZIP64_16 : entries;
  const end = new Record(22);
  end.u32(0x0605_4b50);
  end.u16(0); // This disk.
  end.u16(0); // The directory's disk.
  end.u16(count); // Here.
  end.u16(count); // In all.
  end.u32(isLong ? IN_ZIP64_32 : size);
  end.u32(isLong ? IN_ZIP64_32 : offset);
  end.u16(0); // Comment.
  if (!isLong) return end.bytes;
  return concat(zip64End({ entries, offset, size }), end.bytes);
}

/** The end as zip64 has it (4.3.14), and where that begins (4.3.15). */
function zip64End(
  { entries, offset, size }: {
    readonly entries: number;
    readonly offset: number;
    readonly size: number;
  },
): Uint8Array<ArrayBuffer> {
  const end = new Record(76);
  end.u32(0x0606_4b50);
  end.u64(44); // What follows of this record.
  end.u16(MADE_BY_UNIX | VERSION_ZIP64);
  end.u16(VERSION_ZIP64);
  end.u32(0); // This disk.
  end.u32(0); // The directory's disk.
  end.u64(entries); // Here.
  end.u64(entries); // In all.
  end.u64(size);
  end.u64(offset);
  end.u32(0x0706_4b50);
  end.u32(0); // The disk of the record above.
  end.u64(offset + size);
  end.u32(1); // Disks.
  return end.bytes;
}

/** What local header and directory say alike, in the same order. */
function writeShared(
  record: Record,
  entry: ZipEntry,
  name: Uint8Array,
  zip64: readonly number[],
): void {
  record.u16(zip64.length > 0 ? VERSION_ZIP64 : VERSION);
  record.u16(FLAGS);
  record.u16(entry.method);
  record.u32(DOS_DATE);
  record.u32(entry.crc32);
  record.u32(isLong(entry) ? IN_ZIP64_32 : entry.packedSize);
  record.u32(isLong(entry) ? IN_ZIP64_32 : entry.size);
  record.u16(name.length);
  record.u16(zip64.length > 0 ? 4 + 8 * zip64.length : 0);
}

function isLong({ size }: ZipEntry): boolean {
  return size >= ZIP64_FROM_BYTES;
}

/** 4.5.3. */
function zip64Field(values: readonly number[]): Uint8Array<ArrayBuffer> {
  if (values.length === 0) return new Uint8Array();
  const field = new Record(4 + 8 * values.length);
  field.u16(ZIP64_FIELD);
  field.u16(8 * values.length);
  for (const value of values) field.u64(value);
  return field.bytes;
}

/** Numbers one behind the other, the lowest byte first (4.4.1.2). */
class Record {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): void {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  u64(value: number): void {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
  }
}
