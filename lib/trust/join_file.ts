/**
 * The join file: with one executable, all that a machine needs to become one
 * of a fleet. About 1 KB of JSON, so that a person can read it, mail it and
 * see what is wrong with it (K-01):
 *
 * ```json
 * {
 *   "format": 1,
 *   "fleet": "the fleet's public key",
 *   "delegation": "140 bytes, delegation.ts",
 *   "filterKey": "32 bytes",
 *   "enrolment": { "id": "8 characters", "secret": "32 bytes" },
 *   "servers": ["192.0.2.7:2013", "flottille.example.org"]
 * }
 * ```
 *
 * Bytes are base64url. `enrolment` is null in the copy of a machine that is
 * enrolled. A byte order mark and CRLF are taken: editors put them there. The
 * file is not signed: who can write it owns the machine, and its delegation is
 * verified against its own fleet key only to notice a file mixed from two.
 *
 * Knows nothing of the disk: where the file is and who may read it is for
 * `lib/host/private_file.ts`.
 *
 * @module
 */

import { fromUtf8, toBase64Url, utf8 } from "./bytes.ts";
import {
  type Delegation,
  DELEGATION_BYTES,
  DELEGATION_FAULTS,
  openDelegation,
} from "./delegation.ts";
import { ENROLMENT_SECRET_BYTES, enrolmentId } from "./enrolment.ts";
import { type JsonDocument, parseJson } from "./json.ts";
import { isSafePublicKey, PUBLIC_KEY_BYTES } from "./keys.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import { parseServerAddress } from "./server_address.ts";
import {
  bytesOf,
  formatOf,
  listOf,
  type Misfit,
  objectOf,
  orNull,
  sentenceOf,
  textOf,
} from "./shape.ts";

/** The longest join file that is read; ours have about 1,000 bytes. */
export const JOIN_FILE_BYTES_MAX = 16_384;
/** The length of the filter key, which HMACs every datagram. */
export const FILTER_KEY_BYTES = 32;
/** Server addresses in one join file. */
export const JOIN_SERVERS_MAX = 32;

/** What a join file holds. */
export interface JoinFile {
  readonly format: 1;
  /** The fleet's public key, 32 bytes. */
  readonly fleet: Uint8Array;
  /** Signed by that key. */
  readonly delegation: Delegation;
  /** 32 bytes, the same for the fleet's whole life. */
  readonly filterKey: Uint8Array;
  /** Null once the machine is enrolled. */
  readonly enrolment: JoinEnrolment | null;
  /** `host` or `host:port`, DNS name or literal address; may be empty. */
  readonly servers: readonly string[];
}

/** The right to enrol. */
export interface JoinEnrolment {
  /** `enrolmentId(secret)`. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * The file's text: stable order, two spaces, a newline at the end.
 *
 * @throws {TypeError} when `decodeJoinFile` would refuse it.
 */
export function encodeJoinFile(join: JoinFile): string {
  const { fleet, delegation, filterKey, enrolment, servers } = join;
  const text = JSON.stringify(
    {
      format: 1,
      fleet: toBase64Url(fleet),
      delegation: toBase64Url(delegation.bytes),
      filterKey: toBase64Url(filterKey),
      enrolment: enrolment &&
        { id: enrolment.id, secret: toBase64Url(enrolment.secret) },
      servers,
    },
    null,
    2,
  ) + "\n";
  const read = decodeJoinFile(text);
  if (!read.ok) {
    throw new TypeError(`Cannot write the join file: ${read.fault}`);
  }
  return text;
}

/**
 * Reads a join file, as bytes or as text. The fault is a whole sentence that
 * says what is wrong, on which line, and what to do; it never shows a secret.
 */
export function decodeJoinFile(
  file: string | Uint8Array,
): Outcome<JoinFile, string> {
  const bytes = typeof file === "string" ? utf8(file) : file;
  if (bytes.length > JOIN_FILE_BYTES_MAX) {
    return refuse(
      `has ${bytes.length} bytes, more than ${JOIN_FILE_BYTES_MAX}`,
    );
  }
  const text = textOfFile(bytes);
  if (!text.ok) return refuse(text.fault);
  const document = parseJson(text.value);
  if (!document.ok) {
    const { problem, line } = document.fault;
    return refuse(`${problem} at line ${line}`);
  }
  return readJoin(document.value);
}

function textOfFile(bytes: Uint8Array): Outcome<string, string> {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff);
  // What `>` of Windows PowerShell 5 writes.
  if (isUtf16) return fault("is UTF-16 text, where UTF-8 is needed");
  const text = fromUtf8(bytes);
  if (text === null) return fault("is not UTF-8 text");
  const bare = text.replace(/^\ufeff/, "");
  return bare.trim() === "" ? fault("is empty") : ok(bare);
}

const JOIN = objectOf({
  format: formatOf(1),
  fleet: bytesOf(PUBLIC_KEY_BYTES),
  delegation: bytesOf(DELEGATION_BYTES),
  filterKey: bytesOf(FILTER_KEY_BYTES),
  enrolment: orNull(objectOf({
    id: textOf("text", () => true),
    secret: bytesOf(ENROLMENT_SECRET_BYTES),
  })),
  servers: listOf(
    textOf(
      'a server such as "192.0.2.7:2013" or "flottille.example.org"',
      (text) => parseServerAddress(text) !== null,
    ),
    JOIN_SERVERS_MAX,
  ),
});

function readJoin(document: JsonDocument): Outcome<JoinFile, string> {
  const refuseAt = (wrong: Misfit) =>
    refuse(
      `is wrong at line ${document.lineOf(wrong.path)}: ${sentenceOf(wrong)}`,
    );
  const read = JOIN(document.value, "");
  if (!read.ok) return refuseAt(read.fault);
  const { fleet, enrolment } = read.value;
  if (!isSafePublicKey(fleet)) {
    return refuseAt({ path: "fleet", problem: "is not a safe public key" });
  }
  const delegation = openDelegation(fleet, read.value.delegation);
  if (!delegation.ok) {
    const problem = DELEGATION_FAULTS[delegation.fault];
    return refuseAt({ path: "delegation", problem });
  }
  if (enrolment !== null && enrolment.id !== enrolmentId(enrolment.secret)) {
    const problem = "does not belong to the secret beside it";
    return refuseAt({ path: "enrolment.id", problem });
  }
  return ok({ ...read.value, delegation: delegation.value });
}

/**
 * A secret may stand where another thing should: as a field's name, among the
 * servers. What is as long as half of one is never shown.
 */
function refuse(found: string): Outcome<never, string> {
  const shown = found.replace(/[A-Za-z0-9_-]{20,}/g, "...");
  return fault(`The join file ${shown}; copy it again from the server`);
}
