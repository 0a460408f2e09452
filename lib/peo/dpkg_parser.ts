/**
 * The parser of dpkg's status database (deb822 paragraphs, deb-control(5),
 * dpkg-query(1) for the states), fed in pieces of any size so that a list
 * costs an agent no more memory than its packages. It never throws: a file
 * that a power cut or a person broke gives the packages that can be read and a
 * sentence for each of the others.
 *
 * Pure: it knows no disk. Only the four fields that a list needs are read.
 *
 * @module
 */

import { describe } from "../trust/shape.ts";
import { FaultList } from "./faults.ts";
import { LIST_LIMITS, type ListFault } from "./program.ts";

/** The name of this source in a list. */
export const DPKG_SOURCE = "dpkg";

/** An installed Debian package. */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
}

/** What the database says. */
export interface DpkgStatus {
  readonly packages: DpkgPackage[];
  readonly faults: ListFault[];
}

/** Reads a whole database at once. */
export function parseDpkgStatus(bytes: Uint8Array): DpkgStatus {
  const parser = new DpkgStatusParser();
  parser.push(bytes);
  return parser.finish();
}

/**
 * Kept of a line. The fields we read are far shorter, the others may be as
 * long as they like.
 */
const LINE_BYTES_KEPT = 4_096;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;

type FieldName = "package" | "status" | "version" | "architecture";

interface Paragraph {
  readonly line: number;
  readonly fields: Map<FieldName, string>;
  /** The first thing wrong with it, the end of a sentence. */
  problem: string | null;
}

/** Reads a database piece by piece. */
export class DpkgStatusParser {
  readonly #packages: DpkgPackage[] = [];
  readonly #faults = new FaultList(DPKG_SOURCE);
  readonly #seen = new Set<string>();
  readonly #carry = new Uint8Array(LINE_BYTES_KEPT);
  #carryLength = 0;
  #lineBytes = 0;
  #bytes = 0;
  #line = 1;
  #paragraph: Paragraph | null = null;

  /** The next bytes of the file; not kept. */
  push(piece: Uint8Array): void {
    this.#bytes += piece.length;
    let start = 0;
    while (start < piece.length) {
      const newline = piece.indexOf(NEWLINE, start);
      const end = newline === -1 ? piece.length : newline;
      this.#take(piece.subarray(start, end));
      if (newline === -1) return;
      this.#endLine();
      start = end + 1;
    }
  }

  /** After the last piece. */
  finish(): DpkgStatus {
    if (this.#bytes === 0) {
      this.#faults.add(
        "The package database is empty; dpkg keeps a copy of it beside it, " +
          'named "status-old"',
      );
    }
    if (this.#lineBytes > 0) {
      this.#faults.add(
        `The package database is cut off in line ${this.#line}`,
      );
      this.#paragraph = null; // What was cut off cannot be trusted.
    }
    this.#endParagraph();
    return { packages: this.#packages, faults: this.#faults.all() };
  }

  #take(bytes: Uint8Array): void {
    const room = LINE_BYTES_KEPT - this.#carryLength;
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, room);
    this.#carry.set(kept, this.#carryLength);
    this.#carryLength += kept.length;
    this.#lineBytes += bytes.length;
  }

  #endLine(): void {
    let line = this.#carry.subarray(0, this.#carryLength);
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    if (line.length === 0) this.#endParagraph();
    else this.#readLine(line, this.#lineBytes > this.#carryLength);
    this.#carryLength = 0;
    this.#lineBytes = 0;
    this.#line++;
  }

  #readLine(line: Uint8Array, isCut: boolean): void {
    this.#paragraph ??= { line: this.#line, fields: new Map(), problem: null };
    const paragraph = this.#paragraph;
    if (isContinuation(line)) return; // No field that we read has one.
    const colon = line.indexOf(COLON);
    if (colon < 1) {
      paragraph.problem ??= `has no field in line ${this.#line}`;
      return;
    }
    const name = fieldNameOf(line.subarray(0, colon));
    if (name === null) return;
    const value = decode(line.subarray(colon + 1));
    if (paragraph.fields.has(name)) {
      paragraph.problem ??= `gives ${name} a second time in line ${this.#line}`;
    } else if (isCut || value === null) {
      paragraph.problem ??= `has an unreadable ${name} in line ${this.#line}`;
    } else {
      paragraph.fields.set(name, value);
    }
  }

  #endParagraph(): void {
    const paragraph = this.#paragraph;
    this.#paragraph = null;
    if (paragraph === null) return;
    const read = readParagraph(paragraph);
    if (read === null) return;
    if (typeof read === "string") return this.#faults.add(read);
    const key = `${read.name} ${read.version} ${read.architecture ?? ""}`;
    if (this.#seen.has(key)) {
      this.#faults.add(`${entry(paragraph)} stands there twice`);
    } else if (this.#packages.length >= LIST_LIMITS.programsMax) {
      this.#faults.add(
        `${entry(paragraph)} is beyond the ${LIST_LIMITS.programsMax} ` +
          "programs that a list may hold",
      );
    } else {
      this.#seen.add(key);
      this.#packages.push(read);
    }
  }
}

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
function readParagraph(paragraph: Paragraph): DpkgPackage | null | string {
  const { fields, problem } = paragraph;
  const where = entry(paragraph);
  if (problem !== null) return `${where} ${problem}`;
  const name = fields.get("package");
  if (name === undefined) return `${where} has no name`;
  if (!isPackageName(name)) return `${where} has a name no package may have`;
  const state = fields.get("status")?.split(/\s+/)[2];
  if (state === undefined) return `${where} has no status of three words`;
  if (ABSENT.has(state)) return null;
  if (BROKEN.has(state)) {
    return `${where} is ${state}; "dpkg --audit" on the machine says more`;
  }
  if (!INSTALLED.has(state)) {
    return `${where} has the unknown status ${describe(state)}`;
  }
  const version = fields.get("version");
  if (version === undefined) return `${where} has no version`;
  if (!isPackageVersion(version)) {
    return `${where} has ${describe(version)} for a version`;
  }
  const architecture = fields.get("architecture");
  if (architecture === undefined) return { name, version };
  if (!isArchitecture(architecture)) {
    return `${where} has ${describe(architecture)} for an architecture`;
  }
  return { name, version, architecture };
}

/** `The package "bash" in line 12`. */
function entry({ line, fields }: Paragraph): string {
  const name = fields.get("package");
  return name === undefined
    ? `The entry in line ${line}`
    : `The package ${describe(name)} in line ${line}`;
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

function isContinuation(line: Uint8Array): boolean {
  return line[0] === 0x20 || line[0] === 0x09;
}

const FIELD_NAMES: Readonly<Record<string, FieldName>> = {
  package: "package",
  status: "status",
  version: "version",
  architecture: "architecture",
};

/** Field names are the same in either case (deb-control(5)). */
function fieldNameOf(bytes: Uint8Array): FieldName | null {
  // Most fields are others, and a status file holds 20 of them a package.
  if (bytes.length < 6 || bytes.length > 12) return null;
  const text = decode(bytes)?.toLowerCase() ?? "";
  return Object.hasOwn(FIELD_NAMES, text) ? FIELD_NAMES[text] ?? null : null;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes).trim();
  } catch {
    return null;
  }
}
