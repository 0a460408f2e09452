/**
 * Shapes of JSON values: small readers that are put together and say exactly
 * what does not fit, and where. They stand in for a validation library in what
 * the agent loads, whose idle memory is measured.
 *
 * A shape takes nothing on trust: an unknown field, a missing one and a wrong
 * type are all misfits, because a field that one reader ignores is a field
 * that two readers understand differently. Every list and text has a limit.
 *
 * @module
 */

import { fromBase64Url } from "./bytes.ts";
import { fault, ok, type Outcome } from "./outcome.ts";

/** What does not fit: `"servers[1]" must be text, not a number`. */
export interface Misfit {
  /** `enrolment.secret`, `servers[1]`; empty for the whole document. */
  readonly path: string;
  /** The end of the sentence that begins with the path. */
  readonly problem: string;
}

/** Reads a JSON value that stands at `path`. */
export type Shape<T> = (value: unknown, path: string) => Outcome<T, Misfit>;

/** What a shape reads. */
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** A whole sentence on a misfit, without a full stop. */
export function sentenceOf({ path, problem }: Misfit): string {
  return `${path === "" ? "The document" : describe(path)} ${problem}`;
}

/** An object with exactly these fields. */
export function objectOf<F extends Record<string, Shape<unknown>>>(
  fields: F,
): Shape<{ readonly [K in keyof F]: ValueOf<F[K]> }> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return misfit(path, `must be an object, not ${describe(value)}`);
    }
    const unknown = Object.keys(value).find((key) =>
      !Object.hasOwn(fields, key)
    );
    if (unknown !== undefined) {
      const known = Object.keys(fields).join(", ");
      return misfit(
        joined(path, unknown),
        `is not a known field; known are ${known}`,
      );
    }
    const read: Partial<Record<string, unknown>> = {};
    for (const [key, shape] of Object.entries(fields)) {
      const fieldPath = joined(path, key);
      if (!Object.hasOwn(value, key)) return misfit(fieldPath, "is missing");
      const field = shape(Reflect.get(value, key), fieldPath);
      if (!field.ok) return field;
      read[key] = field.value;
    }
    return ok(read as { readonly [K in keyof F]: ValueOf<F[K]> });
  };
}

/** A list of at most `max` such values. */
export function listOf<T>(item: Shape<T>, max: number): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) {
      return misfit(path, `must be a list, not ${describe(value)}`);
    }
    if (value.length > max) {
      return misfit(path, `has ${value.length} entries; at most ${max} may be`);
    }
    const read: T[] = [];
    for (const [index, element] of value.entries()) {
      const one = item(element, `${path}[${index}]`);
      if (!one.ok) return one;
      read.push(one.value);
    }
    return ok(read);
  };
}

/** Such a value, or null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => value === null ? ok(null) : shape(value, path);
}

/** Text that passes the check; `what` says what that is: "a program name". */
export function textOf(
  what: string,
  check: (text: string) => boolean,
): Shape<string> {
  return (value, path) =>
    typeof value === "string" && check(value)
      ? ok(value)
      : misfit(path, `must be ${what}, not ${describe(value)}`);
}

/** A whole number from `min` to `max`, both at most 2^53 - 1. */
export function wholeNumber(min: number, max: number): Shape<number> {
  return (value, path) =>
    typeof value === "number" && Number.isSafeInteger(value) &&
      value >= min && value <= max
      ? ok(value)
      : misfit(
        path,
        `must be a whole number from ${min} to ${max}, not ${describe(value)}`,
      );
}

/** True or false. */
export const trueOrFalse: Shape<boolean> = (value, path) =>
  typeof value === "boolean"
    ? ok(value)
    : misfit(path, `must be true or false, not ${describe(value)}`);

/** The number of the document's own format, always its first field. */
export function formatOf<N extends number>(format: N): Shape<N> {
  return (value, path) => {
    if (value === format) return ok(format);
    const isNewer = typeof value === "number" && value > format;
    const advice = isNewer
      ? "; a newer Flottille wrote it, update this one"
      : "";
    return misfit(path, `must be ${format}, not ${describe(value)}${advice}`);
  };
}

/**
 * A moment in UTC, to the second or the millisecond: "2026-01-31T23:59:59Z".
 * Gives the text back; `Date.parse` of it never fails.
 */
export const moment: Shape<string> = textOf(
  "a moment such as 2026-01-31T23:59:59Z",
  (text) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(text)) {
      return false;
    }
    const ms = Date.parse(text);
    // The comparison catches a 30 February that became a 2 March.
    return Number.isFinite(ms) &&
      new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
  },
);

/**
 * Bytes in canonical base64url: exactly `size` of them, or up to `sizeMax`. The
 * misfit never shows the text: it may be a secret with one letter lost.
 */
export function bytesOf(
  size: number,
  sizeMax = size,
): Shape<Uint8Array<ArrayBuffer>> {
  const range = sizeMax === size ? `${size}` : `${size} to ${sizeMax}`;
  return (value, path) => {
    const bytes = typeof value === "string" ? fromBase64Url(value) : null;
    if (bytes !== null && bytes.length >= size && bytes.length <= sizeMax) {
      return ok(bytes);
    }
    const other = typeof value === "string" ? "other text" : describe(value);
    const found = bytes === null ? other : `${bytes.length}`;
    return misfit(path, `must be ${range} bytes in base64url, not ${found}`);
  };
}

/** A misfit, as an outcome. */
export function misfit(path: string, problem: string): Outcome<never, Misfit> {
  return fault({ path, problem });
}

function joined(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}

const DESCRIBED_CHARS_MAX = 64;

/** The value in a few words: nothing long, nothing that a terminal obeys. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const isLong = value.length > DESCRIBED_CHARS_MAX;
  const shown = isLong ? `${value.slice(0, DESCRIBED_CHARS_MAX)}...` : value;
  return escapeSigns(JSON.stringify(shown));
}

/**
 * JSON without what a terminal obeys: it escapes the C0 controls and lone
 * surrogates by itself; DEL, the C1 controls and the marks that turn the
 * direction of a text are escaped here.
 */
export function escapeSigns(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
