/**
 * The notation of bodies and the table of words, as docs/protocol.md has them
 * ("The body"). Reads strictly: what it takes is lawful.
 *
 * @module
 */

import type { Bytes } from "./bytes.ts";
import { base64url, unbase64url, utf8 } from "./bytes.ts";

export type Role = "server" | "machine";

/** A word and its arguments as they are written, before anything is escaped. */
export interface Said {
  readonly word: string;
  readonly args: readonly string[];
}

/** Is this text one of a kind? */
type Kind = (text: string) => boolean;

const bytesOf = (text: string) => utf8(text).length;

const whole = (max: bigint): Kind => (text) =>
  /^(0|[1-9]\d{0,19})$/.test(text) && BigInt(text) <= max;
const bytes = (length: number): Kind => (text) =>
  unbase64url(text)?.length === length;
const upTo = (length: number): Kind => (text) =>
  (unbase64url(text)?.length ?? Infinity) <= length;
const text = (min: number, max: number): Kind => (text) =>
  bytesOf(text) >= min && bytesOf(text) <= max && !CONTROL.test(text);
const among = (...words: string[]): Kind => (text) => words.includes(text);
const orEmpty = (kind: Kind): Kind => (text) => text === "" || kind(text);

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const U32 = whole(4_294_967_295n);
const U53 = whole(9_007_199_254_740_991n);
const U64 = whole(0xffff_ffff_ffff_ffffn);

const address: Kind = (text) => {
  const parts = /^(.+)\.(.+)\.(.+)\.(.+):(.+)$/.exec(text)?.slice(1) ?? [];
  const limits = [255n, 255n, 255n, 255n, 65_535n];
  return parts.length === 5 && parts[4] !== "0" &&
    parts.every((part, at) => whole(limits[at] ?? 0n)(part));
};
const note: Kind = (text) =>
  bytesOf(text) <= 600 && bytesOf(escape(text)) <= 660 &&
  !CONTROL.test(text.replaceAll("\n", ""));
const macs: Kind = (text) =>
  text === "" ||
  text.split(",").length <= 8 &&
    text.split(",").every((mac) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac));
const libraries: Kind = (text) => {
  const names = text.split(",");
  return names.length <= 8 && text.length <= 64 &&
    new Set(names).size === names.length &&
    names.every((name) => /^[a-z][a-z0-9-]{0,15}$/.test(name));
};
const LIST = among("envoie", "inchange");

/** `left out` is how many arguments at the end may be missing. */
interface Word {
  readonly kinds: readonly Kind[];
  readonly leftOut?: number;
}

const NAME = text(1, 128);
const VERSION = text(1, 64);

const WORDS: Record<Role, Record<string, Word>> = {
  server: {
    ping: {
      kinds: [U64, U32, whole(60_000n), address, address, U53, bytes(140)],
    },
    echo: { kinds: [bytes(16), bytes(140)], leftOut: 1 },
    OK: { kinds: [LIST], leftOut: 1 },
    identifiant: {
      kinds: [
        bytes(16),
        among("accepte", "attente", "refuse"),
        upTo(560),
        address,
        text(0, 24),
      ],
    },
    possede: { kinds: [NAME, VERSION, among("ieo")], leftOut: 1 },
    rien: { kinds: [] },
    dliste: { kinds: [orEmpty(bytes(32)), libraries], leftOut: 1 },
    install: {
      kinds: [U64, U32, NAME, VERSION, bytes(32), U53, among("retour")],
      leftOut: 1,
    },
    suppression: { kinds: [U64, U32, NAME, VERSION] },
  },
  machine: {
    ping: { kinds: [bytes(32), U64] },
    echo: { kinds: [bytes(32), bytes(16)] },
    OK: { kinds: [LIST], leftOut: 1 },
    identifie: {
      kinds: [
        macs,
        text(0, 64),
        text(0, 16),
        text(0, 16),
        text(0, 24),
        U64,
        orEmpty(bytes(6)),
        orEmpty(bytes(16)),
        bytes(80),
      ],
      leftOut: 1,
    },
    oui: { kinds: [] },
    non: { kinds: [] },
    vliste: { kinds: [bytes(32)] },
    reussi: { kinds: [U64, U32, text(0, 64), note] },
    rate: { kinds: [U64, U32, text(1, 24), note] },
  },
};

// deno-lint-ignore no-control-regex
const ESCAPED = /[%+{}[\]\u0000-\u001f\u007f-\u009f]/g;

/** The argument as it is written. */
export function escape(text: string): string {
  return text.replace(
    ESCAPED,
    (char) =>
      Array.from(
        utf8(char),
        (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      ).join(""),
  );
}

/** The bytes of a body; judges nothing, so that hostile ones can be made. */
export function body(word: string, ...args: readonly Argument[]): Bytes {
  const texts = args.map((argument) =>
    escape(
      argument instanceof Uint8Array ? base64url(argument) : String(argument),
    )
  );
  return utf8(
    texts.length === 0 ? `[${word}]` : `[${word}{${texts.join("+")}}]`,
  );
}

export type Argument = string | number | bigint | Uint8Array;

/** The word and its arguments; null when the grammar has no such body. */
export function readBody(bytes: Uint8Array): Said | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return null;
  }
  const parts = /^\[([A-Za-z]{1,16})(?:\{([^{}[\]]*)\})?\]$/.exec(text);
  if (parts === null) return null;
  const [, word = "", inner] = parts;
  try {
    const args = inner === undefined
      ? []
      : inner.split("+").map((arg) => decodeURIComponent(arg));
    // Encoded again it must be the same: bodies have one spelling.
    const again = new TextDecoder().decode(body(word, ...args));
    return again === text && args.length <= 16 ? { word, args } : null;
  } catch {
    return null;
  }
}

/** The same, of a word that this role may say, with arguments of their kinds. */
export function readSaid(from: Role, bytes: Uint8Array): Said | null {
  const said = readBody(bytes);
  const words = WORDS[from];
  const word = said !== null && Object.hasOwn(words, said.word)
    ? words[said.word]
    : undefined;
  if (said === null || word === undefined) return null;
  const { kinds, leftOut = 0 } = word;
  const { length } = said.args;
  if (length > kinds.length || length < kinds.length - leftOut) return null;
  return said.args.every((arg, at) => kinds[at]?.(arg)) ? said : null;
}
