/**
 * The downgrade statement: what a publisher signs so that machines may go back
 * to an older package of a name (I-16). Without one, a serial that is lower
 * than the highest ever installed is refused, whoever orders it; a stolen
 * server must not bring old holes back. A DSSE envelope with
 *
 * ```json
 * {"format": 1, "name": "editor", "versions": ["1.0", "1.1"],
 *  "issued": "2026-01-31T12:00:00Z", "expires": "2026-02-07T12:00:00Z"}
 * ```
 *
 * Refused, in this order, with a word of the table:
 *
 * 1. `malformed`: not an envelope of this type, or too long;
 * 2. `revoked`, `unknown`: the key that it names (K-07);
 * 3. `signature`: not signed by that key;
 * 4. `malformed`: signed, but not a downgrade statement;
 * 5. `name`: not one of the names that this publisher may use.
 *
 * Deliberately not checked here: that it has not expired, and that a machine
 * has not used it before. Those need a clock and the machine's journal.
 *
 * @module
 */

import { sha256, utf8 } from "./bytes.ts";
import { seal, unseal } from "./envelope.ts";
import type { KeyPair } from "./keys.ts";
import { isProgramName, isVersion } from "./names.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import { mayPublish, publisherOf, type PublishersList } from "./publishers.ts";
import {
  formatOf,
  listOf,
  type Misfit,
  misfit,
  moment,
  objectOf,
  sentenceOf,
  type Shape,
  textOf,
  type ValueOf,
} from "./shape.ts";

/** DSSE's payload type of a downgrade statement. */
export const DOWNGRADE_TYPE = "application/vnd.flottille.downgrade+json";
/** The longest downgrade statement that is read, as an envelope. */
export const DOWNGRADE_BYTES_MAX = 8_192;
/** Versions that one statement may name. */
export const DOWNGRADE_VERSIONS_MAX = 64;

const FIELDS = objectOf({
  format: formatOf(1),
  name: textOf("a program's name", isProgramName),
  versions: listOf(
    textOf("a version", isVersion),
    DOWNGRADE_VERSIONS_MAX,
  ),
  issued: moment,
  expires: moment,
});

/** Back to which versions of which program, from when, and until when. */
export type Downgrade = ValueOf<typeof FIELDS>;

/** A downgrade statement that was verified. */
export interface SignedDowngrade extends Downgrade {
  /** The key (base64url) that signed it. */
  readonly publisher: string;
  /** `issued`, in milliseconds since 1970. */
  readonly issuedMs: number;
  /** `expires`, in milliseconds since 1970. */
  readonly expiresMs: number;
  /**
   * 64 hexadecimal digits, by which a machine remembers that it was used. Of
   * what is said and by whom, not of the envelope: that has many spellings, of
   * which each would allow the same step once more.
   */
  readonly id: string;
}

/** Why one is refused; the sentences go on from "The downgrade statement". */
export const DOWNGRADE_FAULTS = {
  malformed: "is damaged or is not a downgrade statement",
  signature: "does not carry a good signature of the publisher it names",
  unknown: "is signed by somebody who is not on the publishers' list",
  revoked: "is signed by a publisher whose key was revoked",
  name: "is for a program that its publisher may not publish",
} as const;
export type DowngradeFault = keyof typeof DOWNGRADE_FAULTS;

/**
 * Signs a downgrade statement with a publisher's key: the envelope's bytes.
 *
 * @throws {TypeError} when the statement does not fit, with the field that is
 * wrong. Whether the publisher may is not asked: the list may come later.
 */
export function signDowngrade(
  publisher: KeyPair,
  downgrade: Downgrade,
): Uint8Array<ArrayBuffer> {
  const read = readDowngrade(downgrade, "");
  if (!read.ok) {
    throw new TypeError(
      `Cannot sign the downgrade statement: ${sentenceOf(read.fault)}`,
    );
  }
  return seal(publisher, DOWNGRADE_TYPE, read.value);
}

/** Reads a downgrade statement, by the rules and in the order of the head. */
export function openDowngrade(
  bytes: Uint8Array,
  publishers: PublishersList,
): Outcome<SignedDowngrade, DowngradeFault> {
  const envelope = unseal(bytes, DOWNGRADE_TYPE, DOWNGRADE_BYTES_MAX);
  if (!envelope.ok) return fault("malformed");
  const { keyId, claimedKey, openWith } = envelope.value;
  if (publishers.revoked.includes(keyId)) return fault("revoked");
  if (publisherOf(publishers, keyId) === null) return fault("unknown");
  const payload = openWith(claimedKey);
  if (!payload.ok) {
    return fault(payload.fault === "signature" ? "signature" : "malformed");
  }
  const read = readDowngrade(payload.value, "");
  if (!read.ok) return fault("malformed");
  const permission = mayPublish(publishers, keyId, read.value.name);
  if (permission !== "yes") return fault(permission);
  return ok({
    ...read.value,
    publisher: keyId,
    issuedMs: Date.parse(read.value.issued),
    expiresMs: Date.parse(read.value.expires),
    id: idOf(read.value, keyId),
  });
}

/** Is the envelope one of this type? Its signature is not looked at. */
export function isDowngrade(bytes: Uint8Array): boolean {
  return unseal(bytes, DOWNGRADE_TYPE, DOWNGRADE_BYTES_MAX).ok;
}

/** Does it allow the step back to this version, at this moment? */
export function allowsDowngrade(
  downgrade: SignedDowngrade,
  { name, version, nowMs }: {
    readonly name: string;
    readonly version: string;
    readonly nowMs: number;
  },
): boolean {
  return downgrade.name === name && downgrade.versions.includes(version) &&
    nowMs < downgrade.expiresMs;
}

/** Of the statement in one spelling, after the key of who signed it. */
function idOf(
  { format, name, versions, issued, expires }: Downgrade,
  publisher: string,
): string {
  const said = JSON.stringify({ format, name, versions, issued, expires });
  return sha256(utf8(`${publisher} ${said}`)).toHex();
}

/** The rules that go across fields come after the fields. */
const readDowngrade: Shape<Downgrade> = (
  value,
  path,
): Outcome<Downgrade, Misfit> => {
  const read = FIELDS(value, path);
  if (!read.ok) return read;
  const { versions, issued, expires } = read.value;
  if (versions.length === 0) return misfit("versions", "names no version");
  return Date.parse(expires) > Date.parse(issued)
    ? read
    : misfit("expires", 'must be later than "issued"');
};
