/**
 * Changed samples: a few bytes turned over, cut, put in, doubled, moved, or
 * taken from another sample; numbers that are wrong everywhere, in binary and
 * in figures; signs of Unicode that programs stumble over.
 *
 * @module
 */

import { concat, utf8 } from "../../lib/trust/bytes.ts";
import type { Chance } from "./chance.ts";

/** Bytes of whatever is made here, if nothing else is said. */
const BYTES_MAX = 8_192;

/** What a sample is changed with. */
export interface Material {
  /** Other samples, for parts that do not belong here. */
  readonly others: readonly Uint8Array[];
  /** What the notation has a meaning for: `[`, `"files"`. */
  readonly tokens: readonly Uint8Array[];
  readonly bytesMax?: number;
}

type Mutation = (
  bytes: Uint8Array<ArrayBuffer>,
  chance: Chance,
  material: Material,
) => Uint8Array<ArrayBuffer>;

/** Texts that are lawful Unicode or not, and seldom thought of. */
const STRANGE_TEXTS = [
  "\0",
  "\x1b[2J",
  "\x7f",
  "\u0085",
  "\u00e9",
  "e\u0301",
  "\u2028",
  "\u202e",
  "\ufeff",
  "\ufffd",
  "\u{1f600}",
  "\u{10ffff}",
  "\r\n",
  "\\u0000",
  "\\ud800",
  "%00",
  "%ED%A0%80",
  "__proto__",
  "constructor",
].map(utf8);

/** Bytes that no UTF-8 has. */
const NOT_UTF8 = ["80", "c080", "eda080", "f4908080", "ff", "f0288cbc"]
  .map((hex) => Uint8Array.fromHex(hex));

const STRANGE_NUMBERS = [
  "0",
  "-0",
  "-1",
  "00",
  "1.5",
  "1e3",
  "1e999",
  "255",
  "256",
  "65535",
  "65536",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740991",
  "9007199254740992",
  "18446744073709551615",
  "18446744073709551616",
  "99999999999999999999999",
  "0x10",
  "NaN",
].map(utf8);

const BINARY_NUMBERS = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1f_ffff_ffff_ffffn,
  0x7fff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
];

/** Puts `part` in the place of `over` bytes. */
function put(
  bytes: Uint8Array,
  at: number,
  over: number,
  part: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concat(bytes.subarray(0, at), part, bytes.subarray(at + over));
}

/** A place, often near the end or the beginning. */
function place({ length }: Uint8Array, chance: Chance): number {
  const near = Math.min(length, 64);
  switch (chance.below(4)) {
    case 0:
      return chance.below(near);
    case 1:
      return length - chance.below(near + 1);
    default:
      return chance.below(length + 1);
  }
}

function part(bytes: Uint8Array, chance: Chance): Uint8Array {
  const from = place(bytes, chance);
  return bytes.subarray(from, from + 1 + chance.length(256));
}

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, chance) {
    for (let count = chance.below(8); count >= 0; count--) {
      const at = chance.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
    }
    return bytes;
  },
  function overwrite(bytes, chance) {
    bytes.set(
      chance.bytes(Math.min(1 + chance.below(8), bytes.length)),
      chance.below(Math.max(1, bytes.length - 8)),
    );
    return bytes;
  },
  function cutEnd(bytes, chance) {
    return bytes.slice(0, place(bytes, chance));
  },
  function cutOut(bytes, chance) {
    return put(bytes, place(bytes, chance), 1 + chance.length(64), NOTHING);
  },
  function putIn(bytes, chance) {
    const strange = chance.bytes(1 + chance.length(32));
    return put(bytes, place(bytes, chance), chance.below(2), strange);
  },
  function putText(bytes, chance) {
    const text = chance.pick(chance.oneIn(3) ? NOT_UTF8 : STRANGE_TEXTS);
    return put(bytes, place(bytes, chance), chance.below(3), text);
  },
  function putToken(bytes, chance, { tokens }) {
    if (tokens.length === 0) return bytes;
    const token = chance.pick(tokens);
    return put(bytes, place(bytes, chance), chance.below(3), token);
  },
  function splice(bytes, chance, { others }) {
    const other = chance.pick(others);
    const over = chance.length(64);
    return put(bytes, place(bytes, chance), over, part(other, chance));
  },
  function cross(bytes, chance, { others }) {
    const other = chance.pick(others);
    const at = place(bytes, chance);
    return concat(bytes.subarray(0, at), other.subarray(at));
  },
  function repeat(bytes, chance, { bytesMax = BYTES_MAX }) {
    const repeated = part(bytes, chance);
    const room = Math.max(0, bytesMax - bytes.length);
    const most = Math.floor(room / Math.max(1, repeated.length));
    const count = 1 + chance.length(most);
    const many = new Uint8Array(count * repeated.length);
    for (let at = 0; at < many.length; at += repeated.length) {
      many.set(repeated, at);
    }
    return put(bytes, place(bytes, chance), 0, many);
  },
  function swap(bytes, chance) {
    const [from, to] = [place(bytes, chance), place(bytes, chance)];
    bytes.copyWithin(to, from, from + chance.length(64));
    return bytes;
  },
  function figures(bytes, chance) {
    const at = digitFrom(bytes, place(bytes, chance));
    let end = at;
    while (isDigit(bytes[end])) end++;
    return put(bytes, at, end - at, chance.pick(STRANGE_NUMBERS));
  },
  function binaryNumber(bytes, chance) {
    const width = chance.pick([1, 2, 4, 8]);
    if (bytes.length < width) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const little = chance.oneIn(2);
    let number = chance.pick(BINARY_NUMBERS);
    if (!little) number <<= BigInt(64 - 8 * width);
    const scratch = new Uint8Array(8);
    new DataView(scratch.buffer).setBigUint64(0, number, little);
    const at = chance.below(view.byteLength - width + 1);
    bytes.set(scratch.subarray(0, width), at);
    return bytes;
  },
];

const NOTHING = new Uint8Array();

/** The sample, changed once to four times; the sample itself is left alone. */
export function mutate(
  sample: Uint8Array,
  chance: Chance,
  material: Material,
): Uint8Array<ArrayBuffer> {
  let bytes = sample.slice();
  for (let count = chance.below(4); count >= 0; count--) {
    bytes = chance.pick(MUTATIONS)(bytes, chance, material);
    if (bytes.length === 0) return bytes;
  }
  return bytes.subarray(0, material.bytesMax ?? BYTES_MAX);
}

/** Bytes that mean nothing, or tokens one after the other. */
export function noise(
  chance: Chance,
  { tokens, bytesMax = BYTES_MAX }: Material,
): Uint8Array<ArrayBuffer> {
  if (tokens.length === 0 || chance.oneIn(2)) {
    return chance.bytes(chance.length(bytesMax));
  }
  const parts = Array.from(
    { length: chance.below(40) },
    () => chance.oneIn(8) ? chance.bytes(1) : chance.pick(tokens),
  );
  return concat(...parts).subarray(0, bytesMax);
}

function digitFrom(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (isDigit(bytes[at])) return at;
  }
  return from;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
