/**
 * What the ending of a conversation, or of the wait for a list, says to a task.
 * Pure.
 *
 * @module
 */

import type { Reason } from "../../sep/reasons.ts";
import type { OrderResult, Outcome as Ending } from "../../sep/server_api.ts";
import type { ListEnding } from "../lists/list_arrivals.ts";
import type { Task } from "../shapes/task.ts";

/**
 * These say that the machine has not tried: they cost no attempt, or a long
 * install before this one, or a person at work, would use all of them up.
 */
export const NOT_TRIED: ReadonlySet<Reason> = new Set<Reason>([
  "busy",
  "later",
  "occupied",
]);

/** A person goes home without telling anybody: look again before the night. */
const OCCUPIED_MS_MAX = 15 * 60_000;

/** The longest wait after a `[rate]`, whatever the owner has set. */
export function retryMaxMsAfter(reason: Reason): number {
  return reason === "occupied" ? OCCUPIED_MS_MAX : Infinity;
}

/** The task, with what the machine says beside its result. */
export function told(task: Task, ending: Ending | ListEnding): Task {
  if (ending.kind === "failed") return { ...task, note: ending.note };
  return ending.kind === "done"
    ? { ...task, note: ending.note, toldVersion: ending.version }
    : task;
}

/** The result, as a conversation would have ended with it. */
export function endingOf({ reason, version, note }: OrderResult): Ending {
  return reason === null
    ? { kind: "done", version, note }
    : { kind: "failed", reason, note };
}

/** Why it has to be asked again. */
export function whyLost(ending: Ending | ListEnding): string {
  switch (ending.kind) {
    case "lost":
      return `The conversation was lost while waiting for ${ending.awaited}`;
    case "no-session":
      return "There is no session with the machine yet";
    case "not received":
      return "The machine's list did not arrive";
    default:
      return "The machine gave an answer that was not asked for";
  }
}
