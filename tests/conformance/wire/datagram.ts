/**
 * The datagram, written from docs/protocol.md alone ("The datagram",
 * "Receiving"). `seal` makes any, also unlawful ones; `open` takes only those
 * that a receiver may take before it looks at places.
 *
 * @module
 */

import { readSaid, type Role, type Said } from "./body.ts";
import {
  type Bytes,
  concat,
  hmac,
  number,
  numberIn,
  same,
  sha256,
  utf8,
} from "./bytes.ts";
import { type Key, verifies } from "./keys.ts";

export interface Header {
  readonly from: Role;
  readonly step: number;
  readonly fleet: Bytes;
  readonly machine: Bytes;
  readonly conversation: Bytes;
  readonly prev: Bytes;
  readonly session: Bytes;
  readonly counter: number;
}

/** What a lawful datagram says. */
export interface Opened extends Header, Said {
  readonly bytes: Bytes;
}

/** What is wrong on purpose; each place has the lawful value when absent. */
export interface Bend {
  readonly magic?: string;
  readonly suite?: number;
  readonly flags?: number;
  readonly reserved7?: number;
  readonly reserved78?: number;
  readonly length?: number;
  readonly signedText?: string;
}

export const none = (length: number): Bytes => new Uint8Array(length);

const FILTER_BYTES = 8;
const SIGNATURE_BYTES = 64;
const SIGNED = "SeP1 signature\0";

/** Header, body, filter and signature. */
export function seal(
  header: Header,
  body: Uint8Array,
  { filterKey, key }: { readonly filterKey: Bytes; readonly key: Key },
  bend: Bend = {},
): Bytes {
  const flags = bend.flags ?? (header.from === "server" ? 1 : 0);
  const said = concat(
    utf8(bend.magic ?? "SeP1"),
    Uint8Array.of(bend.suite ?? 1, flags, header.step, bend.reserved7 ?? 0),
    header.fleet,
    header.machine,
    header.conversation,
    header.prev,
    header.session,
    number(header.counter, 4),
    number(bend.length ?? body.length, 2),
    number(bend.reserved78 ?? 0, 2),
    body,
  );
  const filtered = concat(said, hmac(filterKey, said).slice(0, FILTER_BYTES));
  const signature = key.sign(utf8(bend.signedText ?? SIGNED), filtered);
  return concat(filtered, signature);
}

/** The header alone, of bytes that are long enough. */
export function headerOf(bytes: Bytes): Header {
  const part = (at: number, length: number) => bytes.slice(at, at + length);
  return {
    from: (bytes[5] ?? 0) === 1 ? "server" : "machine",
    step: bytes[6] ?? 0,
    fleet: part(8, 8),
    machine: part(16, 16),
    conversation: part(32, 16),
    prev: part(48, 16),
    session: part(64, 8),
    counter: numberIn(part(72, 4)),
  };
}

/** Why a receiver drops it: a word of docs/protocol.md, "Receiving". */
export interface Dropped {
  readonly dropped: string;
}

export interface Reader {
  /** The role of who reads. */
  readonly to: Role;
  readonly fleet: Bytes;
  readonly filterKey: Bytes;
  /** The key to believe for this message; null: none. */
  keyOf(header: Header, said: Said): Uint8Array | null;
}

/** Reads in the order that a receiver must keep. */
export function open(bytes: Bytes, reader: Reader): Opened | Dropped {
  if (bytes.length < 156) return { dropped: "short" };
  if (bytes.length > 1_200) return { dropped: "too long" };
  if (!same(bytes.slice(0, 4), utf8("SeP1"))) return { dropped: "magic" };
  if (bytes[4] !== 1) return { dropped: "suite" };
  const zeros = (bytes[7] ?? 1) | (bytes[78] ?? 1) | (bytes[79] ?? 1);
  if ((bytes[5] ?? 2) > 1 || (bytes[6] ?? 8) > 7 || zeros !== 0) {
    return { dropped: "reserved" };
  }
  const length = numberIn(bytes.slice(76, 78));
  if (length > 900 || bytes.length !== 152 + length) {
    return { dropped: "length" };
  }
  const header = headerOf(bytes);
  if (header.from === reader.to) return { dropped: "direction" };
  if (!same(header.fleet, reader.fleet)) return { dropped: "fleet" };
  const filtered = bytes.slice(0, -SIGNATURE_BYTES);
  const said = filtered.slice(0, -FILTER_BYTES);
  const filter = hmac(reader.filterKey, said).slice(0, FILTER_BYTES);
  if (!same(filter, filtered.slice(-FILTER_BYTES))) {
    return { dropped: "filter" };
  }
  const meant = readSaid(header.from, said.slice(80));
  if (meant === null) return { dropped: "word" };
  const key = reader.keyOf(header, meant);
  if (key === null) return { dropped: "key" };
  const signature = bytes.slice(-SIGNATURE_BYTES);
  if (!verifies(key, signature, utf8(SIGNED), filtered)) {
    return { dropped: "signature" };
  }
  return { ...header, ...meant, bytes };
}

/** `prev` of whatever follows these bytes. */
export const prevOf = (bytes: Uint8Array): Bytes => sha256(bytes).slice(0, 16);

/** The session that a machine's last `[OK]` of a discovery makes. */
export const sessionOf = (lastOk: Uint8Array): Bytes =>
  sha256(lastOk).slice(0, 8);
