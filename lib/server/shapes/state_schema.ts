/**
 * The words of the local API about the desired state. Fronts read them through
 * `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment } from "./api_parts.ts";

/** Body of `POST /v1/state` and `POST /v1/state/plan`. */
export const stateBodySchema = z.strictObject({
  /** The file's text; "": nothing is kept any more. */
  text: z.string().max(256 * 1_024),
});

/** What would be done, or is right, about one program of some machines. */
export const changeSchema = z.object({
  action: z.enum(["install", "update", "remove", "right", "unknown", "cannot"]),
  name: z.string(),
  /** "": none. */
  from: z.string(),
  to: z.string(),
  /** Why it cannot be done, or what it waits for; "": nothing to say. */
  reason: z.string(),
  /** Names of machines. */
  machines: z.array(z.string()),
});

/** One of them. */
export type ChangeView = z.infer<typeof changeSchema>;

/** What is wanted beside what is there. */
export const stateSchema = z.object({
  /** When what is kept now was applied; null: nothing is. */
  appliedAt: moment.nullable(),
  text: z.string(),
  changes: z.array(changeSchema),
  /** Machines that anything is wanted of. */
  machines: count,
});

/** `GET /v1/state`; the answers of `POST /v1/state` and `/v1/state/plan`. */
export type StateView = z.infer<typeof stateSchema>;
