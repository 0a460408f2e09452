/**
 * What stands before and after the entries' contents: each local header must
 * say what the directory says, and the entries must follow each other from the
 * first byte of the zip to its directory, so that no two share a byte and no
 * byte is nobody's (Z-11, Z-16, Z-19, Z-22). Nothing is inflated.
 *
 * @module
 */

import {
  type DirectoryEntry,
  FLAG_DESCRIPTOR,
  isNamed,
  LOCAL_BYTES,
  type LocalHeader,
  localLength,
  readLocal,
  type SharedFields,
} from "./headers.ts";
import { isAt, u32, u64 } from "./numbers.ts";
import type { ZipFile } from "./reader.ts";
import { faultOfExtras } from "./rules.ts";

/** May stand before a data descriptor, or not (4.3.9.3). */
const DESCRIPTOR_SIGNATURE = 0x0807_4b50;

/** An entry whose two headers agree. */
export interface LocatedEntry {
  readonly entry: DirectoryEntry;
  readonly header: LocalHeader;
  /** Where its content begins. */
  readonly dataOffset: number;
}

/**
 * Reads the local header of an entry; a fault is the end of a sentence that
 * begins with its name.
 *
 * @throws what the disk throws.
 */
export async function locate(
  file: ZipFile,
  entry: DirectoryEntry,
): Promise<LocatedEntry | string> {
  const { offset, name } = entry;
  const start = await file.view(offset, LOCAL_BYTES);
  const length = start === null ? null : localLength(start);
  if (length === null) return "has no local header where the directory says";
  const bytes = await file.view(offset, length);
  if (bytes === null) return "is cut off";
  if (!isNamed(bytes, name)) return other("name");
  const header = readLocal(bytes);
  if (typeof header === "string") return header;
  return faultOfExtras(header.extras) ?? differenceOf(header, entry) ??
    { entry, header, dataOffset: offset + length };
}

function other(what: string): string {
  return `has another ${what} in its local header than in the zip's directory`;
}

const FIELDS: readonly (readonly [keyof SharedFields, string])[] = [
  ["crc32", "CRC-32"],
  ["packedSize", "compressed size"],
  ["size", "size"],
];

function differenceOf(
  header: LocalHeader,
  entry: DirectoryEntry,
): string | null {
  if (header.flags !== entry.flags) return other("set of flags");
  if (header.method !== entry.method) return other("method");
  for (const [field, what] of FIELDS) {
    if (header[field] === entry[field]) continue;
    // What follows the content is not known yet where the header stands.
    if (hasDescriptor(entry) && header[field] === 0) continue;
    return other(what);
  }
  return null;
}

function hasDescriptor({ flags }: SharedFields): boolean {
  return (flags & FLAG_DESCRIPTOR) !== 0;
}

/**
 * What is wrong between an entry's content and `next`, where something else
 * begins; as `locate`.
 *
 * @throws what the disk throws.
 */
export async function faultOfEnd(
  file: ZipFile,
  { entry, header, dataOffset }: LocatedEntry,
  next: number,
): Promise<string | null> {
  const end = dataOffset + entry.packedSize;
  const rest = next - end;
  // Also a size that is no number of ours.
  if (!(rest >= 0)) return "overlaps what follows it";
  if (!hasDescriptor(entry)) {
    return rest === 0 ? null : `is followed by ${rest} bytes that are nobody's`;
  }
  // As long as its kind is, whether a signature stands before it or not: four
  // lengths, so it is never read at the wrong place.
  const [bare, width] = header.isZip64 ? [20, 8] : [12, 4];
  if (rest !== bare && rest !== bare + 4) {
    return `is followed by ${rest} bytes that are no data descriptor`;
  }
  const bytes = await file.view(end, rest);
  if (bytes === null) return "is cut off";
  const at = rest - bare;
  const number = width === 8 ? u64 : u32;
  const isSame = (at === 0 || isAt(bytes, 0, DESCRIPTOR_SIGNATURE)) &&
    u32(bytes, at) === entry.crc32 &&
    number(bytes, at + 4) === entry.packedSize &&
    number(bytes, at + 4 + width) === entry.size;
  return isSame
    ? null
    : "has a data descriptor that says other than the zip's directory";
}
