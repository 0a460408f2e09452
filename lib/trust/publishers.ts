/**
 * The publishers' list: by it the fleet key says who may pack programs for the
 * fleet, under which names, and whether their packages may run hooks. A DSSE
 * envelope whose payload is
 *
 * ```json
 * {"format": 1, "version": 3,
 *  "issued": "2026-01-31T12:00:00Z", "expires": "2027-01-31T12:00:00Z",
 *  "publishers": [{"key": "...", "names": ["editor", "school-*"],
 *                  "hooks": false}],
 *  "revoked": ["..."]}
 * ```
 *
 * Keys are base64url. `version` grows with every list; `trusted_state.ts` lets
 * no older one replace a newer one. `issued` is the moment of signing: it is
 * what a machine whose clock is wrong knows of the time (N-02). A key that is
 * listed and revoked is revoked.
 *
 * Expiry is deliberately not checked here: an expired list still revokes, and
 * what it means for a new install is the reader's policy (N-04).
 *
 * @module
 */

import { seal, unseal } from "./envelope.ts";
import { fromBase64Url } from "./bytes.ts";
import { isSafePublicKey, type KeyPair } from "./keys.ts";
import { globToRegExp, isNamePattern } from "./names.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import {
  formatOf,
  listOf,
  moment,
  objectOf,
  sentenceOf,
  textOf,
  trueOrFalse,
  type ValueOf,
  wholeNumber,
} from "./shape.ts";

/** DSSE's payload type of a publishers' list. */
export const PUBLISHERS_TYPE = "application/vnd.flottille.publishers+json";
/** The longest list that is read, as an envelope. */
export const PUBLISHERS_BYTES_MAX = 262_144;
/** Publishers in one list. */
export const PUBLISHERS_MAX = 256;
/** Name patterns of one publisher. */
export const PUBLISHER_NAMES_MAX = 64;
/** Keys that one list revokes. */
export const REVOKED_MAX = 1_024;

const publicKey = textOf(
  "a safe public key in base64url",
  (text) => isSafePublicKey(fromBase64Url(text) ?? new Uint8Array()),
);
const LIST = objectOf({
  format: formatOf(1),
  version: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  issued: moment,
  expires: moment,
  publishers: listOf(
    objectOf({
      key: publicKey,
      names: listOf(
        textOf("a pattern over program names", isNamePattern),
        PUBLISHER_NAMES_MAX,
      ),
      hooks: trueOrFalse,
    }),
    PUBLISHERS_MAX,
  ),
  revoked: listOf(publicKey, REVOKED_MAX),
});

/** What is signed; the head of this file shows it. */
export type PublishersList = ValueOf<typeof LIST>;
/** One publisher and its rights. */
export type Publisher = PublishersList["publishers"][number];

/** A list whose signature was verified. */
export interface Publishers extends PublishersList {
  /** The envelope, as it is sent and stored. */
  readonly bytes: Uint8Array;
  /** `issued`, in milliseconds since 1970. */
  readonly issuedMs: number;
  /** `expires`, in milliseconds since 1970. */
  readonly expiresMs: number;
}

/**
 * Signs a list with the fleet's key: the envelope's bytes.
 *
 * @throws {TypeError} when `openPublishers` would refuse the list, with the
 * field that is wrong.
 */
export function signPublishers(
  fleet: KeyPair,
  list: PublishersList,
): Uint8Array<ArrayBuffer> {
  const read = readList(list);
  if (!read.ok) {
    throw new TypeError(`Cannot sign the publishers' list: ${read.fault}`);
  }
  const bytes = seal(fleet, PUBLISHERS_TYPE, read.value);
  if (bytes.length > PUBLISHERS_BYTES_MAX) {
    throw new TypeError(
      `Cannot sign the publishers' list: it has ${bytes.length} bytes; ` +
        `at most ${PUBLISHERS_BYTES_MAX} may be`,
    );
  }
  return bytes;
}

/**
 * Reads a list and verifies it. The fault is a whole sentence. The bytes given
 * are copied.
 */
export function openPublishers(
  fleetKey: Uint8Array,
  bytes: Uint8Array,
): Outcome<Publishers, string> {
  const refuse = (found: string) => fault(`The publishers' list ${found}`);
  const envelope = unseal(bytes, PUBLISHERS_TYPE, PUBLISHERS_BYTES_MAX);
  if (!envelope.ok) return refuse(envelope.fault);
  // Which key the envelope names does not matter: the fleet has only one.
  const payload = envelope.value.openWith(fleetKey);
  if (!payload.ok) {
    return refuse(
      payload.fault === "signature"
        ? "is not signed by this fleet's key"
        : "is signed, but what is signed is not JSON",
    );
  }
  const list = readList(payload.value);
  if (!list.ok) return refuse(`does not fit: ${list.fault}`);
  return ok({
    ...list.value,
    bytes: bytes.slice(),
    issuedMs: Date.parse(list.value.issued),
    expiresMs: Date.parse(list.value.expires),
  });
}

/** May it, and if not, why not; the words of `mayPublish`. */
export type Permission = "yes" | "unknown" | "revoked" | "name";

/**
 * May the holder of this key (base64url) publish a program of this name?
 * `revoked` wins over everything else that could be said of a key.
 */
export function mayPublish(
  publishers: PublishersList,
  key: string,
  name: string,
): Permission {
  if (publishers.revoked.includes(key)) return "revoked";
  const publisher = publisherOf(publishers, key);
  if (publisher === null) return "unknown";
  const isTheirs = publisher.names.some((glob) =>
    globToRegExp(glob).test(name)
  );
  return isTheirs ? "yes" : "name";
}

/** The listed publisher with this key (base64url), revoked or not. */
export function publisherOf(
  publishers: PublishersList,
  key: string,
): Publisher | null {
  return publishers.publishers.find((listed) => listed.key === key) ?? null;
}

/** The rules that go across fields come after the shape. */
function readList(value: unknown): Outcome<PublishersList, string> {
  const read = LIST(value, "");
  if (!read.ok) return fault(sentenceOf(read.fault));
  const { issued, expires, publishers } = read.value;
  if (Date.parse(expires) <= Date.parse(issued)) {
    return fault('"expires" is not later than "issued"');
  }
  const keys = publishers.map(({ key }) => key);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  // Two entries of one key with different rights: which one would hold?
  if (twice !== -1) return fault(`"publishers[${twice}].key" is listed twice`);
  return ok(read.value);
}
