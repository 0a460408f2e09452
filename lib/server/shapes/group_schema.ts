/**
 * The words of the local API about groups and tags. Fronts read them through
 * `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, text, where, WHERE_COUNT_MAX, wheres } from "./api_parts.ts";

/** Characters of a rule. */
export const RULE_LENGTH_MAX = 1_024;

/** One group. */
export const groupSchema = z.object({
  name: z.string(),
  /** "": by hand only. */
  rule: z.string(),
  windows: z.array(z.string()),
  /** How many machines are in it now. */
  members: count,
  /** Names of those that are in it by hand; when one group was asked for. */
  hand: z.array(z.string()).optional(),
  /** Names of all that are in it; when one group was asked for. */
  machines: z.array(z.string()).optional(),
});

/** One group. */
export type GroupView = z.infer<typeof groupSchema>;

/** `GET /v1/groups`, by name. */
export const groupsSchema = z.object({ groups: z.array(groupSchema) });

const somewhere = z.array(where).max(WHERE_COUNT_MAX);

/** What becomes of a group; what is left out stays as it is. */
export const groupBodySchema = z.strictObject({
  name: text,
  /** It must not be there yet; else it must be. */
  isNew: z.boolean(),
  /** Its new name. */
  to: text.optional(),
  rule: z.string().max(RULE_LENGTH_MAX).optional(),
  windows: z.array(text).max(WHERE_COUNT_MAX).optional(),
  /** Machines that are in it by hand from now on, or not any more. */
  add: somewhere.optional(),
  remove: somewhere.optional(),
});

/** Body of `POST /v1/groups`; the answer is the group. */
export type GroupBody = z.infer<typeof groupBodySchema>;

/** Body of `POST /v1/groups/delete`; the answer is the group as it was. */
export const groupNameBodySchema = z.strictObject({ name: text });

/** Every tag. */
export const tagsSchema = z.object({
  tags: z.array(z.object({ tag: z.string(), machines: count })),
});

/** `GET /v1/tags`. */
export type TagsView = z.infer<typeof tagsSchema>;

/** Which machines bear a tag from now on, or bear it no more. */
export const tagBodySchema = z.strictObject({
  tag: text,
  on: wheres,
  isGone: z.boolean(),
});

/** Body of `POST /v1/tags`; the answer is the machines. */
export type TagBody = z.infer<typeof tagBodySchema>;
