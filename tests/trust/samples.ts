/**
 * The keys and documents of the trust tests: fixed seeds, so that every run
 * has the same bytes, and the vectors of `tests/vectors/` as they are read.
 *
 * @module
 */

import { sha256, toBase64Url } from "../../lib/trust/bytes.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import type { JoinFile } from "../../lib/trust/join_file.ts";
import { type KeyPair, keyPairFromSeed } from "../../lib/trust/keys.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import type { Statement } from "../../lib/trust/statement.ts";

/** The key that grows from 32 times this byte. */
export function keyOf(byte: number): KeyPair {
  return keyPairFromSeed(new Uint8Array(32).fill(byte));
}

export const FLEET = keyOf(1);
export const SERVER = keyOf(2);
export const PUBLISHER = keyOf(3);
export const AGENT = keyOf(4);
export const OTHER_SERVER = keyOf(5);
export const OTHER_FLEET = keyOf(6);

export const CERTIFICATE_HASH = Uint8Array.from({ length: 32 }, (_, i) => i);
export const SECRET = Uint8Array.from({ length: 32 }, (_, i) => 32 + i);
export const FILTER_KEY = Uint8Array.from({ length: 32 }, (_, i) => 64 + i);

/** A key of small order: the neutral point. */
export const SMALL_ORDER_KEY = Uint8Array.from([1, ...new Uint8Array(31)]);

export const ISSUED_MS = Date.parse("2026-01-31T12:00:00Z");
export const EXPIRES_MS = Date.parse("2027-01-31T12:00:00Z");

/** A delegation of `SERVER` with this serial, in parts or other as given. */
export function delegationOf(
  serial: bigint,
  { fleet = FLEET, server = SERVER }: { fleet?: KeyPair; server?: KeyPair } =
    {},
) {
  return signDelegation(fleet, {
    serverKey: server.publicKey,
    certificateHash: CERTIFICATE_HASH,
    serial,
  });
}

/** A list in which `PUBLISHER` may publish `editor` and `school-*`. */
export function publishersOf(
  changes: Partial<PublishersList> = {},
): PublishersList {
  return {
    format: 1,
    version: 3,
    issued: "2026-01-31T12:00:00Z",
    expires: "2027-01-31T12:00:00Z",
    publishers: [{
      key: toBase64Url(PUBLISHER.publicKey),
      names: ["editor", "school-*"],
      hooks: false,
    }],
    revoked: [toBase64Url(OTHER_FLEET.publicKey)],
    ...changes,
  };
}

/** A statement on `editor` 2.1. */
export function statementOf(changes: Partial<Statement> = {}): Statement {
  return {
    format: 1,
    name: "editor",
    version: "2.1",
    serial: 7,
    size: 48_211,
    sha256: sha256(new TextEncoder().encode("A.ieo")).toHex(),
    hooks: false,
    ...changes,
  };
}

/** A join file of `FLEET`. */
export function joinOf(changes: Partial<JoinFile> = {}): JoinFile {
  return {
    format: 1,
    fleet: FLEET.publicKey,
    delegation: delegationOf(1n),
    filterKey: FILTER_KEY,
    enrolment: { id: enrolmentId(SECRET), secret: SECRET },
    servers: ["192.0.2.7:2013", "flottille.example.org", "[2001:db8::7]:2013"],
    ...changes,
  };
}

/** The parsed `tests/vectors/trust_<name>.json`. */
export function readVectors<T>(name: string): T {
  const url = new URL(`../vectors/trust_${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url));
}

/** The bytes of a vector's hexadecimal. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text);
}

/** The bytes with one bit turned over; `bit` counts from the first byte. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const index = bit >> 3;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
