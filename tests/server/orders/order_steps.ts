/**
 * Steps of a task, in few words: for the tests of its paths.
 *
 * @module
 */

import { type Reason, REASONS } from "../../../lib/sep/reasons.ts";
import type { Verb } from "../../../lib/server/shapes/api_schema.ts";
import { stepTask } from "../../../lib/server/orders/orders.ts";
import type {
  TaskEvent,
  TaskLimits,
  TaskStep,
} from "../../../lib/server/orders/task_events.ts";
import {
  isEnded,
  type Task,
  type TaskPhase,
} from "../../../lib/server/shapes/task.ts";
import { newTask, NOON_MS } from "../examples.ts";

export const LIMITS: TaskLimits = {
  attemptsMax: 3,
  retryFirstMs: 1_000,
  retryMaxMs: 60_000,
};

/** How a conversation, or the wait for a list, can end. */
export type AnyEnding = Extract<TaskEvent, { kind: "ended" }>["ending"];

export const LOST: AnyEnding = { kind: "lost", awaited: "reussi or rate" };
export const DONE: AnyEnding = { kind: "done", version: "", note: "" };
export const BACK: AnyEnding = { kind: "done", version: "1.0", note: "" };
export const OWNED: AnyEnding = { kind: "owned" };
export const MISSING: AnyEnding = { kind: "missing" };
export const COMING: AnyEnding = { kind: "list", coming: true };
export const UNCHANGED: AnyEnding = { kind: "list", coming: false };

/** `[rate{reason}]`. */
export function rate(reason: Reason): AnyEnding {
  return { kind: "failed", reason, note: "" };
}

/** A list that came and was not taken. */
export function refusal(reason: Reason): AnyEnding {
  return { kind: "list refused", reason, why: "Cannot read the list" };
}

/** A result that came after its conversation; of attempt 1 and `[reussi]`. */
export function late(different: Partial<Omit<Late, "kind">> = {}): Late {
  const result = { attempt: 1, reason: null, version: "", note: "" };
  return { kind: "late", ...result, ...different };
}

type Late = Extract<TaskEvent, { kind: "late" }>;

/** Every way in which a conversation or the wait for a list can end. */
export const ENDINGS: AnyEnding[] = [
  LOST,
  DONE,
  BACK,
  OWNED,
  MISSING,
  COMING,
  UNCHANGED,
  { kind: "no-session" },
  { kind: "alive" },
  { kind: "session" },
  { kind: "refused" },
  { kind: "received" },
  { kind: "not received" },
  ...(Object.keys(REASONS) as Reason[]).flatMap((
    reason,
  ) => [rate(reason), refusal(reason)]),
];

/** One event at noon, with a jitter in the middle. */
export function step(verb: Verb, task: Task, event: TaskEvent): TaskStep {
  return stepTask(task, event, {
    verb,
    limits: LIMITS,
    at: { nowMs: NOON_MS, jitter: 0.5 },
  });
}

/** The end of the task's conversation. */
export function end(verb: Verb, task: Task, ending: AnyEnding): TaskStep {
  return step(verb, task, { kind: "ended", ending });
}

/** A task under way. */
export function running(phase: TaskPhase, different: Partial<Task> = {}): Task {
  return newTask("m", { state: "running", phase, ...different });
}

/** `done oui`, `failed`, `waiting else`, `running prove`. */
export function told({ task }: TaskStep): string {
  const { state, answer, phase, attempt } = task;
  const what = state === "done" ? answer : isEnded(task) ? "" : phase;
  const again = attempt > 1 && !isEnded(task) ? ` #${attempt}` : "";
  return `${state} ${what}`.trim() + again;
}
