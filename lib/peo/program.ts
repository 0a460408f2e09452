/**
 * One line of a program list, and the limits of a list. A list is made on one
 * machine and read on another, so the limits stand here once for both: what
 * the agent may write is what the server will take (S-17).
 *
 * Knows nothing of where programs come from, nor of CycloneDX.
 *
 * @module
 */

/** A program that a machine has. */
export interface ListedProgram {
  /** As its own source spells it; at most `LIST_LIMITS.textLengthMax`. */
  readonly name: string;
  /** Empty where the source tells none. */
  readonly version: string;
  /** The package URL, by which other tools know the program. */
  readonly purl: string;
  /** Who keeps it on the machine: `flottille`, `dpkg`, `npm`. */
  readonly source: string;
  /** As the source spells it: `amd64`, `all`. */
  readonly architecture?: string;
  /** Who maintains or sells it, without an address. */
  readonly supplier?: string;
  /** As the source spells it: an SPDX expression or other words. */
  readonly licence?: string;
  /** The source package it was built from, where that differs. */
  readonly sourcePackage?: string;
  /** That package's version, where that differs. */
  readonly sourceVersion?: string;
  /** When this version came, in seconds since 1970. */
  readonly installedAtS?: number;
  /** What it takes on the disk, as the source tells it. */
  readonly sizeBytes?: number;
}

/** What one source could not tell, in a sentence. */
export interface ListFault {
  readonly source: string;
  readonly error: string;
}

/**
 * 200,000 programs are some fifty times what a full workstation holds, and
 * take about 100 MiB; whoever sends more is broken or wants to hurt.
 */
export const LIST_LIMITS = {
  documentBytesMax: 128 * 1_024 * 1_024,
  programsMax: 200_000,
  /** Bytes of the document's first line, without its newline. */
  headBytesMax: 64 * 1_024,
  /** Bytes of each other line. A program with the longest texts has 13 KiB. */
  lineBytesMax: 16 * 1_024,
  /** Characters of each text of a program but its package URL. */
  textLengthMax: 255,
  purlLengthMax: 2_048,
  /** Faults of one list; the rest is counted in the last one. */
  faultsMax: 16,
  /** Characters of a fault's sentence. */
  faultLengthMax: 512,
} as const;

/**
 * May this be a name, version, source or other text in a list? Not empty,
 * not long, and nothing that a terminal or a log would obey (D-10).
 */
export function isListable(
  text: string,
  lengthMax: number = LIST_LIMITS.textLengthMax,
): boolean {
  return text.length > 0 && text.length <= lengthMax && text.isWellFormed() &&
    !UNPRINTABLE.test(text);
}

/** May this be a moment in a list? From 1970 to the end of the year 9999. */
export function isInstant(seconds: unknown): seconds is number {
  return typeof seconds === "number" && Number.isInteger(seconds) &&
    seconds >= 0 && seconds <= 253_402_300_799;
}

/** May this be a size in a list? */
export function isSize(bytes: unknown): bytes is number {
  return typeof bytes === "number" && Number.isSafeInteger(bytes) &&
    bytes >= 0;
}

/**
 * The text cut to `lengthMax`, with U+FFFD for whatever `isListable` refuses;
 * for sentences that hold words of the system or of a file.
 */
export function madeListable(text: string, lengthMax: number): string {
  const clean = text.toWellFormed().replace(UNPRINTABLE_EACH, "\ufffd");
  if (clean === "") return "?";
  return clean.length <= lengthMax
    ? clean
    : `${clean.slice(0, lengthMax - 3).toWellFormed()}...`;
}

/**
 * C0 and C1 controls, line and paragraph separators, and the marks that turn
 * the direction of the text around them.
 */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const UNPRINTABLE_EACH = new RegExp(UNPRINTABLE, "g");

/** The order of a list: by source, name, version, architecture. */
export function compareListed(a: ListedProgram, b: ListedProgram): number {
  return compareKeys(a, b) || compareText(a.purl, b.purl);
}

/** The same; zero for two that a list may not hold both. */
export function compareKeys(a: ListedProgram, b: ListedProgram): number {
  return compareText(a.source, b.source) || compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(a.architecture ?? "", b.architecture ?? "");
}

/** By code units: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
