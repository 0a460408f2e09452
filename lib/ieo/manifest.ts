/**
 * `ieo.json`, the manifest of a package: what the program is called, what every
 * file must be, and what an install has to do besides. It is the first entry of
 * `A.ieo`; after an install it stays beside the program, so that its files can
 * be checked at any time, and its hooks be run at its removal.
 *
 * Compatibility: `format` is the major number. A greater one is refused, for
 * nobody can know what it asks for. Inside format 1 a field that is not known
 * is ignored, so that newer packages install on older agents; a package that
 * would be wrong without such a field says so with `agent`, the lowest version
 * that knows it.
 *
 * Here are the two ways through (bytes to value, value to bytes) and what
 * follows from a manifest alone. The fields are in `manifest/fields.ts`, what
 * they must be together in `manifest/rules.ts`.
 *
 * Pure. Knows nothing of zips, disks or signatures.
 *
 * @module
 */

import { fromUtf8, utf8 } from "../trust/bytes.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { sentenceOf } from "../trust/shape.ts";
import {
  DOCUMENT_KIND,
  MANIFEST_FORMAT,
  type ManifestDocument,
} from "./manifest/fields.ts";
import { readByLines } from "./manifest/lines.ts";
import { faultOfWhole } from "./manifest/rules.ts";
import { type Manifest, MANIFEST_BYTES_MAX } from "./manifest/types.ts";

export {
  DESCRIPTION_CHARS_MAX,
  MANIFEST_FORMAT,
  TITLE_CHARS_MAX,
} from "./manifest/fields.ts";
export { contentBytesOf } from "./manifest/rules.ts";
export * from "./manifest/types.ts";

/**
 * How long one request to the system's package manager may take, in seconds:
 * a quarter of an hour of work, and before it five minutes for a lock that
 * somebody else holds.
 */
export const NATIVE_SECONDS_MAX = 1_200;

/**
 * The manifest as it stands in a package: the same one, the same bytes. A field
 * that is what is assumed without it is not written.
 */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const written = DOCUMENT_KIND.write({ ...manifest, format: MANIFEST_FORMAT });
  const fields = Object.entries(written as object);
  return utf8(`{\n${fields.map(fieldText).join(",\n")}\n}\n`);
}

/** One entry a line: thousands of files must stay readable, and comparable. */
function fieldText([key, value]: [string, unknown]): string {
  const text = Array.isArray(value) && value.length > 0
    ? `[\n${value.map((entry) => JSON.stringify(entry)).join(",\n")}\n]`
    : JSON.stringify(value);
  return `"${key}": ${text}`;
}

/**
 * Reads and judges a manifest: its fields, every path, every limit, and that
 * everything fits together. The fault is a whole sentence.
 */
export function decodeManifest(bytes: Uint8Array): Outcome<Manifest, string> {
  if (bytes.length > MANIFEST_BYTES_MAX) {
    return fault(`The manifest is longer than ${MANIFEST_BYTES_MAX} bytes`);
  }
  const read = readDocument(bytes);
  if (!read.ok) return read;
  const { format: _, ...manifest } = read.value;
  const problem = faultOfWhole(manifest);
  return problem === null ? ok(manifest) : fault(`In the manifest: ${problem}`);
}

function readDocument(bytes: Uint8Array): Outcome<ManifestDocument, string> {
  const document = readByLines(bytes);
  if (document !== null) return ok(document);
  const text = fromUtf8(bytes);
  if (text === null) return fault("The manifest is not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault("The manifest is not JSON");
  }
  const read = DOCUMENT_KIND.read(value, "");
  return read.ok ? read : fault(`In the manifest: ${sentenceOf(read.fault)}`);
}

/**
 * Does the package run programs of its own as the administrator? Then its
 * statement must say `hooks: true`, and its publisher must have that right.
 */
export function runsCode({ hooks, native, self }: Manifest): boolean {
  return Object.values(hooks).some((hook) => hook !== undefined) ||
    native.length > 0 || self !== undefined;
}

/**
 * The longest that an install or a removal may take once all bytes are there,
 * in milliseconds: every hook and the agent's own update to their deadlines,
 * and each native package there and, if it fails, back again.
 */
export function deadlinesMsOf({ hooks, native, self }: Manifest): number {
  const hookSeconds = Object.values(hooks)
    .reduce((sum, hook) => sum + (hook?.deadlineSeconds ?? 0), 0);
  const nativeSeconds = 2 * NATIVE_SECONDS_MAX * native.length;
  return (hookSeconds + nativeSeconds + (self?.deadlineSeconds ?? 0)) * 1_000;
}
