/**
 * Which orders bring machines to what is wanted of them: none for what is
 * under way already, and none too soon after one that failed. Pure.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { Difference } from "./compare.ts";

/** An order for several machines. */
export interface Amendment {
  readonly verb: "ensure" | "remove" | "collect";
  /** "" for `collect`. */
  readonly name: string;
  /** "" for `remove` and `collect`. */
  readonly version: string;
  readonly machines: readonly MachineId[];
}

/** What was tried for one program of one machine. */
export interface Trial {
  /** The version, or "" for its removal. */
  readonly to: string;
  /** Failures one after the other. */
  readonly failures: number;
  /** Not again before, on the wall clock. */
  readonly notBeforeMs: number;
}

/** A list says what an order has done only some time after it. */
export const SETTLE_MS = 600_000;
const RETRY_FIRST_MS = 900_000;
const RETRY_MAX_MS = 86_400_000;

/** Names one program of one machine. */
export function trialKey(machine: MachineId, name: string): string {
  return `${machine} ${name}`;
}

/** The orders that are due. */
export function amend(
  differences: readonly Difference[],
  { isUnderWay, trials, nowMs }: {
    /** Any open order of this program for this machine. */
    isUnderWay(machine: MachineId, name: string): boolean;
    readonly trials: ReadonlyMap<string, Trial>;
    readonly nowMs: number;
  },
): Amendment[] {
  const due = steps(differences).filter(({ machine, name, version }) => {
    if (isUnderWay(machine, name)) return false;
    const trial = trials.get(trialKey(machine, name));
    return trial === undefined || trial.to !== version ||
      trial.notBeforeMs <= nowMs;
  });
  const alike = Map.groupBy(
    due,
    ({ verb, name, version }) => JSON.stringify([verb, name, version]),
  );
  return [...alike.values()].map((all) => {
    const [{ verb, name, version } = NOTHING] = all;
    return { verb, name, version, machines: all.map(({ machine }) => machine) };
  });
}

interface Step extends Omit<Amendment, "machines"> {
  readonly machine: MachineId;
}

const NOTHING: Step = { machine: "", verb: "collect", name: "", version: "" };

/** Whose list has not come is asked for it, once. */
function steps(differences: readonly Difference[]): Step[] {
  const unknown = new Set<MachineId>();
  return differences.flatMap(({ machine, name, action, to }): Step[] => {
    switch (action) {
      case "install":
      case "update":
        return [{ machine, verb: "ensure", name, version: to }];
      case "remove":
        return [{ machine, verb: "remove", name, version: "" }];
      case "unknown":
        if (unknown.has(machine)) return [];
        unknown.add(machine);
        return [{ ...NOTHING, machine }];
      default:
        return [];
    }
  });
}

/** What is remembered when an order has ended. */
export function afterTrial(
  before: Trial | undefined,
  { to, isDone, nowMs }: {
    readonly to: string;
    readonly isDone: boolean;
    readonly nowMs: number;
  },
): Trial {
  if (isDone) return { to, failures: 0, notBeforeMs: nowMs + SETTLE_MS };
  const failures = (before?.to === to ? before.failures : 0) + 1;
  const waitMs = Math.min(
    RETRY_MAX_MS,
    RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 20),
  );
  return { to, failures, notBeforeMs: nowMs + waitMs };
}
