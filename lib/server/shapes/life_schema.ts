/**
 * The words of the local API about the life of machines: replacing, expecting,
 * and the secrets by which they join. Fronts read them through
 * `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment, text, where } from "./api_parts.ts";

/** Machines that can be expected at once. */
export const EXPECTED_MAX = 10_000;
/** Groups, and tags, of one that is expected. */
const WORDS_MAX = 32;

/** Body of `POST /v1/machines/replace`. */
export const replaceBodySchema = z.strictObject({ old: where, new: where });

const orderNameSchema = z.object({
  id: z.int().min(1),
  verb: z.string(),
  name: z.string(),
  version: z.string(),
});

/** What became of the old one's place. */
export const replacedSchema = z.object({
  /** What the new one is called. */
  machine: z.string(),
  /** What the old one is called now. */
  old: z.string(),
  /** Orders that were given to the new one. */
  moved: z.array(orderNameSchema),
  /** Orders that could not be, and why. */
  left: z.array(orderNameSchema.extend({ why: z.string() })),
});

/** Answer of `POST /v1/machines/replace`. */
export type ReplacedView = z.infer<typeof replacedSchema>;

/** One that is expected. */
export const expectedSchema = z.strictObject({
  by: z.enum(["mac", "host"]),
  sign: text,
  name: z.string().max(64),
  groups: z.array(text).max(WORDS_MAX),
  tags: z.array(text).max(WORDS_MAX),
});

/** Body of `POST /v1/expected`. */
export const expectBodySchema = z.strictObject({
  expected: z.array(expectedSchema).min(1).max(EXPECTED_MAX),
});

/** Body of `POST /v1/expected/drop`; without signs: all of them. */
export const unexpectBodySchema = z.strictObject({
  signs: z.array(text).max(EXPECTED_MAX),
});

/** Everybody who is expected. */
export const expectedListSchema = z.object({
  expected: z.array(expectedSchema),
});

/** `GET /v1/expected`. */
export type ExpectedListView = z.infer<typeof expectedListSchema>;

/** What an import has done. */
export const importedSchema = z.object({
  /** Names of machines that were here already, and have their place now. */
  settled: z.array(z.string()),
  /** How many are expected from now on, those of earlier imports included. */
  expected: count,
});

/** Answer of `POST /v1/expected`. */
export type ImportedView = z.infer<typeof importedSchema>;

/** The secrets by which machines join; the secrets themselves stay unsaid. */
export const secretsSchema = z.object({
  secrets: z.array(z.object({
    id: z.string(),
    expiresAt: moment.nullable(),
    usesMax: count.nullable(),
    uses: count,
  })),
});

/** `GET /v1/secrets`, and the answer of `POST /v1/secrets/reload`. */
export type SecretsView = z.infer<typeof secretsSchema>;
