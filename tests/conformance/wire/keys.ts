/**
 * Ed25519 keys, the names that follow from them, and what they sign that is no
 * datagram: docs/protocol.md, "Trust". Refuses no unsafe key by itself: the kit
 * trusts only keys of its own making and those it was given in a join file.
 *
 * @module
 */

import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { Bytes } from "./bytes.ts";
import {
  base64,
  base64url,
  concat,
  hmac,
  number,
  random,
  sha256,
  unbase64,
  unhex,
  utf8,
} from "./bytes.ts";

const PKCS8 = unhex("302e020100300506032b657004220420");
const SPKI = unhex("302a300506032b6570032100");

export interface Key {
  readonly seed: Bytes;
  readonly public: Bytes;
  sign(...parts: readonly Uint8Array[]): Bytes;
}

export function keyFromSeed(seed: Bytes): Key {
  const key = createPrivateKey({
    key: Buffer.from(concat(PKCS8, seed)),
    format: "der",
    type: "pkcs8",
  });
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    seed,
    public: new Uint8Array(der.subarray(-32)),
    sign: (...parts) => new Uint8Array(sign(null, concat(...parts), key)),
  };
}

export const newKey = (): Key => keyFromSeed(random(32));

export function verifies(
  publicKey: Uint8Array,
  signature: Uint8Array,
  ...parts: readonly Uint8Array[]
): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(concat(SPKI, publicKey)),
      format: "der",
      type: "spki",
    });
    return verify(null, concat(...parts), key, signature);
  } catch {
    return false;
  }
}

/** The first 16 bytes of the hash of a machine's key. */
export const machineOf = (key: Uint8Array): Bytes => sha256(key).slice(0, 16);

/** The first 8 bytes of the hash of the fleet's key. */
export const fleetOf = (key: Uint8Array): Bytes => sha256(key).slice(0, 8);

/** The 140 bytes of a delegation. */
export function delegation(
  { fleet, server, certificateHash, serial }: {
    readonly fleet: Key;
    readonly server: Uint8Array;
    readonly certificateHash: Uint8Array;
    readonly serial: number;
  },
): Bytes {
  const said = concat(
    utf8("SeD1"),
    server,
    certificateHash,
    number(serial, 8),
  );
  return concat(said, fleet.sign(utf8("SeP1 delegation\0"), said));
}

/** What a delegation says; null when the fleet's key has not signed it. */
export function readDelegation(fleetKey: Uint8Array, bytes: Uint8Array) {
  const said = bytes.slice(0, 76);
  const signed = concat(utf8("SeP1 delegation\0"), said);
  if (bytes.length !== 140 || !verifies(fleetKey, bytes.slice(76), signed)) {
    return null;
  }
  return {
    server: bytes.slice(4, 36),
    certificateHash: bytes.slice(36, 68),
    serial: BigInt(`0x${Buffer.from(bytes.slice(68, 76)).toString("hex")}`),
  };
}

/** The 16 bytes by which a machine shows that it holds the secret. */
export const enrolmentProof = (
  secret: Uint8Array,
  key: Uint8Array,
  conversation: Uint8Array,
  prev: Uint8Array,
): Bytes =>
  hmac(secret, utf8("SeP1 enrolment\0"), key, conversation, prev).slice(0, 16);

/** What a machine signs of its list. */
export const listSigned = (
  machine: Uint8Array,
  hash: Uint8Array,
  size: number,
): Bytes =>
  concat(utf8("flottille list signature\0"), machine, hash, number(size, 8));

/** A DSSE envelope with one signature. */
export function envelope(key: Key, type: string, payload: unknown): Bytes {
  const said = utf8(JSON.stringify(payload));
  const head = `DSSEv1 ${utf8(type).length} ${type} ${said.length} `;
  return utf8(JSON.stringify({
    payload: base64(said),
    payloadType: type,
    signatures: [{
      keyid: base64url(key.public),
      sig: base64(key.sign(utf8(head), said)),
    }],
  }));
}

/** Does the envelope hold by this key? */
export function envelopeHolds(publicKey: Uint8Array, text: string): boolean {
  const { payload, payloadType, signatures } = JSON.parse(text);
  const said = unbase64(payload);
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${said.length} `;
  return verifies(publicKey, unbase64(signatures[0].sig), utf8(head), said);
}
