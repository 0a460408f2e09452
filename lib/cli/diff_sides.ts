/**
 * The two lists that the words of `diff` mean. Pure: it asks nobody whether
 * there is such a machine.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../trust/outcome.ts";
import {
  isMomentLike,
  type MomentContext,
  parseMoment,
} from "./moment_argument.ts";

/** One side: a machine's list at a moment, the last one without it. */
export interface DiffSide {
  readonly machine: string;
  /** ISO 8601. */
  readonly at?: string;
}

/** Both sides. */
export interface DiffSides {
  readonly from: DiffSide;
  readonly to: DiffSide;
  /** The second word was taken for a machine. */
  readonly isOfMachines: boolean;
}

/** What `MACHINE DATE`, `MACHINE DATE DATE` or `MACHINE MACHINE` means. */
export function sidesOf(
  [machine = "", first = "", second]: readonly string[],
  context: MomentContext,
): Outcome<DiffSides, string> {
  const from = parseMoment(first, context);
  if (second === undefined) {
    if (from.ok) return ok(datedSides(machine, from.value, null));
    // A word that is no date may yet be a machine's name: the server knows.
    return mayBeName(first)
      ? ok({
        from: { machine },
        to: { machine: first },
        isOfMachines: true,
      })
      : from;
  }
  if (!from.ok) {
    return isMomentLike(first) ? from : fault(
      `"${first}" is no date: diff takes MACHINE DATE DATE or MACHINE MACHINE`,
    );
  }
  const to = parseMoment(second, context);
  if (!to.ok) return to;
  return from.value <= to.value
    ? ok(datedSides(machine, from.value, to.value))
    : fault(
      `"${first}" is later than "${second}": give the earlier date first`,
    );
}

function datedSides(
  machine: string,
  fromMs: number,
  toMs: number | null,
): DiffSides {
  return {
    from: { machine, at: new Date(fromMs).toISOString() },
    to: toMs === null
      ? { machine }
      : { machine, at: new Date(toMs).toISOString() },
    isOfMachines: false,
  };
}

/** A day or a time in a form that names of machines do not have. */
function mayBeName(word: string): boolean {
  return !/^\d{4}-\d{1,2}-\d{1,2}([T ]|$)/i.test(word);
}
