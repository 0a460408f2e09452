/**
 * The statement of a package: what its publisher signs of an `A.ieo`, beside
 * it as `A.ieo.sig` and on SiP before its bytes. A DSSE envelope with
 *
 * ```json
 * {"format": 1, "name": "editor", "version": "2.1", "serial": 7,
 *  "size": 48211, "sha256": "...", "hooks": false}
 * ```
 *
 * so that size, hash, name and rights are known before the zip is opened
 * (Z-00), and from whom. Refused, in this order, with a word of the table:
 *
 * 1. `malformed`: not an envelope of this type, or too long;
 * 2. `revoked`, `unknown`: the key that it names (K-07, S-12);
 * 3. `signature`: not signed by that key;
 * 4. `malformed`: signed, but not a statement;
 * 5. `name`: not one of the names that this publisher may use;
 * 6. `hooks`: it runs hooks and this publisher may not.
 *
 * Deliberately not checked here: that the file is the one described, that it
 * is the one ordered, that the serial is not lower than what is installed, and
 * that the publishers' list has not expired. Those need a file, an order, an
 * installation and a clock.
 *
 * @module
 */

import { seal, unseal } from "./envelope.ts";
import type { KeyPair } from "./keys.ts";
import { isProgramName, isVersion } from "./names.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import { mayPublish, publisherOf, type PublishersList } from "./publishers.ts";
import {
  formatOf,
  objectOf,
  sentenceOf,
  textOf,
  trueOrFalse,
  type ValueOf,
  wholeNumber,
} from "./shape.ts";

/** DSSE's payload type of a statement. */
export const STATEMENT_TYPE = "application/vnd.flottille.statement+json";
/** The longest statement that is read, as an envelope. */
export const STATEMENT_BYTES_MAX = 8_192;
/** The largest package, 1 TiB: far above what is sent, far below 2^53. */
export const PACKAGE_BYTES_MAX = 2 ** 40;

const STATEMENT = objectOf({
  format: formatOf(1),
  name: textOf("a program's name", isProgramName),
  version: textOf("a version", isVersion),
  serial: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  size: wholeNumber(1, PACKAGE_BYTES_MAX),
  sha256: textOf(
    "64 lower-case hexadecimal digits",
    (text) => /^[0-9a-f]{64}$/.test(text),
  ),
  hooks: trueOrFalse,
});

/**
 * What a publisher says of a package: `size` in bytes and `sha256` are those
 * of the `.ieo` file; `serial` grows with every release of a name, whatever
 * the version is called.
 */
export type Statement = ValueOf<typeof STATEMENT>;

/** A statement that was verified, with the key (base64url) that signed it. */
export interface SignedStatement extends Statement {
  readonly publisher: string;
}

/** Why a statement is refused; the sentences go on from "The statement". */
export const STATEMENT_FAULTS = {
  malformed: "is damaged or is not a package's statement",
  signature: "does not carry a good signature of the publisher it names",
  unknown: "is signed by somebody who is not on the publishers' list",
  revoked: "is signed by a publisher whose key was revoked",
  name: "is for a program that its publisher may not publish",
  hooks: "is for a package that runs hooks, which its publisher may not",
} as const;
export type StatementFault = keyof typeof STATEMENT_FAULTS;

/**
 * Signs a statement with a publisher's key: the bytes of `A.ieo.sig`.
 *
 * @throws {TypeError} when the statement does not fit, with the field that is
 * wrong. Whether the publisher may is not asked: the list may come later.
 */
export function signStatement(
  publisher: KeyPair,
  statement: Statement,
): Uint8Array<ArrayBuffer> {
  const read = STATEMENT(statement, "");
  if (!read.ok) {
    throw new TypeError(
      `Cannot sign the package's statement: ${sentenceOf(read.fault)}`,
    );
  }
  return seal(publisher, STATEMENT_TYPE, read.value);
}

/** Reads a statement, by the rules and in the order of this file's head. */
export function openStatement(
  bytes: Uint8Array,
  publishers: PublishersList,
): Outcome<SignedStatement, StatementFault> {
  const envelope = unseal(bytes, STATEMENT_TYPE, STATEMENT_BYTES_MAX);
  if (!envelope.ok) return fault("malformed");
  const { keyId, claimedKey, openWith } = envelope.value;
  if (publishers.revoked.includes(keyId)) return fault("revoked");
  const publisher = publisherOf(publishers, keyId);
  if (publisher === null) return fault("unknown");
  const payload = openWith(claimedKey);
  if (!payload.ok) {
    return fault(payload.fault === "signature" ? "signature" : "malformed");
  }
  const read = STATEMENT(payload.value, "");
  if (!read.ok) return fault("malformed");
  const permission = mayPublish(publishers, keyId, read.value.name);
  if (permission !== "yes") return fault(permission);
  if (read.value.hooks && !publisher.hooks) return fault("hooks");
  return ok({ ...read.value, publisher: keyId });
}
