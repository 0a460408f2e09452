/**
 * One record of the journal: what happened, when, which record it is and what
 * the one before it was. Its bytes are JSON, signed as they are by the
 * server's key (DSSE's pre-authentication encoding, as all signed JSON of the
 * house), and named in the next record by their SHA-256. So a record cannot be
 * changed, left out, put in or moved without the key, and with the key not
 * without everything behind it.
 *
 * What happened is a word of `AUDIT_WORDS` and some facts. A reader takes
 * words and facts that he does not know: journals outlive servers.
 *
 * @module
 */

import { z } from "zod";
import { fromUtf8, sha256, toHex, utf8 } from "../../trust/bytes.ts";
import { preAuthenticationEncoding } from "../../trust/envelope.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** What the signatures are bound to. */
export const AUDIT_TYPE = "application/vnd.flottille.journal+json";

/** The longest record; what could be longer is told in brief. */
export const AUDIT_RECORD_BYTES_MAX = 65_536;

/** What the first record names as the one before it. */
export const NOTHING_BEFORE = "0".repeat(64);

/** Every word that this server writes, and what it says. */
export const AUDIT_WORDS = {
  server: "a server's key begins to speak for the fleet",
  broken: "the journal was not as the last server had left it",
  restored: "the server was started on a copy of its store",
  publishers: "the publishers' list is another one",
  secrets: "the enrolment secrets are other ones",
  order: "an order was given",
  answer: "an order ended on a machine",
  enrolled: "a machine came into the fleet",
  "secret used": "an enrolment secret let a machine in",
  approved: "a machine may be worked on",
  pending: "a machine waits for its approval",
  revoked: "a machine is refused from now on",
  renamed: "a machine has another name",
  forgotten: "a machine is one no more",
  expected: "a machine is approved before it comes",
  "expected gone": "a machine is not expected any more",
  group: "a group was made or changed",
  "group gone": "a group was deleted",
  tags: "a machine has other tags",
  published: "a program was published",
  downgrade: "a permission to go back was published",
  rollout: "a rollout began, or stands otherwise",
  desired: "the desired state is another one",
} as const;

/** A word of the table. */
export type AuditWord = keyof typeof AUDIT_WORDS;

/** What JSON can hold. */
export type AuditFact =
  | string
  | number
  | boolean
  | null
  | readonly AuditFact[]
  | { readonly [name: string]: AuditFact };

/** Something that happened. */
export interface AuditEvent {
  readonly what: AuditWord;
  readonly facts: Readonly<Record<string, AuditFact>>;
}

/** A record as it is kept. */
export interface AuditRow {
  /** From 1, without a gap. */
  readonly number: number;
  readonly record: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** A record as it reads. */
export interface AuditRecord {
  readonly number: number;
  /** The SHA-256 of the record before, hex. */
  readonly previous: string;
  /** ISO 8601; by the server's clock, which may have gone back. */
  readonly at: string;
  /** A word of `AUDIT_WORDS`, or of a later server. */
  readonly what: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The record's bytes. */
export function encodeRecord(
  { number, previous, at, what, facts }: AuditRecord,
): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify({ format: 1, number, previous, at, what, facts }));
}

/** Reads it; the fault is the end of a sentence. Nothing is verified. */
export function readRecord(bytes: Uint8Array): Outcome<AuditRecord, string> {
  if (bytes.length > AUDIT_RECORD_BYTES_MAX) {
    return fault(`has more than ${AUDIT_RECORD_BYTES_MAX} bytes`);
  }
  const read = schema.safeParse(parsed(fromUtf8(bytes) ?? ""));
  return read.success ? ok(read.data) : fault("is no record of a journal");
}

/** By this the next record names it, hex. */
export function hashOf(record: Uint8Array): string {
  return toHex(sha256(record));
}

/** What is signed. */
export function signedPart(record: Uint8Array): Uint8Array {
  return preAuthenticationEncoding(AUDIT_TYPE, record);
}

/** The journal up to a record, in one word: `1234:9f86d081...`. */
export function headOf(number: number, hash: string): string {
  return `${number}:${hash}`;
}

const schema = z.strictObject({
  format: z.literal(1),
  number: z.int().min(1),
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  what: z.string().min(1).max(64),
  facts: z.record(z.string(), z.unknown()),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A SyntaxError, the only thing the parser throws.
  }
}
