/**
 * The delegation: by it the fleet key says which server speaks for the fleet,
 * and with which certificate. 140 bytes, because it travels in datagrams:
 *
 * ```
 *   0  4  "SeD1"
 *   4 32  the server's public key
 *  36 32  SHA-256 of the SiP certificate (DER)
 *  68  8  serial, big-endian, from 1
 *  76 64  Ed25519 by the fleet key over "SeP1 delegation\0" and the 76 above
 * ```
 *
 * A server is replaced by a delegation with a higher serial, without touching
 * a machine: `newer` is the table by which every machine decides (K-05, K-06).
 *
 * @module
 */

import { concat, equalBytes, utf8 } from "./bytes.ts";
import {
  isSafePublicKey,
  type KeyPair,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  verify,
} from "./keys.ts";
import { fault, ok, type Outcome } from "./outcome.ts";

/** The length of every delegation. */
export const DELEGATION_BYTES = 140;
/** The length of the certificate's SHA-256. */
export const CERTIFICATE_HASH_BYTES = 32;
/** The largest serial. */
export const SERIAL_MAX = 2n ** 64n - 1n;

const MAGIC = utf8("SeD1");
const CONTEXT = utf8("SeP1 delegation\0");
const SERVER_KEY_AT = 4;
const CERTIFICATE_HASH_AT = SERVER_KEY_AT + PUBLIC_KEY_BYTES;
const SERIAL_AT = CERTIFICATE_HASH_AT + CERTIFICATE_HASH_BYTES;
const SIGNATURE_AT = DELEGATION_BYTES - SIGNATURE_BYTES;

/** What the fleet key says of a server. */
export interface DelegationContent {
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
  /** 32 bytes. */
  readonly certificateHash: Uint8Array;
  /** From 1 to 2^64 - 1; a machine that holds none reports 0. */
  readonly serial: bigint;
}

/** A delegation whose signature was verified. */
export interface Delegation extends DelegationContent {
  /** The 140 bytes, as they are sent and stored. */
  readonly bytes: Uint8Array;
}

/** What is wrong with the bytes of a delegation. */
export const DELEGATION_FAULTS = {
  length: `does not have ${DELEGATION_BYTES} bytes`,
  magic: 'does not begin with "SeD1"',
  signature: "is not signed by this fleet's key",
  serial: "has the serial 0",
  key: "names a server key that is not safe",
} as const;
export type DelegationFault = keyof typeof DELEGATION_FAULTS;

/**
 * Signs a delegation with the fleet's key.
 *
 * @throws {RangeError} when a part has the wrong length or range: nothing is
 * signed that `openDelegation` refuses.
 */
export function signDelegation(
  fleet: KeyPair,
  { serverKey, certificateHash, serial }: DelegationContent,
): Delegation {
  const refuse = (found: string) =>
    new RangeError(`Cannot sign the delegation: ${found}`);
  if (!isSafePublicKey(serverKey)) throw refuse("the server key is not safe");
  if (certificateHash.length !== CERTIFICATE_HASH_BYTES) {
    throw refuse(`the certificate's hash has ${certificateHash.length} bytes`);
  }
  if (serial < 1n || serial > SERIAL_MAX) {
    throw refuse(`its serial ${serial} is not from 1 to ${SERIAL_MAX}`);
  }
  const serialBytes = new Uint8Array(8);
  new DataView(serialBytes.buffer).setBigUint64(0, serial);
  const signed = concat(MAGIC, serverKey, certificateHash, serialBytes);
  const signature = fleet.sign(concat(CONTEXT, signed));
  return contentOf(concat(signed, signature));
}

/** Reads a delegation and verifies it. The bytes given are copied. */
export function openDelegation(
  fleetKey: Uint8Array,
  bytes: Uint8Array,
): Outcome<Delegation, DelegationFault> {
  if (bytes.length !== DELEGATION_BYTES) return fault("length");
  if (!equalBytes(bytes.subarray(0, SERVER_KEY_AT), MAGIC)) {
    return fault("magic");
  }
  const message = concat(CONTEXT, bytes.subarray(0, SIGNATURE_AT));
  if (!verify(fleetKey, message, bytes.subarray(SIGNATURE_AT))) {
    return fault("signature");
  }
  const delegation = contentOf(bytes.slice());
  if (delegation.serial === 0n) return fault("serial");
  if (!isSafePublicKey(delegation.serverKey)) return fault("key");
  return ok(delegation);
}

/** How a delegation that is offered stands to the one that is held. */
export type Newness = "older" | "same" | "conflict" | "newer";

/**
 * K-05: only `newer` replaces what is held. `conflict` is one serial signed
 * twice with different contents: the owner's mistake, and refused, or two
 * halves of a fleet would follow two servers.
 */
export function newer(
  held: Delegation | null,
  offered: Delegation,
): Newness {
  if (held === null || offered.serial > held.serial) return "newer";
  if (offered.serial < held.serial) return "older";
  // The signature is left out: other signers may add randomness to theirs.
  const isSame = equalBytes(
    held.bytes.subarray(0, SIGNATURE_AT),
    offered.bytes.subarray(0, SIGNATURE_AT),
  );
  return isSame ? "same" : "conflict";
}

/** The serial that these 140 bytes claim; nothing of them is verified. */
export function serialOf(
  { buffer, byteOffset, length }: Uint8Array,
): bigint {
  return new DataView(buffer, byteOffset, length).getBigUint64(SERIAL_AT);
}

function contentOf(bytes: Uint8Array<ArrayBuffer>): Delegation {
  return {
    bytes,
    serverKey: bytes.slice(SERVER_KEY_AT, CERTIFICATE_HASH_AT),
    certificateHash: bytes.slice(CERTIFICATE_HASH_AT, SERIAL_AT),
    serial: serialOf(bytes),
  };
}
