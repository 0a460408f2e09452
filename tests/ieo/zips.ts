/**
 * Zips made byte by byte, so that each of their fields can be wrong: the
 * layout is that of APPNOTE.TXT 6.3.10, and every field of the local header
 * and of the central directory can be given apart.
 *
 * @module
 */

import { crc32, deflateRawSync } from "node:zlib";
import { concat, utf8 } from "../../lib/trust/bytes.ts";

export const TYPE_FILE = 0o100000;
export const TYPE_DIRECTORY = 0o040000;
export const TYPE_SYMLINK = 0o120000;
export const UNIX = 3;

/** The fields that stand in both headers of an entry. */
export interface Header {
  readonly name: string | Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly extra: Uint8Array;
}

export interface CraftedEntry {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array;
  /** Deflate the content; it is stored otherwise. */
  readonly deflated?: boolean;
  /** The upper 16 bits of the external attributes: type and permissions. */
  readonly mode?: number;
  /** The system that is said to have made the entry: 0 is MS-DOS. */
  readonly madeOn?: number;
  /** A data descriptor after the content, with its signature or without. */
  readonly descriptor?: "signed" | "bare";
  /** Fields of both headers that are to be other than true. */
  readonly both?: Partial<Header>;
  /** Fields of the central directory that are to be other than `both`. */
  readonly central?: Partial<Header & { readonly offset: number }>;
  /** Fields of the local header that are to be other than `both`. */
  readonly local?: Partial<Header>;
  /** The bytes that follow the local header, instead of the content's. */
  readonly data?: Uint8Array;
}

export interface CraftOptions {
  readonly comment?: Uint8Array;
  /** Stands before the first entry; offsets count it. */
  readonly before?: Uint8Array;
  /** Stands after the last byte of the zip. */
  readonly after?: Uint8Array;
  /** The entry count that the end of the zip tells. */
  readonly count?: number;
  /** Write sizes and offsets in zip64 fields, as for huge files. */
  readonly zip64?: boolean;
}

interface Placed {
  readonly entry: CraftedEntry;
  readonly header: Header;
  readonly offset: number;
}

/** The bytes of a zip with these entries. */
export function craftZip(
  entries: readonly CraftedEntry[],
  options: CraftOptions = {},
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [options.before ?? new Uint8Array()];
  const placed: Placed[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const header = truthOf(entry);
    const local = localPart(entry, header);
    placed.push({ entry, header, offset });
    parts.push(local);
    offset += local.length;
  }
  const directory = placed.map((one) =>
    centralPart(one, options.zip64 ?? false)
  );
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return join([
    ...parts,
    ...directory,
    endPart(offset, size, placed.length, options),
    options.after ?? new Uint8Array(),
  ]);
}

/** As `concat`, for more parts than a call may have arguments. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * A zip with this entry and then `count` empty ones, `f000000` and on: by
 * copies of one, because made one by one 100,000 of them take 8 s.
 */
export function craftManyEmpty(
  first: CraftedEntry,
  count: number,
): Uint8Array<ArrayBuffer> {
  const start = localPart(first, truthOf(first));
  const entry = { name: "f000000" };
  const header = truthOf(entry);
  const local = localPart(entry, header);
  const central = centralPart({ entry, header, offset: 0 }, false);
  const locals = new Uint8Array(count * local.length);
  const centrals = new Uint8Array(count * central.length);
  const view = new DataView(centrals.buffer);
  for (let index = 0; index < count; index++) {
    const name = utf8(`f${String(index).padStart(6, "0")}`);
    locals.set(local, index * local.length);
    locals.set(name, index * local.length + 30);
    centrals.set(central, index * central.length);
    centrals.set(name, index * central.length + 46);
    const offset = start.length + index * local.length;
    view.setUint32(index * central.length + 42, offset, true);
  }
  const directory = join([
    centralPart({ entry: first, header: truthOf(first), offset: 0 }, false),
    centrals,
  ]);
  const at = start.length + locals.length;
  const end = endPart(at, directory.length, count + 1, { zip64: true });
  return join([start, locals, directory, end]);
}

