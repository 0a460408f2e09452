/**
 * The proof of a machine on SiP: its signature over the server's nonce, the
 * certificate, the session, itself and the request. Pure.
 *
 * What each part is for (S-16): the nonce is new for every connection, so
 * yesterday's proof is worth nothing today; the certificate's hash names the
 * server, so another server cannot pass our proof on; the session ties it to
 * the present acquaintance on SeP; the request is signed as it stands on the
 * wire, so nobody can ask for something else in our name.
 *
 * @module
 */

import { concat, equalBytes, utf8 } from "../trust/bytes.ts";
import {
  type KeyPair,
  MACHINE_BYTES,
  machineOf,
  SIGNATURE_BYTES,
  verify,
} from "../trust/keys.ts";

/** Bytes of the server's random number, new for every connection. */
export const NONCE_BYTES = 32;
/** SHA-256 of the last `[OK]` of discovery, its first bytes. */
export const SESSION_BYTES = 8;
/** SHA-256 of the server's certificate, in DER. */
export const CERTIFICATE_HASH_BYTES = 32;
/** Machine, session and signature, after the frame of the request. */
export const PROOF_BYTES = MACHINE_BYTES + SESSION_BYTES + SIGNATURE_BYTES;

/** Nothing else that a machine signs begins like this. */
const CONTEXT = utf8("SiP1 proof\0");

/** What a proof is about. */
export interface ProofFacts {
  readonly nonce: Uint8Array;
  readonly certificateHash: Uint8Array;
  readonly session: Uint8Array;
  readonly machine: Uint8Array;
  /** The body of the request's frame, as it is on the wire. */
  readonly request: Uint8Array;
}

/** A proof as it came in; nothing of it is believed yet. */
export interface ReceivedProof {
  readonly machine: Uint8Array;
  readonly session: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The bytes that are signed. Everything before the request has a fixed length,
 * so two different sets of facts never give the same bytes.
 *
 * @throws {RangeError} when a part has the wrong length.
 */
export function proofMessage(facts: ProofFacts): Uint8Array<ArrayBuffer> {
  const lengths = [
    [facts.nonce, NONCE_BYTES],
    [facts.certificateHash, CERTIFICATE_HASH_BYTES],
    [facts.session, SESSION_BYTES],
    [facts.machine, MACHINE_BYTES],
  ] as const;
  for (const [part, length] of lengths) {
    if (part.length !== length) {
      throw new RangeError(
        `Cannot make a proof: a part has ${part.length} bytes, not ${length}`,
      );
    }
  }
  const { nonce, certificateHash, session, machine, request } = facts;
  return concat(CONTEXT, nonce, certificateHash, session, machine, request);
}

/** The proof as it travels: 88 bytes. */
export function signProof(
  key: KeyPair,
  facts: ProofFacts,
): Uint8Array<ArrayBuffer> {
  const signature = key.sign(proofMessage(facts));
  return concat(facts.machine, facts.session, signature);
}

/**
 * The parts of a received proof.
 *
 * @param bytes Exactly `PROOF_BYTES` of them.
 */
export function splitProof(bytes: Uint8Array): ReceivedProof {
  const signatureAt = MACHINE_BYTES + SESSION_BYTES;
  return {
    machine: bytes.subarray(0, MACHINE_BYTES),
    session: bytes.subarray(MACHINE_BYTES, signatureAt),
    signature: bytes.subarray(signatureAt, PROOF_BYTES),
  };
}

/**
 * Did the machine that `facts` name sign them? The key must be that machine's
 * own: its hash is the machine.
 */
export function verifyProof(
  publicKey: Uint8Array,
  facts: ProofFacts,
  signature: Uint8Array,
): boolean {
  return equalBytes(machineOf(publicKey), facts.machine) &&
    verify(publicKey, proofMessage(facts), signature);
}
