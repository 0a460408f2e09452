/**
 * `ieo.installed.json`: what the installer notes beside an installed version's
 * manifest, in the same tree, so that it comes and goes with it. It says which
 * transaction brought the tree, which is how a restart tells its own work from
 * what was there before, and all that a list of programs and a plan need, so
 * that no manifest has to be read for one.
 *
 * Pure.
 *
 * @module
 */

import {
  type Manifest,
  NATIVE_KINDS,
  type NativeKind,
  type Relation,
} from "../ieo/manifest/types.ts";
import {
  COMMANDS_MAX,
  DESCRIPTION_CHARS_MAX,
  NATIVE_MAX,
  RELATIONS_MAX,
  TITLE_CHARS_MAX,
} from "../ieo/manifest/fields.ts";
import type { InstallOrder } from "../sep/server_api.ts";
import { contentBytesOf } from "../ieo/manifest/rules.ts";
import { PATH_BYTES_MAX } from "../ieo/paths.ts";
import { RANGE_CHARS_MAX } from "../ieo/fit/version_range.ts";
import { fromUtf8, utf8 } from "../trust/bytes.ts";
import { isProgramName, isVersion } from "../trust/names.ts";
import {
  formatOf,
  listOf,
  objectOf,
  type Shape,
  textOf,
  trueOrFalse,
  type ValueOf,
  wholeNumber,
} from "../trust/shape.ts";
import type { SignedStatement } from "../trust/statement.ts";

/** The longest record that is read, in bytes. */
export const RECORD_BYTES_MAX = 1_048_576;

/** The name of a transaction: `<sequence>-<order>-<attempt>`. */
export const transactionId: Shape<string> = textOf(
  "a transaction",
  (text) => /^\d{1,15}-\d{1,20}-\d{1,16}$/.test(text),
);

/** A word that the system's manager knows something by. */
export const nativeWord: Shape<string> = shortText(
  "a word of the system's manager",
  255,
);

/** One of the formats of the systems' own packages. */
export const nativeKind = textOf(
  "a package format",
  (text) => NATIVE_KINDS.some((kind) => kind === text),
) as Shape<NativeKind>;

const anyNumber = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const programName = textOf("a program's name", isProgramName);
const relations: Shape<readonly Relation[]> = listOf(
  objectOf({
    name: programName,
    versions: shortText("a range", RANGE_CHARS_MAX),
  }),
  RELATIONS_MAX,
);

const RECORD = objectOf({
  format: formatOf(1),
  transaction: transactionId,
  name: programName,
  version: textOf("a version", isVersion),
  serial: anyNumber,
  title: shortText("a title", TITLE_CHARS_MAX),
  description: shortText("a description", DESCRIPTION_CHARS_MAX),
  protected: trueOrFalse,
  sha256: textOf("a hash", (text) => /^[0-9a-f]{64}$/.test(text)),
  publisher: shortText("a key", 64),
  files: anyNumber,
  bytes: anyNumber,
  installedAtMs: anyNumber,
  rollback: trueOrFalse,
  requires: relations,
  conflicts: relations,
  commands: listOf(
    objectOf({
      name: shortText("a command", 64),
      path: shortText("a path", PATH_BYTES_MAX),
    }),
    COMMANDS_MAX,
  ),
  native: listOf(
    objectOf({ kind: nativeKind, package: nativeWord, version: nativeWord }),
    NATIVE_MAX,
  ),
});

/** What a record says that was written before there were these fields. */
const BEFORE = {
  rollback: true,
  requires: [],
  conflicts: [],
  commands: [],
  native: [],
};

/**
 * `sha256` is of the package; `title` and `description` are empty when there
 * are none; `bytes` is the sum of the files' sizes; `installedAtMs` is since
 * 1970 by the machine's own clock, for people to read.
 */
export type InstalledRecord = ValueOf<typeof RECORD>;

/** The record of a version that a transaction brings. */
export function recordOf(
  { transaction, manifest, statement, nowMs }: {
    readonly transaction: string;
    readonly manifest: Manifest;
    readonly statement: Pick<SignedStatement, "sha256" | "publisher">;
    /** Milliseconds since 1970. */
    readonly nowMs: number;
  },
): InstalledRecord {
  const { name, version, serial, title, description } = manifest;
  const { rollback, requires, conflicts, bin, native } = manifest;
  return {
    format: 1,
    transaction,
    name,
    version,
    serial,
    title: title ?? "",
    description: description ?? "",
    protected: manifest.protected,
    sha256: statement.sha256,
    publisher: statement.publisher,
    files: manifest.files.length,
    bytes: contentBytesOf(manifest),
    installedAtMs: Math.max(0, Math.floor(nowMs)),
    rollback,
    requires,
    conflicts,
    commands: bin,
    native: native.map(({ kind, package: name, version }) => (
      { kind, package: name, version }
    )),
  };
}

/** The record's bytes: readable JSON. */
export function encodeInstalled(
  record: InstalledRecord,
): Uint8Array<ArrayBuffer> {
  return utf8(`${JSON.stringify(record, null, 2)}\n`);
}

/** The record, or null when it is not one: then it is not our version. */
export function decodeInstalled(bytes: Uint8Array): InstalledRecord | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes) ?? "");
    if (typeof value !== "object") return null;
    const read = RECORD({ ...BEFORE, ...value }, "");
    return read.ok ? read.value : null;
  } catch {
    return null; // Not JSON.
  }
}

/**
 * Is what is installed the very package of the order, by the installer's own
 * note? Whether its files are still as they came is for the caller to look at.
 */
export function isOrdered(
  order: Pick<InstallOrder, "name" | "version" | "sha256">,
  record: InstalledRecord | null,
): boolean {
  return record !== null && record.name === order.name &&
    record.version === order.version && record.sha256 === order.sha256;
}

function shortText(what: string, charsMax: number): Shape<string> {
  return textOf(what, (text) => text.length <= charsMax);
}