/** A 16-bit number, low byte first. */
export function u16(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, (value >>> 8) & 0xff]);
}

/** A 32-bit number, low byte first. */
export function u32(value: number): Uint8Array {
  return concat(u16(value & 0xffff), u16(value >>> 16));
}

function u64(value: number): Uint8Array {
  return concat(u32(value % 2 ** 32), u32(Math.floor(value / 2 ** 32)));
}

function truthOf(entry: CraftedEntry): Header {
  const { content = new Uint8Array(), deflated = false } = entry;
  const data = entry.data ?? (deflated ? deflateRawSync(content) : content);
  const name = bytesOf(entry.name);
  const isAscii = name.every((byte) => byte < 0x80);
  return {
    name,
    flags: (isAscii ? 0 : 1 << 11) |
      (entry.descriptor === undefined ? 0 : 1 << 3),
    method: deflated ? 8 : 0,
    crc: crc32(content),
    compressedSize: data.length,
    size: content.length,
    extra: new Uint8Array(),
    ...entry.both,
  };
}

function localPart(entry: CraftedEntry, truth: Header): Uint8Array {
  const { content = new Uint8Array(), deflated = false, descriptor } = entry;
  const data = entry.data ?? (deflated ? deflateRawSync(content) : content);
  const hidden = descriptor === undefined
    ? {}
    : { crc: 0, compressedSize: 0, size: 0 };
  const header = { ...truth, ...hidden, ...entry.local };
  const name = bytesOf(header.name);
  const parts = [
    u32(0x04034b50),
    u16(20),
    ...commonFields(header),
    u16(name.length),
    u16(header.extra.length),
    name,
    header.extra,
    data,
  ];
  if (descriptor === "signed") parts.push(u32(0x08074b50));
  if (descriptor !== undefined) {
    parts.push(u32(truth.crc), u32(truth.compressedSize), u32(truth.size));
  }
  return concat(...parts);
}

function centralPart(
  { entry, header: truth, offset }: Placed,
  zip64: boolean,
): Uint8Array {
  const { mode = TYPE_FILE | 0o644, madeOn = UNIX } = entry;
  const given = { ...truth, offset, ...entry.central };
  const zip64Field = concat(
    u16(1),
    u16(24),
    u64(given.size),
    u64(given.compressedSize),
    u64(given.offset),
  );
  const extra = zip64 ? zip64Field : given.extra;
  const most = 0xffff_ffff;
  const header = zip64
    ? { ...given, size: most, compressedSize: most, offset: most }
    : given;
  const name = bytesOf(header.name);
  return concat(
    u32(0x02014b50),
    u16((madeOn << 8) | 45),
    u16(zip64 ? 45 : 20),
    ...commonFields(header),
    u16(name.length),
    u16(extra.length),
    u16(0), // comment
    u16(0), // disk
    u16(0), // internal attributes
    u32((mode << 16) >>> 0),
    u32(header.offset),
    name,
    extra,
  );
}

function commonFields(header: Header): Uint8Array[] {
  return [
    u16(header.flags),
    u16(header.method),
    u32(0x0021_0000), // 1980-01-01
    u32(header.crc),
    u32(header.compressedSize),
    u32(header.size),
  ];
}

function endPart(
  offset: number,
  size: number,
  entries: number,
  { comment = new Uint8Array(), count = entries, zip64 = false }: CraftOptions,
): Uint8Array {
  const record = concat(
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(size),
    u64(offset),
  );
  const locator = concat(u32(0x07064b50), u32(0), u64(offset + size), u32(1));
  const short = [u16(count), u16(count), u32(size), u32(offset)];
  const long = [u16(0xffff), u16(0xffff), u32(0xffff_ffff), u32(0xffff_ffff)];
  return concat(
    ...(zip64 ? [record, locator] : []),
    u32(0x06054b50),
    u16(0),
    u16(0),
    ...(zip64 ? long : short),
    u16(comment.length),
    comment,
  );
}

function bytesOf(name: string | Uint8Array): Uint8Array {
  return typeof name === "string" ? utf8(name) : name;
}
