/**
 * Text of databases and tools that promise UTF-8 and may hold anything. Such
 * bytes are cut into fields first, a character a byte, and each field is read
 * by itself: so a bad byte costs its own field only.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { fromUtf8 } from "../../trust/bytes.ts";
import { describe } from "../../trust/shape.ts";

/** A character for each byte. */
export function rawOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1");
}

/** The text of such characters; undefined when they are not UTF-8. */
export function textOf(raw: string): string | undefined {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(raw)) return raw;
  return fromUtf8(Buffer.from(raw, "latin1")) ?? undefined;
}

/** Quoted for a sentence, whatever it is. */
export function quoted(raw: string): string {
  return describe(textOf(raw) ?? raw);
}

/** A whole number as programs write it; undefined for any other text. */
export function wholeIn(raw: string | undefined): number | undefined {
  return raw !== undefined && /^\d{1,16}$/.test(raw) ? Number(raw) : undefined;
}

/** `Anna Ek` of `Anna Ek <anna@example.org>`; undefined when it is empty. */
export function personIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = (text.includes("<") ? text.slice(0, text.indexOf("<")) : text)
    .trim();
  // An address without a name says nothing that may be passed on.
  return name === "" || name.includes("@") ? undefined : name;
}
