/**
 * Bytes and their three spellings: base64url (the bytes of SeP's arguments and
 * of every identifier a person copies), hexadecimal and UTF-8. Each decoder
 * takes one spelling only of the same bytes, because a second one would be a
 * second name of the same machine, key or package.
 *
 * Knows nothing of keys or files, and keeps nothing between calls.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";

const UTF8_ENCODER = new TextEncoder();
// Without `ignoreBOM` the decoder would drop a leading byte order mark, and two
// different byte strings would read as the same text.
const UTF8_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** SHA-256 of the parts, one after the other: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The parts, one after the other, in memory of their own. */
export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * Are these the same bytes? Takes as long for a difference in the first byte
 * as for one in the last, so a secret cannot be guessed byte by byte. Lengths
 * are not secret: a difference in length is told at once.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * The bytes of canonical base64url, or null for any other text: padding, white
 * space, the other alphabet, or unused bits that are not zero.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    return toBase64Url(bytes) === text ? bytes : null;
  } catch {
    return null; // A SyntaxError, the only thing the decoder throws.
  }
}

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** The bytes of lower-case hexadecimal, or null for any other text. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.fromHex(text);
}

/**
 * The UTF-8 bytes of the text. A lone surrogate has no UTF-8 form and becomes
 * U+FFFD: check text of strangers with `isWellFormed()` first.
 */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return UTF8_ENCODER.encode(text);
}

/** The text of these bytes, or null when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8_DECODER.decode(bytes);
  } catch {
    return null;
  }
}
