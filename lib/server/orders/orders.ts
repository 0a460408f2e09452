/**
 * What happens to a task: a pure `stepTask` over the paths of `task_paths.ts`.
 * It knows no clock, no chance, no store and no socket; time and jitter come
 * with the event, and what is to be done leaves as an action.
 *
 * @module
 */

import { backoffMs } from "../../sep/backoff.ts";
import { type Reason, REASONS } from "../../sep/reasons.ts";
import type { Outcome as Ending } from "../../sep/server_api.ts";
import { isEnded, type Task, type TaskPhase } from "../shapes/task.ts";
import type { StepContext, TaskEvent, TaskStep } from "./task_events.ts";
import type { ListEnding } from "../lists/list_arrivals.ts";
import {
  endingOf,
  NOT_TRIED,
  retryMaxMsAfter,
  told,
  whyLost,
} from "./task_endings.ts";
import { inputOf, PATHS } from "./task_paths.ts";

const CANCELLED_UNDER_WAY =
  "Cancelled while it was under way; the machine may have done it";

/** What was put off is looked at so often at least and at most. */
const POSTPONED_MS_MAX = 60_000;
const POSTPONED_MS_MIN = 1_000;

const EXPIRED = "The order expired before the machine could do it";
const EXPIRED_UNDER_WAY =
  "The order expired before it was known whether the machine had done it";

/** Where the machine may have acted, and its word was lost. */
const MAY_BE_DONE: ReadonlySet<TaskPhase> = new Set<TaskPhase>([
  "prove",
  "check",
  "gone",
]);

/** One step of a task. An event that means nothing now changes nothing. */
export function stepTask(
  task: Task,
  event: TaskEvent,
  context: StepContext,
): TaskStep {
  if (isEnded(task)) return afterTheEnd(task, event);
  switch (event.kind) {
    case "start":
      return task.state === "running" ? nothing(task) : run(task, task.phase);
    case "ended":
      return task.state === "running"
        ? take(told(task, event.ending), event.ending, context)
        : nothing(task);
    case "late":
      return takeLate(task, event, context);
    case "restart":
      return restart(task, context);
    case "hold":
      return hold(task, event.reason);
    case "postpone":
      return postpone(task, event, context);
    case "abandon": {
      const { reason, note = task.note } = event;
      return end({ ...task, note }, "failed", { reason }, context);
    }
    case "supersede":
      return task.state === "waiting"
        ? end(task, "cancelled", { reason: event.reason }, context)
        : nothing(task);
    case "cancel":
      return task.state === "waiting"
        ? end(task, "cancelled", { reason: null }, context)
        : { task: { ...task, cancelling: true }, action: { kind: "none" } };
    case "expire":
      return task.state === "waiting" ? expire(task, context) : nothing(task);
  }
}

function take(
  task: Task,
  ending: Ending | ListEnding,
  context: StepContext,
): TaskStep {
  const row = PATHS[context.verb][task.phase];
  const cell = row?.[inputOf(context.verb, ending)] ?? row?.lost;
  if (cell === undefined) {
    throw new Error(`${context.verb} has no phase "${task.phase}"`);
  }
  if ("end" in cell) return end(task, "done", { answer: cell.end }, context);
  if ("fail" in cell) {
    return end(task, "failed", { reason: cell.fail }, context);
  }
  if ("go" in cell) return run(task, cell.go);
  if ("judge" in cell && ending.kind === "failed") {
    return judge(task, ending.reason, cell.judge, context);
  }
  if ("judge" in cell && ending.kind === "list refused") {
    return judge(task, ending.reason, cell.judge, context, ending.why);
  }
  const phase = "judge" in cell ? cell.judge : cell.retry;
  return putOff({ ...task, phase }, whyLost(ending), true, context);
}

/** A `[rate]`, either way: is there another attempt, and when? */
function judge(
  task: Task,
  reason: Reason,
  phase: TaskPhase,
  context: StepContext,
  text: string = REASONS[reason].text,
): TaskStep {
  const { again } = REASONS[reason];
  const failures = task.failures + (NOT_TRIED.has(reason) ? 0 : 1);
  const judged = { ...task, phase, failures };
  if (!again) return end(judged, "failed", { reason: text }, context);
  if (failures >= context.limits.attemptsMax) {
    const reason = failures === 1 ? text : `${text}, ${failures} times`;
    return end(judged, "failed", { reason }, context);
  }
  const { limits } = context;
  const retryMaxMs = Math.min(limits.retryMaxMs, retryMaxMsAfter(reason));
  return putOff({ ...judged, attempt: task.attempt + 1 }, text, false, {
    ...context,
    limits: { ...limits, retryMaxMs },
  });
}

