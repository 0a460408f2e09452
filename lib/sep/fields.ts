/**
 * The kinds of argument a SeP word can carry. Each knows its one written form,
 * its limit, and refuses everything else: no rounding, no leading zero, no
 * second spelling (D-11, D-12). `words.ts` puts them together.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import { fromBase64Url, toBase64Url } from "../trust/bytes.ts";
import { isNote, NOTE_BYTES_MAX, NOTE_WRITTEN_BYTES_MAX } from "./note.ts";

/** One kind of argument. */
export interface Field<T> {
  /** For the table of the protocol document. */
  readonly shape: string;
  /** The value of a written argument, or undefined when it is not lawful. */
  parse(written: string): T | undefined;
  print(value: T): string;
  /** A field that may be missing at the end of the arguments. */
  readonly optional?: true;
}

const U32_MAX = 0xffff_ffff;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
const DECIMAL = /^(0|[1-9][0-9]{0,19})$/;

/** A whole number in decimal, from 0 to `max` (at most 2^53 - 1). */
export function whole(max: number): Field<number> {
  return {
    shape: `whole number, at most ${max}`,
    parse(written) {
      if (!DECIMAL.test(written)) return undefined;
      const value = BigInt(written);
      return value <= BigInt(max) ? Number(value) : undefined;
    },
    print: String,
  };
}

/** A whole number in decimal, of 32 bits. */
export const u32: Field<number> = whole(U32_MAX);

/** A whole number in decimal, of 64 bits. */
export const u64: Field<bigint> = {
  shape: "whole number of 64 bits",
  parse(written) {
    if (!DECIMAL.test(written)) return undefined;
    const value = BigInt(written);
    return value <= U64_MAX ? value : undefined;
  },
  print: String,
};

/** Exactly `count` bytes in base64url without padding. */
export function bytes(count: number): Field<Uint8Array> {
  return {
    shape: `${count} bytes`,
    parse(written) {
      const value = fromBase64Url(written);
      return value?.length === count ? value : undefined;
    },
    print: toBase64Url,
  };
}

/** Exactly `count` bytes in base64url, or nothing at all. */
export function bytesOrNone(count: number): Field<Uint8Array | null> {
  return orNone(bytes(count));
}

/** From 0 to `max` bytes in base64url. */
export function bytesUpTo(max: number): Field<Uint8Array> {
  return {
    shape: `up to ${max} bytes`,
    parse(written) {
      const value = fromBase64Url(written);
      return value !== null && value.length <= max ? value : undefined;
    },
    print: toBase64Url,
  };
}

/**
 * Text of `min` to `max` bytes of UTF-8, without control characters: they have
 * no business in a name, and a log or a terminal would obey them (D-10).
 */
export function text(min: number, max: number): Field<string> {
  return {
    shape: `text of ${min} to ${max} bytes`,
    parse(written) {
      if (/\p{Cc}/u.test(written)) return undefined;
      const size = new TextEncoder().encode(written).length;
      return size >= min && size <= max ? written : undefined;
    },
    print: (value) => value,
  };
}

/**
 * Lines of text, parted by line feeds, which are written `%0A`. No other
 * control character: a log or a terminal would obey it (D-10).
 */
export const note: Field<string> = {
  shape: `note of at most ${NOTE_BYTES_MAX} bytes, ` +
    `${NOTE_WRITTEN_BYTES_MAX} as written`,
  parse: (written) => isNote(written) ? written : undefined,
  print: (value) => value,
};

/** One of a few words. */
export function oneOf<const W extends string>(...words: W[]): Field<W> {
  return {
    shape: words.map((word) => `\`${word}\``).join(" or "),
    parse: (written) => words.find((word) => word === written),
    print: (value) => value,
  };
}

/** `a.b.c.d:port`. */
export const address: Field<Address> = {
  shape: "`a.b.c.d:port`",
  parse(written) {
    const [hostname = "", port = "", ...more] = written.split(":");
    const parsed = whole(65_535).parse(port);
    if (more.length > 0 || parsed === undefined || parsed === 0) {
      return undefined;
    }
    return isIpv4(hostname) ? { hostname, port: parsed } : undefined;
  },
  print: ({ hostname, port }) => `${hostname}:${port}`,
};

/** Up to eight MAC addresses, joined by commas, lower case. */
export const macs: Field<readonly string[]> = {
  shape: "0 to 8 MAC addresses, joined by `,`",
  parse(written) {
    if (written === "") return [];
    const all = written.split(",");
    return all.length <= MACS_MAX && all.every(isMac) ? all : undefined;
  },
  print: (value) => value.join(","),
};

/** One to eight short names, each once, joined by commas. */
export const names: Field<readonly string[]> = {
  shape: "1 to 8 names of at most 16 letters, digits or `-`, joined by `,`, " +
    "64 bytes in all",
  parse(written) {
    const all = written.split(",");
    const isLawful = written.length <= NAMES_BYTES_MAX &&
      all.length <= NAMES_MAX && all.every(isName) &&
      new Set(all).size === all.length;
    return isLawful ? all : undefined;
  },
  print: (value) => value.join(","),
};

const NAMES_MAX = 8;
const NAMES_BYTES_MAX = 64;

function isName(written: string): boolean {
  return /^[a-z][a-z0-9-]{0,15}$/.test(written);
}

/** MAC addresses that one `[identifie]` may name. */
export const MACS_MAX = 8;

/** The field, or nothing: an empty argument is null. */
export function orNone<T>(field: Field<T>): Field<T | null> {
  return {
    shape: `${field.shape}, or empty`,
    parse: (written) => written === "" ? null : field.parse(written),
    print: (value) => value === null ? "" : field.print(value),
  };
}

/** The field, or no argument at all; only lawful as the last one. */
export function optional<T>(
  field: Field<T>,
): Field<T | null> & { optional: true } {
  return {
    shape: `${field.shape}, or left out`,
    parse: (written) => field.parse(written),
    print: (value) => value === null ? "" : field.print(value),
    optional: true,
  };
}

function isMac(written: string): boolean {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(written);
}

/** True for a literal IPv4 address in its one usual form. */
export function isIpv4(written: string): boolean {
  const parts = written.split(".");
  return parts.length === 4 &&
    parts.every((part) => whole(255).parse(part) !== undefined);
}
