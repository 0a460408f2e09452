/**
 * The words of the local API about orders: what is asked for, what would be
 * done, and what became of it. Fronts read them through `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment, text, wheres } from "./api_parts.ts";

/** The states of one machine's share of an order. */
export const TASK_STATES = [
  "waiting",
  "running",
  "done",
  "failed",
  "cancelled",
] as const;

/** What can be ordered; the command line has one command for each. */
export const VERBS = [
  "has",
  "ensure",
  "install",
  "update",
  "remove",
  "rollback",
  "collect",
] as const;

/** An order that is to wait longer is to wait for ever: ten years. */
export const EXPIRES_S_MAX = 10 * 366 * 86_400;

/** What is ordered, and of whom. */
export const orderBodySchema = z.strictObject({
  verb: z.enum(VERBS),
  /** The program; every verb but `collect` needs it. */
  name: text.optional(),
  /** `has` and `ensure` need it; else the highest published serial's. */
  version: text.optional(),
  on: wheres,
  /** After so many seconds nobody is asked any more; null: never. */
  expiresS: z.int().min(1).max(EXPIRES_S_MAX).nullable().optional(),
  /** After so many seconds no maintenance window is waited for. */
  deadlineS: z.int().min(1).max(EXPIRES_S_MAX).optional(),
  /** Whatever the maintenance windows of the machines' groups say. */
  anytime: z.boolean().optional(),
});

/** Body of `POST /v1/orders` and of `POST /v1/orders/plan`. */
export type OrderBody = z.infer<typeof orderBodySchema>;

/** One machine's share of an order. */
export const taskSchema = z.object({
  machine: z.string(),
  machineName: z.string(),
  state: z.enum(TASK_STATES),
  attempt: count,
  /** `oui`, `non`, `absent`, `unchanged`, `received`; null before the end. */
  answer: z.string().nullable(),
  /** A sentence: why it waits or why it failed. */
  reason: z.string().nullable(),
  /** Lines that the machine added, a hook's last ones among them; "": none. */
  note: z.string(),
  /** The version in use, as the machine told it with `[reussi]`; "": none. */
  version: z.string(),
  /** The order that must be done on this machine before; null: none. */
  after: count.nullable(),
  /** While it runs: what the machine has of the package; absent: nothing. */
  progress: z.object({ bytes: count, size: count }).optional(),
  nextTryAt: moment.nullable(),
  endedAt: moment.nullable(),
});

/** One machine's share of an order. */
export type TaskView = z.infer<typeof taskSchema>;

/** An order that was given together with another, to be done before it. */
export const firstSchema = z.object({
  id: z.int().min(1),
  name: z.string(),
  version: z.string(),
  /** How many machines need it. */
  machines: count,
});

/** One order. */
export const orderSchema = z.object({
  id: z.int().min(1),
  verb: z.enum(VERBS),
  /** "" for `collect`. */
  name: z.string(),
  /** "" for `collect`, `*` for whichever version. */
  version: z.string(),
  createdAt: moment,
  /** From then on no machine is asked for it any more; null: never. */
  expiresAt: moment.nullable(),
  /** From then on no maintenance window is waited for; null: none is set. */
  deadlineAt: moment.nullable().optional(),
  anytime: z.boolean(),
  /** Who gave it: "" is the owner, else `schedule`, `state`, `rollout 3`. */
  origin: z.string(),
  on: z.array(z.string()),
  state: z.enum(TASK_STATES),
  counts: z.object({
    waiting: count,
    running: count,
    done: count,
    failed: count,
    cancelled: count,
  }),
  tasks: z.array(taskSchema).optional(),
  /** What must be done before, in this order; with the answer to giving it. */
  first: z.array(firstSchema).optional(),
});

/** One order; with its tasks when it was asked for by its number. */
export type OrderView = z.infer<typeof orderSchema>;

/** Several orders. */
export const ordersSchema = z.object({ orders: z.array(orderSchema) });

/** `GET /v1/orders`, newest first, without tasks. */
export type OrdersView = z.infer<typeof ordersSchema>;

/** What would be done to machines that are alike. */
export const planGroupSchema = z.object({
  /** Names, in the order of the fleet. */
  machines: z.array(z.string()),
  /** Programs in the order of their installs; the ordered one is the last. */
  steps: z.array(z.object({
    name: z.string(),
    version: z.string(),
    /** What is there now, by the last that is known; "": nothing. */
    now: z.string(),
  })),
  /** Why it cannot be done on them; null when it can. */
  problem: z.string().nullable(),
});

/** What an order would do; nothing is stored or sent. */
export const planSchema = z.object({
  verb: z.enum(VERBS),
  name: z.string(),
  version: z.string(),
  groups: z.array(planGroupSchema),
});

/** Answer of `POST /v1/orders/plan`. */
export type PlanView = z.infer<typeof planSchema>;

/** One of the states of a task, and of an order. */
export type TaskState = (typeof TASK_STATES)[number];

/** One of the things that can be ordered. */
export type Verb = (typeof VERBS)[number];
