/**
 * The words of the local API for what is installed where: lists with their
 * dates, differences, holders, the whole fleet's programs. Read through
 * `api_schema.ts`.
 *
 * @module
 */

import { z } from "zod";
import { count, moment } from "./api_parts.ts";

/** One program of a machine's list. */
export const listedProgramSchema = z.object({
  name: z.string(),
  /** Empty where its source tells none. */
  version: z.string(),
  purl: z.string(),
  source: z.string(),
  architecture: z.string().optional(),
  supplier: z.string().optional(),
  licence: z.string().optional(),
  sourcePackage: z.string().optional(),
  sourceVersion: z.string().optional(),
  installedAtS: z.int().optional(),
  sizeBytes: z.int().optional(),
});

/** One line of a machine's program list. */
export type ListedProgramView = z.infer<typeof listedProgramSchema>;

/** The dates of a machine's lists. */
export const listDatesSchema = z.object({
  machine: z.string(),
  /** Newest first. */
  lists: z.array(z.object({
    at: moment,
    /** When the machine last said that this is still its list. */
    confirmedAt: moment,
    programs: count,
  })),
});

/** `GET /v1/machines/:machine/lists`. */
export type ListDatesView = z.infer<typeof listDatesSchema>;

/** One side of a difference. */
const diffSideSchema = z.object({
  machine: z.string(),
  /** When the list came that is compared. */
  at: moment,
  /** What that list could not tell: it may only look as if it were gone. */
  faults: z.array(z.object({ source: z.string(), error: z.string() })),
});

/** What is different between two lists. */
export const diffSchema = z.object({
  from: diffSideSchema,
  to: diffSideSchema,
  added: z.array(listedProgramSchema),
  removed: z.array(listedProgramSchema),
  /** The same program of the same source, in another version. */
  changed: z.array(
    z.object({ from: listedProgramSchema, to: listedProgramSchema }),
  ),
  /** On both sides in the very same version. */
  same: count,
});

/** `GET /v1/diff?from=MACHINE[&fromAt=DATE]&to=MACHINE[&toAt=DATE]`. */
export type DiffView = z.infer<typeof diffSchema>;

/** Who has a program, or has it not. */
export const whoHasSchema = z.object({
  /** What was asked, as it was understood: `openssl < 3.0.15`. */
  asked: z.string(),
  /** Machines that were looked at: those that have sent a list. */
  machines: count,
  /** With `not`: the machines that do not have it, with no programs. */
  holders: z.array(z.object({
    machine: z.string(),
    id: z.string(),
    at: moment,
    programs: z.array(listedProgramSchema),
  })),
  /** Names of machines that have sent no list: nobody knows. */
  unlisted: z.array(z.string()),
  /** Program names of the fleet near to the one that nobody has. */
  nearest: z.array(z.string()),
});

/** `GET /v1/who-has?program=QUESTION[&not=1][&on=WHERE...]`. */
export type WhoHasView = z.infer<typeof whoHasSchema>;

/** One line of `GET /v1/inventory/programs`: JSON lines, not one value. */
export const fleetProgramSchema = listedProgramSchema.extend({
  /** Names the line in `POST /v1/inventory/holders`. */
  number: count,
  /** Machines that have it now. */
  machines: count,
});

/** A program of the fleet, once for however many machines. */
export type FleetProgramView = z.infer<typeof fleetProgramSchema>;

/** Numbers that one request may ask about. */
export const NUMBERS_MAX = 10_000;

/** Whose holders are asked for. */
export const holdersBodySchema = z.strictObject({
  numbers: z.array(count).max(NUMBERS_MAX),
});

/** Which machines have which lines. */
export const holdersSchema = z.object({
  holders: z.array(
    z.object({ number: count, machines: z.array(z.string()) }),
  ),
});

/** Answer of `POST /v1/inventory/holders`. */
export type HoldersView = z.infer<typeof holdersSchema>;

/** The forms of `GET /v1/export?format=FORM[&on=WHERE...]`. */
export const EXPORT_FORMATS = ["cyclonedx", "csv", "json"] as const;

/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Header of `GET /v1/machines/:machine/document`: base64url of the machine's
 * signature of the document that is the body.
 */
export const LIST_SIGNATURE_HEADER = "flottille-list-signature";

/**
 * Another header of that answer: base64url of the machine's public key, whose
 * hash begins with the machine's identifier.
 */
export const MACHINE_KEY_HEADER = "flottille-machine-key";
