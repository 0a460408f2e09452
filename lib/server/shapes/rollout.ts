/**
 * A rollout: one order that goes to its machines in waves, each of which must
 * have gone well before the next begins. Only shapes; what happens to one is
 * in `rollouts/step_rollout.ts`.
 *
 * @module
 */

import type { OrderBody } from "./api_schema.ts";

/**
 * - `running`: a wave is under way.
 * - `soaking`: the last wave that began went well; its machines are used for a
 *   while before the next begins.
 * - `paused`: by the owner.
 * - `stopped`: by itself or by the owner; he may have it go on.
 * - `done`: all waves are through.
 */
export const ROLLOUT_STATES = [
  "running",
  "soaking",
  "paused",
  "stopped",
  "done",
] as const;

/** One of them. */
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** Something may still happen by itself. */
export const OPEN_STATES: readonly RolloutState[] = ["running", "soaking"];

/** A wave of a rollout. */
export interface WaveRecord {
  /** As it was written: `1`, `10%`, `tag:canary`. */
  readonly size: string;
  /** How many of its machines may fail: `0`, `3`, `5%`. */
  readonly mayFail: string;
  /** The orders it gave; what a later one says of a machine holds. */
  readonly orders: readonly number[];
  /** Orders of programs that these require. */
  readonly first: readonly number[];
  /** When it began; null: it has not. */
  readonly startedMs: number | null;
  /** When it had gone well; null: it has not yet. */
  readonly passedMs: number | null;
}

/** A rollout, as it is kept. */
export interface RolloutRecord {
  readonly id: number;
  readonly state: RolloutState;
  /** Why it is where it is; a sentence, "" when its state says it all. */
  readonly reason: string;
  /** What each wave orders; its version is settled. */
  readonly order: Pick<OrderBody, "verb" | "name" | "version">;
  /** The WHEREs as they were given. */
  readonly on: readonly string[];
  readonly anytime: boolean;
  /** The machines of a wave are woken when it begins. */
  readonly wake: boolean;
  readonly createdMs: number;
  /** Then it ends, wherever it is; null: never. */
  readonly expiresMs: number | null;
  /** From then on nothing is waited for but success; null: none is set. */
  readonly deadlineMs: number | null;
  /** Between a wave that went well and the next. */
  readonly soakMs: number;
  readonly waves: readonly WaveRecord[];
}
