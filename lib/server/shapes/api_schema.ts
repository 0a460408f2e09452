/**
 * The words of the local API between the running server and its fronts: the
 * command line now, a web page later. Each shape is one zod schema, and its
 * type is derived from it, so that what the server checks and what a front
 * compiles against cannot drift.
 *
 * Orders and inventory have files of their own, which are read through this one. It knows no
 * route's behaviour and no HTTP; `api.ts` has these.
 *
 * @module
 */

import { z } from "zod";
import { count, moment, text, where, wheres } from "./api_parts.ts";
import { listedProgramSchema } from "./inventory_schema.ts";
import { storyFields } from "./story_schema.ts";

export { TEXT_LENGTH_MAX, WHERE_COUNT_MAX } from "./api_parts.ts";
export * from "./audit_schema.ts";
export * from "./group_schema.ts";
export * from "./inventory_schema.ts";
export * from "./life_schema.ts";
export * from "./order_schema.ts";
export * from "./rollout_schema.ts";
export * from "./state_schema.ts";
export * from "./story_schema.ts";

/** The states of a machine, as people see them. */
export const MACHINE_STATES = [
  "alive",
  "dead",
  "pending",
  "revoked",
  "conflict",
] as const;

/** What the disk says of a published program; `ok` alone is served (B-08). */
export const PROGRAM_STATES = ["ok", "missing", "changed"] as const;

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
  /** Sentences, one for each thing that is in the way. */
  details: z.array(z.string()).optional(),
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
  /** What needs somebody at once, a sentence each; absent: nothing. */
  alarms: z.array(z.string()).optional(),
});

/** `GET /v1/status`. */
export type StatusView = z.infer<typeof statusSchema>;

/** Answer of `POST /v1/store/copy`. */
export const copySchema = z.object({});

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
  /** The name of the machine whose key it had, when its disk was cloned. */
  clonedFrom: z.string().optional(),
  /** The groups that it is in, by hand or by rule; absent: not told. */
  groups: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  /** Who asks for a new start of it, by its last list; absent: nobody. */
  rebootFor: z.string().optional(),
});

/** One machine, as tables show it. */
export type MachineView = z.infer<typeof machineSchema>;

/** Why a machine is as it is. */
export const storySchema = z.object({ machine: machineSchema, ...storyFields });

/** `GET /v1/machines/NAME/why`. */
export type StoryView = z.infer<typeof storySchema>;

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

/** A machine's program list. */
export const machineListSchema = z.object({
  machine: machineSchema,
  /** When the list came; null when none has come yet. */
  at: moment.nullable(),
  /** When the machine last said that it still holds. */
  confirmedAt: moment.nullable(),
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

/** A publisher's leave to go back, as it was published. */
export const downgradeSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  expiresAt: moment,
});

/** Answer of `POST /v1/downgrades`, whose body is the statement itself. */
export type DowngradeView = z.infer<typeof downgradeSchema>;

/** Header of `POST /v1/programs`: base64url of the bytes of `A.ieo.sig`. */
export const STATEMENT_HEADER = "flottille-statement";

/** One of the states of a machine. */
export type MachineState = (typeof MACHINE_STATES)[number];

/** One of the states of a published program's file. */
export type ProgramState = (typeof PROGRAM_STATES)[number];
