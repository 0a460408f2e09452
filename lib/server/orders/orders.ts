/**
 * What happens to a task: a pure `stepTask` over the paths of `task_paths.ts`.
 * It knows no clock, no chance, no store and no socket; time and jitter come
 * with the event, and what is to be done leaves as an action.
 *
 * @module
 */

import { backoffMs } from "../../sep/backoff.ts";
import { type Reason, REASONS } from "../../sep/reasons.ts";
import type { Verb } from "../shapes/api_schema.ts";
import type { Outcome as Ending } from "../../sep/server_api.ts";
import { isEnded, type Task, type TaskPhase } from "../shapes/task.ts";
import { type Input, inputOf, type ListEnding, PATHS } from "./task_paths.ts";

const CANCELLED_UNDER_WAY =
  "Cancelled while it was under way; the machine may have done it";

/** What can happen to a task. */
export type TaskEvent =
  /** Its turn has come. */
  | { readonly kind: "start" }
  /** Its conversation ended, or the wait for its list. */
  | { readonly kind: "ended"; readonly ending: Ending | ListEnding }
  /** The result of a conversation that was already given up (C-19). */
  | {
    readonly kind: "late";
    readonly attempt: number;
    readonly reason: Reason | null;
  }
  /** The server was started and finds the task. */
  | { readonly kind: "restart" }
  /** The machine cannot be asked now; a sentence. */
  | { readonly kind: "hold"; readonly reason: string }
  /** The machine will never be asked; a sentence. */
  | { readonly kind: "abandon"; readonly reason: string }
  /** A later order makes this one superfluous; a sentence. */
  | { readonly kind: "supersede"; readonly reason: string }
  | { readonly kind: "cancel" };

/** The moment of an event. */
export interface Moment {
  /** The wall clock, for people to read. */
  readonly nowMs: number;
  /** In [0, 1). */
  readonly jitter: number;
}

/** What the owner has set. */
export interface TaskLimits {
  readonly attemptsMax: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
}

/** What is to be done, after the task is stored. */
export type TaskAction =
  | { readonly kind: "converse" }
  | { readonly kind: "await list" }
  /**
   * Begin again after so long; `eager`: or as soon as the machine shows up
   * with a new session, since what was lost may be over.
   */
  | { readonly kind: "wait"; readonly delayMs: number; readonly eager: boolean }
  /** Nothing, until the machine can be asked. */
  | { readonly kind: "hold" }
  | { readonly kind: "ended" }
  | { readonly kind: "none" };

/** A task after an event, and what follows. */
export interface TaskStep {
  readonly task: Task;
  readonly action: TaskAction;
}

/** What the world around one step is. */
export interface StepContext {
  readonly verb: Verb;
  readonly at: Moment;
  readonly limits: TaskLimits;
}

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
        ? take(task, inputOf(context.verb, event.ending), event, context)
        : nothing(task);
    case "late":
      return takeLate(task, event, context);
    case "restart":
      return restart(task, context);
    case "hold":
      return hold(task, event.reason);
    case "abandon":
      return end(task, "failed", { reason: event.reason }, context);
    case "supersede":
      return task.state === "waiting"
        ? end(task, "cancelled", { reason: event.reason }, context)
        : nothing(task);
    case "cancel":
      return task.state === "waiting"
        ? end(task, "cancelled", { reason: null }, context)
        : { task: { ...task, cancelling: true }, action: { kind: "none" } };
  }
}

function take(
  task: Task,
  input: Input,
  event: { readonly ending: Ending | ListEnding },
  context: StepContext,
): TaskStep {
  const row = PATHS[context.verb][task.phase];
  const cell = row?.[input] ?? row?.lost;
  if (cell === undefined) {
    throw new Error(`${context.verb} has no phase "${task.phase}"`);
  }
  if ("end" in cell) return end(task, "done", { answer: cell.end }, context);
  if ("fail" in cell) {
    return end(task, "failed", { reason: cell.fail }, context);
  }
  if ("go" in cell) return run(task, cell.go);
  if ("judge" in cell && event.ending.kind === "failed") {
    return judge(task, event.ending.reason, cell.judge, context);
  }
  const phase = "judge" in cell ? cell.judge : cell.retry;
  return putOff({ ...task, phase }, whyLost(event.ending), true, context);
}

/** A `[rate]`: is there another attempt, and when? */
function judge(
  task: Task,
  reason: Reason,
  phase: TaskPhase,
  context: StepContext,
): TaskStep {
  const { text, again } = REASONS[reason];
  // These two say that the machine has not tried: they cost no attempt, or a
  // long install before this one would use all of them up.
  const tried = reason !== "busy" && reason !== "later";
  const failures = task.failures + (tried ? 1 : 0);
  const judged = { ...task, phase, failures };
  if (!again) return end(judged, "failed", { reason: text }, context);
  if (failures >= context.limits.attemptsMax) {
    const reason = failures === 1 ? text : `${text}, ${failures} times`;
    return end(judged, "failed", { reason }, context);
  }
  return putOff({ ...judged, attempt: task.attempt + 1 }, text, false, context);
}

function takeLate(
  task: Task,
  event: { readonly attempt: number; readonly reason: Reason | null },
  context: StepContext,
): TaskStep {
  // A running conversation will learn the same from the machine itself.
  if (task.state === "running" || event.attempt !== task.attempt) {
    return nothing(task);
  }
  const path = PATHS[context.verb];
  if (event.reason === null) {
    if (path.prove === undefined) return nothing(task);
    // What it reports is a fact to be proved like any other success.
    const proving: Task = {
      ...task,
      phase: "prove",
      nextTryMs: context.at.nowMs,
    };
    return { task: proving, action: { kind: "wait", delayMs: 0, eager: true } };
  }
  const failed = path.act?.failed ?? path.else?.failed;
  const known = inputOf(context.verb, { kind: "failed", reason: event.reason });
  return failed !== undefined && "judge" in failed && known === "failed"
    ? judge(task, event.reason, failed.judge, context)
    : nothing(task); // A program that was absent: `check` will find out.
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

function run(task: Task, phase: TaskPhase): TaskStep {
  return {
    task: { ...task, state: "running", phase, nextTryMs: null },
    action: { kind: phase === "list" ? "await list" : "converse" },
  };
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
    task: { ...task, reason: "Cancelled, but the machine had done it already" },
    action: { kind: "none" },
  };
}

function nothing(task: Task): TaskStep {
  return { task, action: { kind: "none" } };
}

function whyLost(ending: Ending | ListEnding): string {
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
