/** Outcomes, opened by a test that knows which kind it expects. */

import type { Outcome } from "../../lib/trust/outcome.ts";

/** The value; fails the test when there is a fault instead. */
export function valueOf<T, F>(outcome: Outcome<T, F>): T {
  if (!outcome.ok) throw new Error(`A fault: ${String(outcome.fault)}`);
  return outcome.value;
}

/** The fault; fails the test when there is a value instead. */
export function faultOf<T, F>(outcome: Outcome<T, F>): F {
  if (outcome.ok) throw new Error("A value where a fault was expected");
  return outcome.fault;
}
