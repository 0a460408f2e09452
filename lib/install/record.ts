/**
 * `ieo.installed.json`: what the installer notes beside an installed version's
 * manifest, in the same tree, so that it comes and goes with it. It says which
 * transaction brought the tree, which is how a restart tells its own work from
 * what was there before, and all that a list of programs needs, so that no
 * manifest has to be read for one.
 *
 * Pure.
 *
 * @module
 */

import { DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX } from "../ieo/manifest.ts";
import { fromUtf8, utf8 } from "../trust/bytes.ts";
import { isProgramName, isVersion } from "../trust/names.ts";
import {
  formatOf,
  objectOf,
  textOf,
  trueOrFalse,
  type ValueOf,
  wholeNumber,
} from "../trust/shape.ts";

/** The longest record that is read, in bytes. */
export const RECORD_BYTES_MAX = 65_536;

const anyNumber = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const RECORD = objectOf({
  format: formatOf(1),
  transaction: textOf("a transaction", (text) => /^\d+-\d+-\d+$/.test(text)),
  name: textOf("a program's name", isProgramName),
  version: textOf("a version", isVersion),
  serial: anyNumber,
  title: textOf("a title", (text) => text.length <= TITLE_CHARS_MAX),
  description: textOf(
    "a description",
    (text) => text.length <= DESCRIPTION_CHARS_MAX,
  ),
  protected: trueOrFalse,
  sha256: textOf("a hash", (text) => /^[0-9a-f]{64}$/.test(text)),
  publisher: textOf("a key", (text) => text.length <= 64),
  files: anyNumber,
  bytes: anyNumber,
  installedAtMs: anyNumber,
});

/**
 * `sha256` is of the package; `title` and `description` are empty when there
 * are none; `bytes` is the sum of the files' sizes; `installedAtMs` is since
 * 1970 by the machine's own clock, for people to read.
 */
export type InstalledRecord = ValueOf<typeof RECORD>;

/** The record's bytes: readable JSON. */
export function encodeInstalled(
  record: InstalledRecord,
): Uint8Array<ArrayBuffer> {
  return utf8(`${JSON.stringify(record, null, 2)}\n`);
}

/** The record, or null when it is not one: then it is not our version. */
export function decodeInstalled(bytes: Uint8Array): InstalledRecord | null {
  try {
    const read = RECORD(JSON.parse(fromUtf8(bytes) ?? ""), "");
    return read.ok ? read.value : null;
  } catch {
    return null; // Not JSON.
  }
}
