/**
 * The machine's signature of its program list. The document `B.peo` says
 * nothing of whose it is, so that equal machines give equal bytes; whose it is
 * stands beside it, as `A.ieo.sig` stands beside `A.ieo`. Ed25519 over
 *
 *     "flottille list signature\0" ++ machine ++ sha256 ++ size
 *
 * with the machine's 16 bytes, the SHA-256 of the document, 32 bytes, and its
 * size in 8 bytes, big-endian. Every part has a fixed length, so no two lists
 * give the same bytes.
 *
 * The proof of SiP is about a connection, and is forgotten with it; this is
 * about the list, and is kept: whoever has the document, the signature and
 * the machine's key can tell, years later, that the machine said so.
 *
 * @module
 */

import { concat, equalBytes, fromHex, utf8 } from "./bytes.ts";
import {
  type KeyPair,
  MACHINE_BYTES,
  machineOf,
  SIGNATURE_BYTES,
  verify,
} from "./keys.ts";

/** Bytes of a list's signature. */
export const LIST_SIGNATURE_BYTES = SIGNATURE_BYTES;

/** Nothing else that a machine signs begins like this. */
const CONTEXT = utf8("flottille list signature\0");

const HASH_BYTES = 32;

/** What a machine says with its signature. */
export interface ListStatement {
  /** Whose list it is: 16 bytes. */
  readonly machine: Uint8Array;
  /** Of the document, in hexadecimal. */
  readonly sha256: string;
  /** Bytes of the document. */
  readonly size: number;
}

/**
 * The bytes that are signed.
 *
 * @throws {RangeError} when a part is not what it must be.
 */
export function listStatementBytes(
  { machine, sha256, size }: ListStatement,
): Uint8Array<ArrayBuffer> {
  const hash = fromHex(sha256);
  if (machine.length !== MACHINE_BYTES || hash?.length !== HASH_BYTES) {
    throw new RangeError(
      `Cannot sign a list: its machine has ${machine.length} bytes, not ` +
        `${MACHINE_BYTES}, or its SHA-256 is not 64 hexadecimal digits`,
    );
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`Cannot sign a list: ${size} is no count of bytes`);
  }
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigUint64(0, BigInt(size));
  return concat(CONTEXT, machine, hash, count);
}

/** The machine's signature of its list: 64 bytes, always the same ones. */
export function signList(key: KeyPair, statement: ListStatement): Uint8Array {
  return key.sign(listStatementBytes(statement));
}

/**
 * Did the machine that the statement names sign it? The key must be that
 * machine's own: its hash is the machine.
 */
export function verifyList(
  publicKey: Uint8Array,
  statement: ListStatement,
  signature: Uint8Array,
): boolean {
  return equalBytes(machineOf(publicKey), statement.machine) &&
    verify(publicKey, listStatementBytes(statement), signature);
}
