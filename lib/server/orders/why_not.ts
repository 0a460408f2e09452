/**
 * Why a task cannot be begun now, and what becomes of it. Pure.
 *
 * @module
 */

import type { MachineState, Verb } from "../shapes/api_schema.ts";
import type { Order, Task, TaskPhase } from "../shapes/task.ts";
import type { TaskEvent } from "./task_events.ts";

/** Why a revoked machine's orders end. */
export const REVOKED = "The machine is revoked";

/** How things are at the moment of the question. */
export interface Circumstances {
  /** Null: the machine is not known. */
  readonly state: MachineState | null;
  /** On the wall clock. */
  readonly nowMs: number;
  /**
   * When the machine may be worked on next: not after `nowMs`: it may now;
   * null: no window of its groups ever opens.
   */
  opensMs(): number | null;
}

/** Questions disturb nobody. */
const ASKS: ReadonlySet<Verb> = new Set<Verb>(["has", "collect"]);

/**
 * Where a machine may act, now or as the next thing; what it did already is
 * proved at any time.
 */
const ACTS: ReadonlySet<TaskPhase> = new Set<TaskPhase>([
  "look",
  "else",
  "act",
  "check",
]);

/** Null: it may begin. */
export function whyNot(
  { verb, expiresMs, anytime, deadlineMs = Infinity }: Order,
  { phase }: Task,
  { state, nowMs, opensMs }: Circumstances,
): TaskEvent | null {
  if (expiresMs !== null && expiresMs <= nowMs) return { kind: "expire" };
  const absent = whyNotOf(state);
  if (absent !== null || anytime || ASKS.has(verb) || !ACTS.has(phase)) {
    return absent;
  }
  if (deadlineMs <= nowMs) return null;
  const opens = opensMs();
  if (opens === null && deadlineMs === Infinity) {
    return hold("No maintenance window of the machine's groups ever opens");
  }
  const untilMs = Math.min(opens ?? Infinity, deadlineMs);
  if (untilMs <= nowMs) return null;
  const reason = untilMs === deadlineMs
    ? "Waits for the order's deadline; no maintenance window opens before"
    : "Waits for a maintenance window of the machine's groups";
  return { kind: "postpone", reason, untilMs };
}

function whyNotOf(state: MachineState | null): TaskEvent | null {
  switch (state) {
    case "alive":
      return null;
    case "dead":
      return hold("The machine does not answer; it is asked when it is heard");
    case "pending":
      return hold("The machine waits for the owner's approval");
    case "conflict":
      return hold("The machine's key was seen in two places");
    case "revoked":
      return { kind: "abandon", reason: REVOKED };
    case null:
      return { kind: "abandon", reason: "The machine is not known any more" };
  }
}

function hold(reason: string): TaskEvent {
  return { kind: "hold", reason };
}
