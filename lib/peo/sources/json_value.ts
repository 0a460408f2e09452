/**
 * JSON that somebody else wrote, looked at one field at a time: a field that
 * is not there, or not of the kind that is looked for, is undefined.
 *
 * Pure. No value is walked through, so one of a million levels costs no more
 * than its bytes.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** Bad bytes become U+FFFD, and a mark at the beginning is left out. */
const UTF8 = new TextDecoder("utf-8");

/**
 * The value, or the end of a sentence on why there is none. A text that is not
 * UTF-8 costs itself only, as with the tools that wrote the file.
 */
export function jsonOf(bytes: Uint8Array): Outcome<unknown, string> {
  const text = UTF8.decode(bytes);
  try {
    return ok(JSON.parse(text));
  } catch {
    return fault(text.trim() === "" ? "it is empty" : "it is not JSON");
  }
}

/** The field of an object. */
export function valueAt(of: unknown, key: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, key)
    ? Reflect.get(of, key)
    : undefined;
}

/** A field that is text, and not blank. */
export function textAt(of: unknown, key: string): string | undefined {
  const value = valueAt(of, key);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** The fields of an object, in their order; none of anything else. */
export function fieldsOf(of: unknown): [string, unknown][] {
  return typeof of === "object" && of !== null && !Array.isArray(of)
    ? Object.entries(of)
    : [];
}
