/**
 * The words of the local API between the running server and its fronts: the
 * command line now, a web page later. Each shape is one zod schema, and its
 * type is derived from it, so that what the server checks and what a front
 * compiles against cannot drift.
 *
 * It knows no route's behaviour and no HTTP; `api.ts` has these.
 *
 * @module
 */

import { z } from "zod";

/** The states of a machine, as people see them. */
export const MACHINE_STATES = [
  "alive",
  "dead",
  "pending",
  "revoked",
  "conflict",
] as const;

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
  "collect",
] as const;

/** What the disk says of a published program; `ok` alone is served (B-08). */
export const PROGRAM_STATES = ["ok", "missing", "changed"] as const;

/** Most WHEREs in one request. */
export const WHERE_COUNT_MAX = 256;

/** Most characters in one WHERE, name or version. */
export const TEXT_LENGTH_MAX = 256;

const count = z.int().min(0);
const moment = z.iso.datetime();
const where = z.string().min(1).max(TEXT_LENGTH_MAX);
const wheres = z.array(where).min(1).max(WHERE_COUNT_MAX);
const text = z.string().min(1).max(TEXT_LENGTH_MAX);

/** `<data>/api.json`: how a front finds the running server. Mode 0600. */
export const apiFileSchema = z.strictObject({
  port: z.int().min(1).max(65_535),
  /** base64url of 32 random bytes, new at every start. */
  token: z.string().min(32).max(128),
  /** The server's process, when it was told; for people who look. */
  pid: count.optional(),
});

/** What `<data>/api.json` holds. */
export type ApiFile = z.infer<typeof apiFileSchema>;

/** Body of every answer whose status is not 2xx. */
export const errorSchema = z.object({
  error: z.string(),
  /** Names near to the one that was not found, nearest first. */
  nearest: z.array(z.string()).optional(),
});

/** What went wrong, for a person. */
export type ApiErrorBody = z.infer<typeof errorSchema>;

/** How the whole fleet is. */
export const statusSchema = z.object({
  version: z.string(),
  /** The fleet, base64url of its 8 bytes. */
  fleet: z.string(),
  machines: z.object({
    alive: count,
    dead: count,
    pending: count,
    revoked: count,
    conflict: count,
  }),
  ordersWaiting: count,
  startedAt: moment,
});

/** `GET /v1/status`. */
export type StatusView = z.infer<typeof statusSchema>;

/** One machine. */
export const machineSchema = z.object({
  id: z.string(),
  name: z.string(),
  hostName: z.string(),
  macs: z.array(z.string()),
  /** `address:port` it was last heard at, "" when never. */
  address: z.string(),
  system: z.string(),
  architecture: z.string(),
  agentVersion: z.string(),
  state: z.enum(MACHINE_STATES),
  lastSeen: moment.nullable(),
  listAt: moment.nullable(),
  /** Another machine has one of its MAC addresses too (N-05). */
  sharedMac: z.boolean(),
});

/** One machine, as tables show it. */
export type MachineView = z.infer<typeof machineSchema>;

/** Several machines. */
export const machinesSchema = z.object({ machines: z.array(machineSchema) });

/** `GET /v1/machines`, and the answer of approve and revoke. */
export type MachinesView = z.infer<typeof machinesSchema>;

/** Whom a decision is about. */
export const whereBodySchema = z.strictObject({ on: wheres });

/** Body of `POST /v1/machines/approve` and `.../revoke`. */
export type WhereBody = z.infer<typeof whereBodySchema>;

/** A machine and its new name. */
export const renameBodySchema = z.strictObject({ machine: where, name: text });

/** Body of `POST /v1/machines/rename`. */
export type RenameBody = z.infer<typeof renameBodySchema>;

/** One program of a machine's list. */
export const listedProgramSchema = z.object({
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  source: z.string(),
  architecture: z.string().optional(),
});

/** One line of a machine's program list. */
export type ListedProgramView = z.infer<typeof listedProgramSchema>;

/** A machine's program list. */
export const machineListSchema = z.object({
  machine: machineSchema,
  /** When the list came; null when none has come yet. */
  at: moment.nullable(),
  programs: z.array(listedProgramSchema),
  faults: z.array(z.object({ source: z.string(), error: z.string() })),
});

/** `GET /v1/machines/:machine/list`. */
export type MachineListView = z.infer<typeof machineListSchema>;

/** One published program. */
export const programSchema = z.object({
  name: z.string(),
  version: z.string(),
  serial: count,
  title: z.string(),
  size: count,
  /** Hex. */
  sha256: z.string(),
  publishedAt: moment,
  state: z.enum(PROGRAM_STATES),
});

/** One published program. */
export type ProgramView = z.infer<typeof programSchema>;

/** The catalogue. */
export const programsSchema = z.object({ programs: z.array(programSchema) });

/** `GET /v1/programs`. */
export type ProgramsView = z.infer<typeof programsSchema>;

/** Header of `POST /v1/programs`: base64url of the bytes of `A.ieo.sig`. */
export const STATEMENT_HEADER = "flottille-statement";

/** What is ordered, and of whom. */
export const orderBodySchema = z.strictObject({
  verb: z.enum(VERBS),
  /** The program; every verb but `collect` needs it. */
  name: text.optional(),
  /** `has` and `ensure` need it; else the highest published serial's. */
  version: text.optional(),
  on: wheres,
});

/** Body of `POST /v1/orders`. */
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
  nextTryAt: moment.nullable(),
  endedAt: moment.nullable(),
});

/** One machine's share of an order. */
export type TaskView = z.infer<typeof taskSchema>;

/** One order. */
export const orderSchema = z.object({
  id: z.int().min(1),
  verb: z.enum(VERBS),
  /** "" for `collect`. */
  name: z.string(),
  /** "" for `collect`, `*` for a removal of whichever version. */
  version: z.string(),
  createdAt: moment,
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
});

/** One order; with its tasks when it was asked for by its number. */
export type OrderView = z.infer<typeof orderSchema>;

/** Several orders. */
export const ordersSchema = z.object({ orders: z.array(orderSchema) });

/** `GET /v1/orders`, newest first, without tasks. */
export type OrdersView = z.infer<typeof ordersSchema>;

/** One of the states of a machine. */
export type MachineState = (typeof MACHINE_STATES)[number];

/** One of the states of a task, and of an order. */
export type TaskState = (typeof TASK_STATES)[number];

/** One of the things that can be ordered. */
export type Verb = (typeof VERBS)[number];

/** One of the states of a published program's file. */
export type ProgramState = (typeof PROGRAM_STATES)[number];
