/**
 * "Did you mean": the words near to one that was mistyped.
 *
 * @module
 */

import { nearest } from "../trust/nearest.ts";

/** `did you mean "a" or "b"?`; null when nothing is near. */
export function suggestion(
  word: string,
  known: Iterable<string>,
): string | null {
  return asked(nearest(word, known));
}

/** The same question for words that somebody else found near. */
export function asked(near: readonly string[]): string | null {
  if (near.length === 0) return null;
  const quoted = near.map((one) => `"${one}"`);
  const last = quoted.pop();
  return quoted.length === 0
    ? `did you mean ${last}?`
    : `did you mean ${quoted.join(", ")} or ${last}?`;
}
