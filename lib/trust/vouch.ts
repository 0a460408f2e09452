/**
 * How a machine that had to make a new key shows which machine it was: the key
 * that it had before vouches for the new one. What travels in `[identifie]` is
 * the former machine's name and a signature, 80 bytes:
 *
 * ```
 * former machine (16) + Ed25519 by the former key over "SeP1 vouch\0"
 *   + machine key (32) + conversation (16) + prev (16)
 * ```
 *
 * As with the proof of enrolment, the machine's key makes it worthless to
 * another machine, the conversation and `prev` in another conversation.
 *
 * This file knows neither the registry nor when a machine needs a new key.
 *
 * @module
 */

import { concat, utf8 } from "./bytes.ts";
import type { EnrolmentBinding } from "./enrolment.ts";
import {
  type KeyPair,
  MACHINE_BYTES,
  machineOf,
  SIGNATURE_BYTES,
  verify,
} from "./keys.ts";

/** The length of a vouch. */
export const VOUCH_BYTES = MACHINE_BYTES + SIGNATURE_BYTES;

const CONTEXT = utf8("SeP1 vouch\0");

/** The former key's word for the machine key of the binding: 80 bytes. */
export function vouchFor(
  former: KeyPair,
  binding: EnrolmentBinding,
): Uint8Array<ArrayBuffer> {
  const machine = machineOf(former.publicKey);
  return concat(machine, former.sign(signedBytes(binding)));
}

/** The 16 bytes of the machine that vouches, as the vouch names it. */
export function voucherOf(vouch: Uint8Array): Uint8Array {
  return vouch.subarray(0, MACHINE_BYTES);
}

/** Is it the word of the holder of this key, for this very machine key? */
export function isVouchOf(
  formerKey: Uint8Array,
  binding: EnrolmentBinding,
  vouch: Uint8Array,
): boolean {
  if (vouch.length !== VOUCH_BYTES) return false;
  const signature = vouch.subarray(MACHINE_BYTES);
  return verify(formerKey, signedBytes(binding), signature);
}

function signedBytes(
  { machineKey, conversation, prev }: EnrolmentBinding,
): Uint8Array<ArrayBuffer> {
  return concat(CONTEXT, machineKey, conversation, prev);
}
