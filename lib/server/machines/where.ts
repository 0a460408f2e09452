/**
 * Which single machine somebody means: by its name, its identifier, or the
 * beginning of one. Pure. What means several is in `selectors/`.
 *
 * Case does not count: two machines whose names differ in case only would be
 * a trap for people, and identifiers are hexadecimal.
 *
 * @module
 */

import { didYouMean, nearest } from "../../trust/nearest.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { ID_PREFIX_LENGTH_MIN } from "../selectors/matching.ts";
import { ambiguous, type WhereFault } from "../selectors/nothing_meant.ts";

/** What a machine is called, and what it is. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** The one machine of this name or identifier; a glob is not taken. */
export function matchMachine<T extends Named>(
  machines: readonly T[],
  word: string,
): Outcome<T, WhereFault> {
  const lower = word.toLowerCase();
  const byName = machines.find(({ name }) => name.toLowerCase() === lower);
  if (byName !== undefined) return ok(byName);
  const byPrefix = lower.length < ID_PREFIX_LENGTH_MIN
    ? []
    : machines.filter(({ id }) => id.startsWith(lower));
  if (byPrefix.length > 1) return fault(ambiguous(word, byPrefix));
  const [only] = byPrefix;
  if (only !== undefined) return ok(only);
  const near = nearest(word, machines.map(({ name }) => name));
  const error = `No machine is called "${word}"${didYouMean(near)}`;
  return fault({ error, nearest: near });
}
