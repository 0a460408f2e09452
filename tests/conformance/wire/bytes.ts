/**
 * Bytes and their spellings, written from docs/protocol.md alone: the kit
 * shares no code with the implementation that it judges.
 *
 * @module
 */

import { createHash, createHmac, randomBytes } from "node:crypto";

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const unhex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** base64url of RFC 4648 section 5, without padding. */
export const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** base64 of RFC 4648 section 4, padded. */
export const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export function unbase64(text: string): Bytes {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
}

/** The bytes of their one spelling; null for any other text. */
export function unbase64url(text: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = unbase64(text);
  return base64url(bytes) === text ? bytes : null;
}

export const sha256 = (...parts: readonly Uint8Array[]): Bytes =>
  new Uint8Array(createHash("sha256").update(concat(...parts)).digest());

export const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes =>
  new Uint8Array(createHmac("sha256", key).update(concat(...parts)).digest());

/** An unsigned number, big-endian. */
export function number(value: number | bigint, bytes: number): Bytes {
  const text = BigInt(value).toString(16).padStart(2 * bytes, "0");
  return unhex(text.slice(-2 * bytes));
}

export const numberIn = (bytes: Uint8Array): number =>
  Number(`0x${hex(bytes)}`);

export const random = (length: number): Bytes =>
  new Uint8Array(randomBytes(length));

export const same = (one: Uint8Array, other: Uint8Array): boolean =>
  hex(one) === hex(other);

/** The same bytes with one bit the other way; bit 0 is the first byte's lowest. */
export function flipped(bytes: Uint8Array, bit: number): Bytes {
  const other = new Uint8Array(bytes);
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
}
