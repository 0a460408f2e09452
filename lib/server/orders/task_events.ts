/**
 * What can happen to a task, and what follows from it. Only shapes: `orders.ts`
 * decides, `dispatcher.ts` does.
 *
 * @module
 */

import type { OrderResult, Outcome as Ending } from "../../sep/server_api.ts";
import type { Verb } from "../shapes/api_schema.ts";
import type { Task } from "../shapes/task.ts";
import type { ListEnding } from "../lists/list_arrivals.ts";

/** What can happen to a task. */
export type TaskEvent =
  /** Its turn has come. */
  | { readonly kind: "start" }
  /** Its conversation ended, or the wait for its list. */
  | { readonly kind: "ended"; readonly ending: Ending | ListEnding }
  /** The result of a conversation that was already given up (C-19). */
  | ({ readonly kind: "late"; readonly attempt: number } & OrderResult)
  /** The server was started and finds the task. */
  | { readonly kind: "restart" }
  /** The machine cannot be asked now; a sentence. */
  | { readonly kind: "hold"; readonly reason: string }
  /** It may not begin before a moment of the wall clock; a sentence. */
  | {
    readonly kind: "postpone";
    readonly reason: string;
    readonly untilMs: number;
  }
  /** The machine will never be asked; a sentence, and what was said of it. */
  | {
    readonly kind: "abandon";
    readonly reason: string;
    readonly note?: string;
  }
  /** A later order makes this one superfluous; a sentence. */
  | { readonly kind: "supersede"; readonly reason: string }
  | { readonly kind: "cancel" }
  /** It is too late for the order. */
  | { readonly kind: "expire" };

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
