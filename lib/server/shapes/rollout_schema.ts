/**
 * The words of the local API about rollouts. Fronts read them through
 * `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment, text, where } from "./api_parts.ts";
import { orderBodySchema, VERBS } from "./order_schema.ts";
import { ROLLOUT_STATES } from "./rollout.ts";

/** The longest soak: a month. */
export const SOAK_S_MAX = 31 * 86_400;

/** Texts in one list; how many waves there may be is the desk's to say. */
const LIST_MAX = 64;

/** An order, and the waves in which it goes. */
export const rolloutBodySchema = z.strictObject({
  order: orderBodySchema,
  /** `1`, `10%`, `tag:canary`; the last one is `100%`. */
  waves: z.array(where).min(1).max(LIST_MAX),
  /** For each wave how many may fail: `0`, `5%`; the last holds for the rest. */
  mayFail: z.array(text).min(1).max(LIST_MAX).optional(),
  /** Between a wave that went well and the next. */
  soakS: z.int().min(0).max(SOAK_S_MAX),
  /** The machines of a wave are woken when it begins. */
  wake: z.boolean().optional(),
});

/** Body of `POST /v1/rollouts`; the answer is the rollout. */
export type RolloutBody = z.infer<typeof rolloutBodySchema>;

/** How a wave stands. */
export const waveSchema = z.object({
  size: z.string(),
  mayFail: z.string(),
  /** `waits`, `runs`, `soaks`, `passed`, `halted`. */
  state: z.enum(["waits", "runs", "soaks", "passed", "halted"]),
  orders: z.array(count),
  startedAt: moment.nullable(),
  passedAt: moment.nullable(),
  machines: count,
  done: count,
  failed: count,
  cancelled: count,
  running: count,
  /** They have not answered yet, because they are off. */
  absent: count,
});

/** One wave. */
export type WaveView = z.infer<typeof waveSchema>;

/** One rollout. */
export const rolloutSchema = z.object({
  id: z.int().min(1),
  state: z.enum(ROLLOUT_STATES),
  /** A sentence; "" when the state says it all. */
  reason: z.string(),
  verb: z.enum(VERBS),
  name: z.string(),
  version: z.string(),
  on: z.array(z.string()),
  /** Machines in all. */
  machines: count,
  anytime: z.boolean(),
  wake: z.boolean(),
  createdAt: moment,
  expiresAt: moment.nullable(),
  deadlineAt: moment.nullable(),
  soakS: count,
  /** When the next wave begins, if nothing goes wrong; null: not by time. */
  nextAt: moment.nullable(),
  waves: z.array(waveSchema),
  /** Machines that failed, at most some. */
  troubles: z.array(z.object({
    machine: z.string(),
    order: count,
    reason: z.string(),
  })),
});

/** One rollout. */
export type RolloutView = z.infer<typeof rolloutSchema>;

/** `GET /v1/rollouts`, newest first. */
export const rolloutsSchema = z.object({ rollouts: z.array(rolloutSchema) });