function takeLate(
  task: Task,
  event: TaskEvent & { readonly kind: "late" },
  context: StepContext,
): TaskStep {
  // A running conversation will learn the same from the machine itself.
  if (task.state === "running" || event.attempt !== task.attempt) {
    return nothing(task);
  }
  const ending = endingOf(event);
  const path = PATHS[context.verb];
  const cell = (path.act ?? path.else)?.[inputOf(context.verb, ending)];
  // A program that was absent: `check` will find out.
  if (cell === undefined) return nothing(task);
  const knowing = told(task, ending);
  if ("judge" in cell && event.reason !== null) {
    return judge(knowing, event.reason, cell.judge, context);
  }
  if (!("go" in cell) || cell.go !== "prove") return nothing(task);
  // What it reports is a fact to be proved like any other success.
  const proving: Task = {
    ...knowing,
    phase: "prove",
    nextTryMs: context.at.nowMs,
  };
  return { task: proving, action: { kind: "wait", delayMs: 0, eager: true } };
}

/** Whatever was under way is lost like any conversation, and asked again. */
function restart(task: Task, context: StepContext): TaskStep {
  if (task.cancelling) {
    return end(task, "cancelled", { reason: CANCELLED_UNDER_WAY }, context);
  }
  if (task.state === "waiting") {
    const left = (task.nextTryMs ?? 0) - context.at.nowMs;
    // A wall clock that went back must not make an order wait for years.
    const delayMs = Math.min(Math.max(left, 0), context.limits.retryMaxMs);
    return { task, action: { kind: "wait", delayMs, eager: true } };
  }
  const lost = PATHS[context.verb][task.phase]?.lost;
  const phase = lost !== undefined && "retry" in lost ? lost.retry : task.phase;
  const waiting: Task = {
    ...task,
    state: "waiting",
    phase,
    reason: "The server was restarted while the order was under way",
    nextTryMs: context.at.nowMs,
  };
  return { task: waiting, action: { kind: "wait", delayMs: 0, eager: true } };
}

function hold(task: Task, reason: string): TaskStep {
  if (task.state !== "waiting") return nothing(task);
  const isHeld = task.reason === reason && task.nextTryMs === null;
  return {
    task: isHeld ? task : { ...task, reason, nextTryMs: null },
    action: { kind: "hold" },
  };
}

function postpone(
  task: Task,
  { reason, untilMs }: TaskEvent & { readonly kind: "postpone" },
  { at }: StepContext,
): TaskStep {
  if (task.state !== "waiting") return nothing(task);
  const isKnown = task.reason === reason && task.nextTryMs === untilMs;
  return {
    task: isKnown ? task : { ...task, reason, nextTryMs: untilMs },
    action: {
      kind: "wait",
      // Looked at again before it is due: windows change.
      delayMs: Math.min(
        Math.max(untilMs - at.nowMs, POSTPONED_MS_MIN),
        POSTPONED_MS_MAX,
      ),
      eager: false,
    },
  };
}

/** Where the machine may act anew: what it said of the last time is over. */
const BEGINS: ReadonlySet<TaskPhase> = new Set<TaskPhase>(["act", "else"]);

function run(task: Task, phase: TaskPhase): TaskStep {
  const note = BEGINS.has(phase) ? "" : task.note;
  return {
    task: { ...task, state: "running", phase, note, nextTryMs: null },
    action: { kind: phase === "list" ? "await list" : "converse" },
  };
}

/** What runs comes to its end, and is not begun again. */
function expire(task: Task, context: StepContext): TaskStep {
  const reason = MAY_BE_DONE.has(task.phase) ? EXPIRED_UNDER_WAY : EXPIRED;
  return end(task, "cancelled", { reason }, context);
}

function putOff(
  task: Task,
  reason: string,
  eager: boolean,
  context: StepContext,
): TaskStep {
  if (task.cancelling) {
    // A [rate] has told that it was not done; a loss tells nothing.
    const told = eager ? CANCELLED_UNDER_WAY : reason;
    return end(task, "cancelled", { reason: told }, context);
  }
  const delayMs = backoffMs(task.tries, {
    firstMs: context.limits.retryFirstMs,
    maxMs: context.limits.retryMaxMs,
    fraction: context.at.jitter,
  });
  return {
    task: {
      ...task,
      state: "waiting",
      tries: task.tries + 1,
      reason,
      nextTryMs: context.at.nowMs + delayMs,
    },
    action: { kind: "wait", delayMs, eager },
  };
}

function end(
  task: Task,
  state: "done" | "failed" | "cancelled",
  { answer = null, reason = null }: {
    readonly answer?: string | null;
    readonly reason?: string | null;
  },
  { at }: StepContext,
): TaskStep {
  const ended: Task = {
    ...task,
    state,
    answer,
    reason,
    nextTryMs: null,
    endedMs: at.nowMs,
  };
  return { task: ended, action: { kind: "ended" } };
}

/** The machine may still tell what became of an order that was cancelled. */
function afterTheEnd(task: Task, event: TaskEvent): TaskStep {
  const tells = event.kind === "late" && task.state === "cancelled" &&
    event.attempt === task.attempt && event.reason === null;
  if (!tells) return nothing(task);
  return {
    task: {
      ...told(task, endingOf(event)),
      reason: "Cancelled, but the machine had done it already",
    },
    action: { kind: "none" },
  };
}

function nothing(task: Task): TaskStep {
  return { task, action: { kind: "none" } };
}
