/**
 * The words of the local API about the journal. Records travel as their very
 * bytes: whoever checks them must hash what was signed.
 *
 * @module
 */

import { z } from "zod";
import { AUDIT_RECORD_BYTES_MAX } from "../audit/record.ts";

/** Records in one answer. */
export const AUDIT_ROWS_MAX = 500;

/** Padded base64 of so many bytes at most. */
const base64 = (bytesMax: number) =>
  z.base64().max(4 * Math.ceil(bytesMax / 3));

/** Some records, and where the journal ends. */
export const auditSchema = z.object({
  rows: z.array(z.object({
    number: z.int().min(1),
    record: base64(AUDIT_RECORD_BYTES_MAX),
    signature: base64(64),
  })).max(AUDIT_ROWS_MAX),
  /** `NUMBER:HASH`, as the server noted it; null: there is no journal yet. */
  head: z.string().nullable(),
});

/** Some records, and where the journal ends. */
export type AuditView = z.infer<typeof auditSchema>;
