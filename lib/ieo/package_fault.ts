/**
 * Why a package was refused: the word that travels in `[rate]`, and a sentence
 * for the person who must mend it. A package comes from somebody else, so this
 * is a value; a disk that fails is thrown.
 *
 * @module
 */

import type { Reason } from "../sep/reasons.ts";
import { fault, type Outcome } from "../trust/outcome.ts";

/** Why a package was refused. */
export interface PackageFault {
  readonly reason: Reason;
  /** A sentence without a full stop: what was being done, what was found. */
  readonly detail: string;
}

/** A refusal, as an outcome. */
export function refuse(
  reason: Reason,
  detail: string,
): Outcome<never, PackageFault> {
  return fault({ reason, detail });
}
