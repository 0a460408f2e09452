/**
 * Enrolment: how a new machine shows that its owner gave it the join file. The
 * secret in that file never travels; what travels in `[identifie]` is its name
 * and a proof, 16 bytes:
 *
 * ```
 * HMAC-SHA256(secret, "SeP1 enrolment\0" + machine key (32)
 *             + conversation (16) + prev (16)), first 16 bytes
 * ```
 *
 * The machine's key makes a proof worthless to another machine, the
 * conversation and `prev` (the hash of the datagram before) make it worthless
 * in another conversation. 16 bytes, because a guess can only be tried on a
 * live server, once a datagram.
 *
 * This file knows neither the registry nor what `auto` and `manual` mean.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import { concat, equalBytes, sha256, toBase64Url, utf8 } from "./bytes.ts";
import { PUBLIC_KEY_BYTES } from "./keys.ts";

/** The length of an enrolment secret, from the system's randomness. */
export const ENROLMENT_SECRET_BYTES = 32;
/** The length of a proof. */
export const ENROLMENT_PROOF_BYTES = 16;
/** How much of its SHA-256 names a secret. */
export const ENROLMENT_ID_BYTES = 6;

const CONTEXT = utf8("SeP1 enrolment\0");
const CONVERSATION_BYTES = 16;
const PREV_BYTES = 16;

/** What a proof is bound to. */
export interface EnrolmentBinding {
  /** The machine's public key, 32 bytes. */
  readonly machineKey: Uint8Array;
  /** The conversation in which `[identifie]` is sent, 16 bytes. */
  readonly conversation: Uint8Array;
  /** The `prev` field of that very `[identifie]`, 16 bytes. */
  readonly prev: Uint8Array;
}

/**
 * The proof of a secret: 16 bytes.
 *
 * @throws {RangeError} when a part has the wrong length: without lengths in
 * the message, parts of other lengths could be shifted against one another.
 */
export function enrolmentProof(
  secret: Uint8Array,
  { machineKey, conversation, prev }: EnrolmentBinding,
): Uint8Array<ArrayBuffer> {
  const areRight = secret.length === ENROLMENT_SECRET_BYTES &&
    machineKey.length === PUBLIC_KEY_BYTES &&
    conversation.length === CONVERSATION_BYTES && prev.length === PREV_BYTES;
  if (!areRight) {
    throw new RangeError(
      "Cannot make the enrolment proof: the secret, the machine key, the " +
        `conversation and prev have ${secret.length}, ${machineKey.length}, ` +
        `${conversation.length} and ${prev.length} bytes, ` +
        "not 32, 32, 16 and 16",
    );
  }
  const mac = createHmac("sha256", secret)
    .update(concat(CONTEXT, machineKey, conversation, prev)).digest();
  return new Uint8Array(mac).slice(0, ENROLMENT_PROOF_BYTES);
}

/** Is this the proof of the secret? In a time that does not depend on it. */
export function provesEnrolment(
  secret: Uint8Array,
  binding: EnrolmentBinding,
  proof: Uint8Array,
): boolean {
  return equalBytes(enrolmentProof(secret, binding), proof);
}

/** A secret's name, by which the server finds it: 8 characters. */
export function enrolmentId(secret: Uint8Array): string {
  return toBase64Url(sha256(secret).subarray(0, ENROLMENT_ID_BYTES));
}

/** What the server knows of a secret it gave out. */
export interface EnrolmentSecret {
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** From this moment on it is not good, milliseconds; null: never ends. */
  readonly expiresMs: number | null;
  /** How many machines may use it; null: any number. */
  readonly usesMax: number | null;
  /** How many machines have used it. */
  readonly uses: number;
}

/** What is to be said of a machine's enrolment; all but `good` refuse it. */
export type EnrolmentJudgement = "good" | "secret" | "expired" | "used";

/**
 * K-04, in this order: an unknown secret (of another fleet, or rotated away)
 * or a wrong proof, then the expiry, then the uses. The proof comes first, so
 * that only who holds a secret learns that it has ended.
 *
 * @param held the secret with the identifier that the machine gave, or null.
 * @param proves does the machine's proof fit a secret?
 * @param nowMs wall clock, milliseconds since 1970.
 */
export function judgeEnrolment(
  held: EnrolmentSecret | null,
  proves: (secret: Uint8Array) => boolean,
  nowMs: number,
): EnrolmentJudgement {
  if (held === null || !proves(held.secret)) return "secret";
  if (held.expiresMs !== null && nowMs >= held.expiresMs) return "expired";
  if (held.usesMax !== null && held.uses >= held.usesMax) return "used";
  return "good";
}
