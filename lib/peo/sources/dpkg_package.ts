/**
 * What an entry of dpkg's database says of a package: is it installed, and
 * what does a list tell of it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { fromUtf8 } from "../../trust/bytes.ts";
import { describe } from "../../trust/shape.ts";
import { isSize, LIST_LIMITS } from "../program.ts";

/** An installed Debian package. */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** May it be there once for each architecture? */
  readonly isMultiArch?: true;
  /** Who maintains it, without the address. */
  readonly maintainer?: string;
  /** Its source package, where that has another name. */
  readonly sourcePackage?: string;
  /** That package's version, where it is another. */
  readonly sourceVersion?: string;
  readonly sizeBytes?: number;
}

/**
 * The fields that are read, by their names in lower case: is it one without
 * which, or with two of which, a package cannot be told?
 */
export const DPKG_FIELDS = {
  package: true,
  status: true,
  version: true,
  architecture: true,
  "multi-arch": false,
  maintainer: false,
  source: false,
  "installed-size": false,
} as const satisfies Readonly<Record<string, boolean>>;

/** One of them. */
export type DpkgField = keyof typeof DPKG_FIELDS;

/** An entry, as it was found. */
export interface DpkgParagraph {
  /** The number of its first line. */
  readonly line: number;
  /** A byte of the file is a character here. */
  readonly fields: { [K in DpkgField]?: string };
  /** The first thing wrong with it, the end of a sentence. */
  problem: string | null;
}

/** The status of nearly all of them: wanted, without an error, and there. */
const ORDINARY = "install ok installed";

/** dpkg's states of a package whose files are there and set up. */
const INSTALLED = new Set([
  "installed",
  "triggers-awaited",
  "triggers-pending",
]);

/** States of a package that is not there; its settings may be. */
const ABSENT = new Set(["not-installed", "config-files"]);

/** States of a package that dpkg did not get to the end with. */
const BROKEN = new Set(["unpacked", "half-configured", "half-installed"]);

/** The package, null when it is not installed, or what is wrong. */
export function readParagraph(
  paragraph: DpkgParagraph,
): DpkgPackage | null | string {
  const { fields, problem } = paragraph;
  if (problem !== null) return `${entryOf(paragraph)} ${problem}`;
  const name = fields.package;
  if (name === undefined) return `${entryOf(paragraph)} has no name`;
  if (!isPackageName(name)) {
    return `${entryOf(paragraph)} has a name no package may have`;
  }
  const { status } = fields;
  if (status !== ORDINARY) {
    const state = status?.split(/[ \t]+/)[2];
    if (state !== undefined && ABSENT.has(state)) return null;
    const why = whyNotInstalled(state);
    if (why !== null) return `${entryOf(paragraph)} ${why}`;
  }
  const { version, architecture } = fields;
  if (version === undefined) return `${entryOf(paragraph)} has no version`;
  if (!isPackageVersion(version)) {
    return `${entryOf(paragraph)} has ${describe(version)} for a version`;
  }
  if (architecture !== undefined && !isArchitecture(architecture)) {
    return `${entryOf(paragraph)} has ${describe(architecture)} for an ` +
      "architecture";
  }
  return { name, version, ...factsOf(fields, name, version) };
}

function whyNotInstalled(state: string | undefined): string | null {
  if (state === undefined) return "has no status of three words";
  if (INSTALLED.has(state)) return null;
  return BROKEN.has(state)
    ? `is ${state}; "dpkg --audit" on the machine says more`
    : `has the unknown status ${describe(state)}`;
}

type Facts = Omit<DpkgPackage, "name" | "version">;

/** What may be missing: what is strange there is left out. */
function factsOf(
  fields: DpkgParagraph["fields"],
  name: string,
  version: string,
): Facts {
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {};
  if (fields.architecture !== undefined) {
    facts.architecture = fields.architecture;
  }
  if (fields["multi-arch"] === "same") facts.isMultiArch = true;
  const maintainer = nameIn(fields.maintainer ?? "");
  if (maintainer !== "") facts.maintainer = maintainer;
  const source = fields.source === undefined
    ? null
    : SOURCE.exec(fields.source);
  if (source !== null) {
    const [, sourcePackage = name, sourceVersion = version] = source;
    if (sourcePackage !== name) facts.sourcePackage = sourcePackage;
    if (sourceVersion !== version) facts.sourceVersion = sourceVersion;
  }
  const sizeBytes = 1_024 * Number(fields["installed-size"] || NaN);
  if (isSize(sizeBytes)) facts.sizeBytes = sizeBytes;
  return facts;
}

/** `glibc (2.36-9)`; without a version where that is the package's own. */
const SOURCE = /^([^ ]+)(?: \(([^ ]+)\))?$/;

/** `Debian Bash Team` of `"Debian Bash Team" <bash@packages.debian.org>`. */
function nameIn(maintainer: string): string {
  const text = decode(maintainer) ?? "";
  const end = text.indexOf("<");
  const name = (end === -1 ? text : text.slice(0, end)).trim();
  if (name.includes("@")) return ""; // An address without a name.
  const isQuoted = name.length > 1 && name.startsWith('"') &&
    name.endsWith('"');
  return isQuoted ? name.slice(1, -1) : name;
}

/** `The package "bash" in line 12`. */
export function entryOf({ line, fields }: DpkgParagraph): string {
  const name = decode(fields.package ?? "") ?? "";
  return name === ""
    ? `The entry in line ${line}`
    : `The package ${describe(name)} in line ${line}`;
}

/** The text of bytes that stand in the string; null when they are no UTF-8. */
function decode(bytes: string): string | null {
  // deno-lint-ignore no-control-regex
  return /[^\x00-\x7f]/.test(bytes)
    ? fromUtf8(Buffer.from(bytes, "latin1"))
    : bytes;
}

// Wider than Debian's policy, as dpkg is; but nothing that needs quoting.
function isPackageName(text: string): boolean {
  return text.length <= LIST_LIMITS.textLengthMax &&
    /^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(text);
}

function isPackageVersion(text: string): boolean {
  return text.length <= LIST_LIMITS.textLengthMax &&
    /^[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/.test(text);
}

function isArchitecture(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(text);
}
