/**
 * What a reader gives back when the bytes came from somebody else: a value, or
 * the fault that was found. A peer that breaks the rules is an everyday event,
 * so it is a value and never an exception; exceptions are for callers that
 * break theirs and for a world that failed.
 *
 * @module
 */

/** A value of type `T`, or a fault of type `F` when there is none. */
export type Outcome<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: F };

/** The outcome of what went well. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The outcome of what did not: `reason` is a word of a table or a sentence. */
export function fault<F>(
  reason: F,
): { readonly ok: false; readonly fault: F } {
  return { ok: false, fault: reason };
}
