/**
 * The join file of a sealed machine: the one that it has, with a secret to
 * join by. Pure.
 *
 * @module
 */

import { equalBytes } from "../trust/bytes.ts";
import { newer } from "../trust/delegation.ts";
import type { JoinFile } from "../trust/join_file.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";

/**
 * What the copies join by.
 *
 * @param own What the machine has; null: nothing.
 * @param given The join file that a person gave; null: none.
 */
export function sealedJoin(
  own: JoinFile | null,
  given: JoinFile | null,
): Outcome<JoinFile, string> {
  if (given === null) {
    if (own === null) {
      return fault(
        "it has not joined a fleet; give the fleet's join file with --join",
      );
    }
    return own.enrolment === null
      ? fault(
        "this machine has joined its fleet and erased the secret, which its " +
          "copies need; give the fleet's join file with --join",
      )
      : ok(own);
  }
  if (given.enrolment === null) {
    return fault(
      "the join file that was given has no secret: it is some machine's own " +
        "copy; take the one that the server wrote",
    );
  }
  if (own === null) return ok(given);
  if (!equalBytes(own.fleet, given.fleet)) {
    return fault(
      "the join file that was given is of another fleet; remove the state " +
        "directory, and join that one, if it is meant",
    );
  }
  const isNewer = newer(own.delegation, given.delegation) === "newer";
  return ok({
    ...given,
    delegation: isNewer ? given.delegation : own.delegation,
  });
}
