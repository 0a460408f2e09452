/**
 * A private key under a passphrase: PKCS#8 (RFC 5958) encrypted by PBES2
 * (RFC 8018) with scrypt (RFC 7914) and AES-256-CBC, in PEM. `openssl pkey`
 * reads what is written here, and every encrypted PKCS#8 that the system's
 * library reads is read here.
 *
 * The library's own export is not used for writing: it derives the key by
 * 2,048 rounds of PBKDF2, which a stolen file does not withstand for long.
 *
 * This file does not know where the passphrase comes from; salt and vector are
 * given, because randomness is not made in this room.
 *
 * @module
 */

import { createCipheriv, createPrivateKey, scryptSync } from "node:crypto";
import { concat } from "./bytes.ts";
import {
  decodePrivateKeyPem,
  encodePrivateKeyPem,
  type KeyPair,
  PRIVATE_KEY_PEM_CHARS_MAX,
} from "./keys.ts";
import { fault, ok, type Outcome } from "./outcome.ts";

/** Random bytes that `encryptPrivateKeyPem` is given: salt, then vector. */
export const ENCRYPTION_RANDOM_BYTES = 32;
/** The longest passphrase, in UTF-16 units. */
export const PASSPHRASE_CHARS_MAX = 1_024;

const SALT_BYTES = 16;
const AES_KEY_BYTES = 32;

/**
 * scrypt's cost: 16 MiB, five times over, about half a second. OpenSSL refuses
 * to read what takes more than 32 MiB, so p is raised where N would be.
 */
const COST = { N: 16_384, r: 8, p: 5 } as const;

const PEM_BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const PEM_END = "-----END ENCRYPTED PRIVATE KEY-----";
const PEM_LINE_CHARS = 64;

/** Is this the text of a key that a passphrase protects? */
export function isEncryptedPem(text: string): boolean {
  return text.includes(PEM_BEGIN);
}

/**
 * The private half as an encrypted PEM text, ending in a newline.
 *
 * @param random 32 bytes that nobody can guess.
 * @throws {RangeError} when the passphrase, the seed or `random` has a wrong
 * length.
 */
export function encryptPrivateKeyPem(
  seed: Uint8Array,
  passphrase: string,
  random: Uint8Array,
): string {
  if (passphrase === "" || passphrase.length > PASSPHRASE_CHARS_MAX) {
    throw new RangeError(
      `Cannot encrypt a key: the passphrase has ${passphrase.length} ` +
        `characters, and 1 to ${PASSPHRASE_CHARS_MAX} may be`,
    );
  }
  if (random.length !== ENCRYPTION_RANDOM_BYTES) {
    throw new RangeError(
      `Cannot encrypt a key: ${random.length} random bytes were given, not ` +
        ENCRYPTION_RANDOM_BYTES,
    );
  }
  const salt = random.subarray(0, SALT_BYTES);
  const vector = random.subarray(SALT_BYTES);
  const secret = scryptSync(secretOf(passphrase), salt, AES_KEY_BYTES, COST);
  const cipher = createCipheriv("aes-256-cbc", secret, vector);
  const encrypted = concat(
    cipher.update(pkcs8Of(seed)),
    new Uint8Array(cipher.final()),
  );
  const base64 = documentOf(salt, vector, encrypted).toBase64();
  const lines = base64.match(new RegExp(`.{1,${PEM_LINE_CHARS}}`, "g")) ?? [];
  return [PEM_BEGIN, ...lines, PEM_END, ""].join("\n");
}

/**
 * Reads an encrypted PEM text. The fault is the end of a sentence that begins
 * with the file's name, as that of `decodePrivateKeyPem` is.
 */
export function decryptPrivateKeyPem(
  text: string,
  passphrase: string,
): Outcome<KeyPair, string> {
  if (text.length > PRIVATE_KEY_PEM_CHARS_MAX) {
    return fault(`is longer than ${PRIVATE_KEY_PEM_CHARS_MAX} characters`);
  }
  const begin = text.indexOf(PEM_BEGIN);
  const end = text.indexOf(PEM_END);
  if (begin === -1 || end < begin) {
    return fault(`is cut off: the line "${PEM_END}" is missing`);
  }
  const der = pkcs8FromPem(
    text.slice(begin, end + PEM_END.length),
    secretOf(passphrase),
  );
  if (der === null) {
    return fault("does not open with this passphrase, or is damaged");
  }
  const clear = decodePrivateKeyPem(
    `-----BEGIN PRIVATE KEY-----\n${der.toBase64()}\n-----END PRIVATE KEY-----`,
  );
  return clear.ok ? ok(clear.value) : fault(clear.fault);
}

/** The key itself in PKCS#8, or null: the library does not say why. */
function pkcs8FromPem(pem: string, passphrase: string): Uint8Array | null {
  try {
    const key = createPrivateKey({ key: pem, format: "pem", passphrase });
    return new Uint8Array(key.export({ format: "der", type: "pkcs8" }));
  } catch {
    return null;
  }
}

/** One spelling: an accent typed on one system is the same on another. */
function secretOf(passphrase: string): string {
  return passphrase.normalize("NFC");
}

function pkcs8Of(seed: Uint8Array): Uint8Array {
  const [, base64 = ""] = encodePrivateKeyPem(seed).split("\n");
  return Uint8Array.fromBase64(base64);
}

// DER (X.690), as far as this one document needs it.

const OID_PBES2 = Uint8Array.fromHex("06092a864886f70d01050d");
const OID_SCRYPT = Uint8Array.fromHex("06092b06010401da47040b");
const OID_AES_256_CBC = Uint8Array.fromHex("060960864801650304012a");

/** RFC 8018 appendix A.4, RFC 7914 section 7. */
function documentOf(
  salt: Uint8Array,
  vector: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const cost = [COST.N, COST.r, COST.p].map(integer);
  const derivation = sequence(
    OID_SCRYPT,
    sequence(octets(salt), ...cost),
  );
  const cipher = sequence(OID_AES_256_CBC, octets(vector));
  const algorithm = sequence(OID_PBES2, sequence(derivation, cipher));
  return sequence(algorithm, octets(encrypted));
}

function sequence(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return tagged(0x30, concat(...parts));
}

function octets(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return tagged(0x04, bytes);
}

/** A whole number below 2^15, so that its sign bit is never set. */
function integer(value: number): Uint8Array<ArrayBuffer> {
  const bytes = value < 128
    ? Uint8Array.of(value)
    : Uint8Array.of(value >> 8, value & 0xff);
  return tagged(0x02, bytes);
}

function tagged(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content;
  const size = length < 128
    ? Uint8Array.of(length)
    : Uint8Array.of(0x81, length); // Nothing here reaches 256 bytes.
  return concat(Uint8Array.of(tag), size, content);
}
