/**
 * Ed25519 keys (RFC 8032) as every other room uses them: 32 bytes of public
 * key, a seed of 32 bytes that only its owner holds, signatures of 64 bytes.
 * Signing and verifying are synchronous, through the system's own library.
 *
 * The library accepts a forged signature under a key of small order: there is
 * no private half, yet anybody can write a signature that fits every message.
 * So every verification here refuses, in this order (D-13):
 *
 * 1. a key or a signature of another length;
 * 2. a key whose y coordinate is not below p (a second spelling of a key would
 *    be a second machine with the same private half);
 * 3. a key that is one of the eight points of small order, or a second
 *    spelling of one (its sign bit set where x is zero);
 * 4. a key that is not a point of the curve;
 * 5. a signature that does not verify; the library refuses one whose S is not
 *    below the group's order, so nobody can bend a good one into a second one.
 *
 * Deliberately not checked: a key of mixed order, that is, a good key plus a
 * point of small order. Finding one costs a scalar multiplication, and it
 * helps nobody: only the holder of its private half can sign under it.
 *
 * This file does not know where keys are kept, or where randomness comes from.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify as verifyWithLibrary,
} from "node:crypto";
import { concat, sha256, toHex } from "./bytes.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import { Recent } from "./recent.ts";
import { isCanonicalAndLarge } from "./small_order.ts";

/** RFC 8032 section 5.1.5. */
export const PUBLIC_KEY_BYTES = 32;
/** RFC 8032 section 5.1.5: the private key, before it is hashed. */
export const SEED_BYTES = 32;
/** RFC 8032 section 5.1.6: R and S. */
export const SIGNATURE_BYTES = 64;
/** How much of the hash of its key names a machine. */
export const MACHINE_BYTES = 16;
/** How much of the hash of its key names a fleet. */
export const FLEET_BYTES = 8;
/** The longest text `decodePrivateKeyPem` looks at, in UTF-16 units. */
export const PRIVATE_KEY_PEM_CHARS_MAX = 4_096;

/**
 * How many public keys are held ready. Reading a key takes the library 16 to
 * 20 us, verifying 35 to 40 us; a ready key is 300 to 800 bytes outside the
 * heap. Enough for one server's fleet (10,000 machines) and no more than
 * 15 MB; an agent only ever meets a handful.
 */
export const READY_KEYS_MAX = 16_384;

const readyKeys = new Recent<string, KeyObject>(READY_KEYS_MAX);

