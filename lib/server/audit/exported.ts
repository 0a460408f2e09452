/**
 * The journal as a file: a line for each record, which is a DSSE envelope as
 * other tools read them (payload, its type, one signature and the key's name).
 *
 * @module
 */

import { z } from "zod";
import { fromUtf8, toBase64Url, utf8 } from "../../trust/bytes.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { AUDIT_RECORD_BYTES_MAX, AUDIT_TYPE, type AuditRow } from "./record.ts";

/** The longest line: base64 and what is around it. */
export const AUDIT_LINE_BYTES_MAX = 2 * AUDIT_RECORD_BYTES_MAX;

/** A record and its signature, as a line has them. */
export type LineRow = Omit<AuditRow, "number">;

/** The record's line, with its newline; `key` is the server's, 32 bytes. */
export function lineOf(
  { record, signature }: LineRow,
  key: Uint8Array | null,
): Uint8Array<ArrayBuffer> {
  const keyid = key === null ? "" : toBase64Url(key);
  return utf8(
    JSON.stringify({
      payload: record.toBase64(),
      payloadType: AUDIT_TYPE,
      signatures: [{ keyid, sig: signature.toBase64() }],
    }) + "\n",
  );
}

/** Reads a line; the fault is the end of a sentence. Nothing is verified. */
export function readLine(line: Uint8Array): Outcome<LineRow, string> {
  if (line.length > AUDIT_LINE_BYTES_MAX) {
    return fault("is longer than any record");
  }
  try {
    const read = schema.parse(JSON.parse(fromUtf8(line) ?? ""));
    const [signature] = read.signatures;
    return ok({
      record: Uint8Array.fromBase64(read.payload),
      signature: Uint8Array.fromBase64(signature?.sig ?? ""),
    });
  } catch {
    // JSON, its shape or its base64: whichever, nobody has written this.
    return fault("is no line of an exported journal");
  }
}

const schema = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(AUDIT_TYPE),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() }))
    .length(1),
});
