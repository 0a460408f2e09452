/**
 * The parts of a crafted zip, each made byte by byte, so that each of their
 * fields can be wrong: the layout is that of APPNOTE.TXT 6.3.10, and every
 * field of the local header and of the central directory can be given apart.
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

/** Fields that only the central directory has. */
export interface CentralOnly {
  readonly offset: number;
  readonly disk: number;
  readonly comment: Uint8Array;
}

export interface CraftedEntry {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array;
  /** Deflate the content; it is stored otherwise. */
  readonly deflated?: boolean;
  /** The upper 16 bits of the external attributes: type and permissions. */
  readonly mode?: number;
  /** The lower bits of the external attributes. */
  readonly dosAttributes?: number;
  /** The system that is said to have made the entry: 0 is MS-DOS. */
  readonly madeOn?: number;
  /** A data descriptor after the content, with its signature or without. */
  readonly descriptor?: "signed" | "bare";
  /** With a zip64 field in the local header: the descriptor is long, too. */
  readonly localZip64?: boolean;
  /** Fields of the descriptor that are to be other than true. */
  readonly described?: Partial<
    Pick<Header, "crc" | "compressedSize" | "size">
  >;
  /** Fields of both headers that are to be other than true. */
  readonly both?: Partial<Header>;
  /** Fields of the central directory that are to be other than `both`. */
  readonly central?: Partial<Header & CentralOnly>;
  /** Fields of the local header that are to be other than `both`. */
  readonly local?: Partial<Header & { readonly signature: number }>;
  /** The bytes that follow the local header, instead of the content's. */
  readonly data?: Uint8Array;
  /** The bytes that follow the entry, and are nobody's. */
  readonly after?: Uint8Array;
}

export interface Placed {
  readonly entry: CraftedEntry;
  readonly header: Header;
  readonly offset: number;
}

/** What the end of a zip tells. */
export interface End {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  readonly comment?: Uint8Array;
  /** Write the numbers in a zip64 record, as for huge files. */
  readonly zip64?: boolean;
  /** The entries on this disk, when they are to be other than `count`. */
  readonly countHere?: number;
}

/** A 16-bit number, low byte first. */
export function u16(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, (value >>> 8) & 0xff]);
}

/** A 32-bit number, low byte first. */
export function u32(value: number): Uint8Array {
  return concat(u16(value & 0xffff), u16(value >>> 16));
}

/** A 64-bit number, low byte first. */
export function u64(value: number | bigint): Uint8Array {
  const low = Number(BigInt(value) & 0xffff_ffffn);
  return concat(u32(low), u32(Number(BigInt(value) >> 32n)));
}

/** An extra field. */
export function extraField(id: number, ...data: Uint8Array[]): Uint8Array {
  const bytes = concat(...data);
  return concat(u16(id), u16(bytes.length), bytes);
}

/** What is true of the entry, but for what `both` says. */
export function truthOf(entry: CraftedEntry): Header {
  const { content = new Uint8Array(), deflated = false } = entry;
  const name = bytesOf(entry.name);
  const isAscii = name.every((byte) => byte < 0x80);
  return {
    name,
    flags: (isAscii ? 0 : 1 << 11) |
      (entry.descriptor === undefined ? 0 : 1 << 3),
    method: deflated ? 8 : 0,
    crc: crc32(content),
    compressedSize: dataOf(entry).length,
    size: content.length,
    extra: new Uint8Array(),
    ...entry.both,
  };
}

function dataOf(entry: CraftedEntry): Uint8Array {
  const { content = new Uint8Array(), deflated = false } = entry;
  return entry.data ?? (deflated ? deflateRawSync(content) : content);
}

/** Local header, content and data descriptor. */
export function localPart(entry: CraftedEntry, truth: Header): Uint8Array {
  const { descriptor, localZip64 = false } = entry;
  const hidden = descriptor === undefined
    ? {}
    : { crc: 0, compressedSize: 0, size: 0 };
  const given = { ...truth, ...hidden, ...entry.local };
  const most = 0xffff_ffff;
  const header = !localZip64 ? given : {
    ...given,
    size: most,
    compressedSize: most,
    extra: extraField(1, u64(given.size), u64(given.compressedSize)),
  };
  const name = bytesOf(header.name);
  const parts = [
    u32(entry.local?.signature ?? 0x04034b50),
    u16(localZip64 ? 45 : 20),
    ...commonFields(header),
    u16(name.length),
    u16(header.extra.length),
    name,
    header.extra,
    dataOf(entry),
  ];
  if (descriptor === "signed") parts.push(u32(0x08074b50));
  if (descriptor !== undefined) {
    const said = { ...truth, ...entry.described };
    const size = localZip64 ? u64 : u32;
    parts.push(u32(said.crc), size(said.compressedSize), size(said.size));
  }
  return concat(...parts, entry.after ?? new Uint8Array());
}

/** The record of the central directory. */
export function centralPart(
  { entry, header: truth, offset }: Placed,
  zip64: boolean,
): Uint8Array {
  const { mode = TYPE_FILE | 0o644, madeOn = UNIX, dosAttributes = 0 } = entry;
  const only: CentralOnly = { offset, disk: 0, comment: new Uint8Array() };
  const given = { ...truth, ...only, ...entry.central };
  const most = 0xffff_ffff;
  const header = !zip64 ? given : {
    ...given,
    size: most,
    compressedSize: most,
    offset: most,
    extra: extraField(
      1,
      u64(given.size),
      u64(given.compressedSize),
      u64(given.offset),
    ),
  };
  const name = bytesOf(header.name);
  return concat(
    u32(0x02014b50),
    u16((madeOn << 8) | 45),
    u16(zip64 ? 45 : 20),
    ...commonFields(header),
    u16(name.length),
    u16(header.extra.length),
    u16(header.comment.length),
    u16(header.disk),
    u16(0), // internal attributes
    u32(((mode << 16) | dosAttributes) >>> 0),
    u32(header.offset),
    name,
    header.extra,
    header.comment,
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

/** The records at the end of a zip. */
export function endPart(
  { offset, size, count, comment = new Uint8Array(), zip64 = false, ...end }:
    End,
): Uint8Array {
  const here = end.countHere ?? count;
  const record = concat(
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(here),
    u64(count),
    u64(size),
    u64(offset),
  );
  const locator = concat(u32(0x07064b50), u32(0), u64(offset + size), u32(1));
  const short = [u16(here), u16(count), u32(size), u32(offset)];
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