/** Both halves of a key. Its holder signs; never send it, log it or copy it. */
export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes: the private half, as RFC 8032 section 5.1.5 starts from it. */
  readonly seed: Uint8Array;
  /** The signature of the message: 64 bytes, always the same ones. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * The key that grows from 32 random bytes.
 *
 * @throws {RangeError} when the seed has another length.
 */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError(
      `Cannot make a key: its seed has ${seed.length} bytes, not ${SEED_BYTES}`,
    );
  }
  const der = concat(PKCS8_PREFIX, seed);
  const privateKey = createPrivateKey({
    key: viewOf(der),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(privateKey)
    .export({ format: "der", type: "spki" });
  return {
    publicKey: new Uint8Array(spki).slice(SPKI_PREFIX.length),
    seed: seed.slice(),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/**
 * Did the holder of this key sign this message? False, never an exception, for
 * a key or a signature of the wrong length and for the keys that the head of
 * this file lists.
 */
export function verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (!isCanonicalAndLarge(publicKey)) return false;
  const name = toHex(publicKey);
  const key = readyKeys.get(name) ?? importKey(publicKey);
  if (key === null) return false;
  const verified = verifyWithLibrary(null, message, key, signature);
  // Only a key that signed something is kept, so that a flood of invented keys
  // cannot push out those of the fleet.
  if (verified) readyKeys.set(name, key);
  return verified;
}

/**
 * May this key stand for somebody? True for the canonical spelling of a point
 * of the curve that is not of small order. It says nothing of who holds it.
 */
export function isSafePublicKey(publicKey: Uint8Array): boolean {
  return isCanonicalAndLarge(publicKey) && importKey(publicKey) !== null;
}

/** A machine's identity: the first 16 bytes of SHA-256 of its public key. */
export function machineOf(publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(publicKey).slice(0, MACHINE_BYTES);
}

/**
 * A machine's identifier as people see and type it: its 16 bytes in
 * hexadecimal, 32 characters. Not base64url, where one identifier in 64 begins
 * with `-` and would be taken for an option of the command line.
 */
export function showMachine(machine: Uint8Array): string {
  return toHex(machine);
}

/** A fleet's name on the wire: the first 8 bytes of SHA-256 of its key. */
export function fleetOf(
  fleetPublicKey: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return sha256(fleetPublicKey).slice(0, FLEET_BYTES);
}

/**
 * The private half as a PKCS#8 PEM text (RFC 8410), ending in a newline: the
 * very bytes that `openssl genpkey -algorithm ed25519` writes.
 *
 * @throws {RangeError} when the seed has another length.
 */
export function encodePrivateKeyPem(seed: Uint8Array): string {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError(
      `Cannot write a key: its seed has ${seed.length} bytes, not 32`,
    );
  }
  const base64 = concat(PKCS8_PREFIX, seed).toBase64(); // 64 digits, one line.
  return `${PEM_BEGIN}\n${base64}\n${PEM_END}\n`;
}

/**
 * The public half as a PEM text (RFC 8410), ending in a newline: what
 * `openssl pkey -pubout` writes and `openssl pkeyutl -pubin` reads.
 *
 * @throws {RangeError} when the key has another length.
 */
export function encodePublicKeyPem(publicKey: Uint8Array): string {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new RangeError(
      `Cannot write a key: it has ${publicKey.length} bytes, not 32`,
    );
  }
  const base64 = concat(SPKI_PREFIX, publicKey).toBase64();
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

/**
 * Reads a PKCS#8 PEM text back. Line ends and white space around it do not
 * matter; the fault is the end of a sentence that begins with the file's name:
 * `"keys/server.key " + fault`.
 */
export function decodePrivateKeyPem(text: string): Outcome<KeyPair, string> {
  if (text.trim() === "") return fault("is empty");
  if (text.length > PRIVATE_KEY_PEM_CHARS_MAX) {
    return fault(`is longer than ${PRIVATE_KEY_PEM_CHARS_MAX} characters`);
  }
  for (const { label, sentence } of PEM_STRANGERS) {
    if (text.includes(`-----BEGIN ${label}-----`)) return fault(sentence);
  }
  const begin = text.indexOf(PEM_BEGIN);
  if (begin === -1) return fault(`does not hold a line "${PEM_BEGIN}"`);
  const end = text.indexOf(PEM_END, begin);
  if (end === -1) return fault(`is cut off: the line "${PEM_END}" is missing`);
  if (text.indexOf(PEM_BEGIN, end) !== -1) return fault("holds several keys");
  const base64 = text.slice(begin + PEM_BEGIN.length, end).replace(/\s/g, "");
  return keyPairFromPkcs8(base64);
}

function keyPairFromPkcs8(base64: string): Outcome<KeyPair, string> {
  const der = fromBase64(base64);
  if (der === null) return fault("holds text that is not base64");
  const size = PKCS8_PREFIX.length + SEED_BYTES;
  const isEd25519 = der.length === size &&
    PKCS8_PREFIX.every((byte, index) => der[index] === byte);
  if (!isEd25519) {
    return fault(
      "holds no Ed25519 private key; make one with " +
        "`openssl genpkey -algorithm ed25519`",
    );
  }
  return ok(keyPairFromSeed(der.subarray(PKCS8_PREFIX.length)));
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return null;
  }
}

/** Null when the 32 bytes are not a point of the curve. */
function importKey(publicKey: Uint8Array): KeyObject | null {
  try {
    const der = concat(SPKI_PREFIX, publicKey);
    return createPublicKey({ key: viewOf(der), format: "der", type: "spki" });
  } catch {
    return null; // The library's word for "not on the curve" is a TypeError.
  }
}

/** The library's types ask for a Buffer; this one shares the bytes. */
function viewOf(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** RFC 8410: version 0, algorithm 1.3.101.112, an octet string of the seed. */
const PKCS8_PREFIX = Uint8Array.fromHex("302e020100300506032b657004220420");
/** RFC 8410: algorithm 1.3.101.112, a bit string of the public key. */
const SPKI_PREFIX = Uint8Array.fromHex("302a300506032b6570032100");

const PEM_BEGIN = "-----BEGIN PRIVATE KEY-----";
const PEM_END = "-----END PRIVATE KEY-----";

/** What people give instead of the key, and what to tell them. */
const PEM_STRANGERS = [
  {
    label: "ENCRYPTED PRIVATE KEY",
    sentence: "is encrypted; write it in clear with `openssl pkey`, mode 0600",
  },
  {
    label: "OPENSSH PRIVATE KEY",
    sentence: "is an OpenSSH key; an Ed25519 key in PKCS#8 PEM is needed",
  },
  {
    label: "PUBLIC KEY",
    sentence: "holds a public key where the private one is needed",
  },
  {
    label: "CERTIFICATE",
    sentence: "holds a certificate where a private key is needed",
  },
];
