/**
 * GVariant's serialised form, as far as it is needed to read what flatpak
 * keeps (the GVariant specification, section 2.4): texts, 64-bit numbers,
 * tuples of such, and dictionaries of variants. A container ends with the ends
 * of its parts, in numbers as wide as its own size demands.
 *
 * Pure, and never throws: what does not fit is undefined.
 *
 * @module
 */

import { fromUtf8 } from "../../trust/bytes.ts";

/** The text that these bytes are: UTF-8 and a zero at the end. */
export function gvariantText(bytes: Uint8Array): string | undefined {
  const last = bytes.length - 1;
  if (last < 0 || bytes.indexOf(0) !== last) return undefined;
  return fromUtf8(bytes.subarray(0, last)) ?? undefined;
}

/** A value of a type that is told beside it: `s`. */
export interface Variant {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The values of a dictionary `a{sv}`, by their keys. */
export function gvariantDictionary(
  bytes: Uint8Array,
): ReadonlyMap<string, Variant> | undefined {
  const values = new Map<string, Variant>();
  if (bytes.length === 0) return values;
  const width = widthOf(bytes.length);
  const tableAt = numberAt(bytes, bytes.length - width, width);
  if (tableAt === undefined || (bytes.length - tableAt) % width !== 0) return;
  let begin = 0;
  for (let at = tableAt; at < bytes.length; at += width) {
    const end = numberAt(bytes, at, width);
    if (end === undefined || end < begin || end > tableAt) return undefined;
    const entry = entryOf(bytes.subarray(aligned(begin), end));
    if (entry === undefined) return undefined;
    values.set(...entry);
    begin = end;
  }
  return values;
}

function entryOf(bytes: Uint8Array): [string, Variant] | undefined {
  const width = widthOf(bytes.length);
  const end = numberAt(bytes, bytes.length - width, width);
  if (end === undefined || aligned(end) > bytes.length - width) return;
  const key = gvariantText(bytes.subarray(0, end));
  const value = bytes.subarray(aligned(end), bytes.length - width);
  const zero = value.lastIndexOf(0);
  if (key === undefined || zero === -1) return undefined;
  const type = fromUtf8(value.subarray(zero + 1));
  if (type === null) return undefined;
  return [key, { type, bytes: value.subarray(0, zero) }];
}

/**
 * Where the parts of a tuple end that are of no fixed size, but for its last;
 * their ends stand in the reverse of their order.
 */
export function gvariantEnds(
  bytes: Uint8Array,
  count: number,
): readonly number[] | undefined {
  const width = widthOf(bytes.length);
  const ends: number[] = [];
  for (let part = 1; part <= count; part++) {
    const end = numberAt(bytes, bytes.length - part * width, width);
    const before = ends.at(-1) ?? 0;
    const last = bytes.length - count * width;
    if (end === undefined || end < before || end > last) return undefined;
    ends.push(end);
  }
  return ends;
}

/** The next place at which a number of 64 bits, or a variant, may begin. */
export function aligned(at: number): number {
  return Math.ceil(at / 8) * 8;
}

/** Bytes of each number at the end of a container of this size. */
export function widthOf(size: number): number {
  return size < 0x100 ? 1 : size < 0x1_0000 ? 2 : 4;
}

function numberAt(
  bytes: Uint8Array,
  at: number,
  width: number,
): number | undefined {
  if (at < 0 || at + width > bytes.length) return undefined;
  let number = 0;
  for (let byte = width - 1; byte >= 0; byte--) {
    number = number * 0x100 + (bytes[at + byte] ?? 0);
  }
  return number <= bytes.length ? number : undefined;
}
