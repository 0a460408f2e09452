/**
 * The parser of dpkg's status database (deb822 paragraphs, deb-control(5),
 * dpkg-query(1) for the states), fed in pieces of any size so that a list
 * costs an agent no more memory than its packages. It never throws: a file
 * that a power cut or a person broke gives the packages that can be read and a
 * sentence for each of the others.
 *
 * Pure: it knows no disk. Only the fields that a list needs are read; what
 * they mean stands in `dpkg_package.ts`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { FaultList } from "../faults.ts";
import { LIST_LIMITS, type ListFault } from "../program.ts";
import {
  DPKG_FIELDS,
  type DpkgField,
  type DpkgPackage,
  type DpkgParagraph,
  entryOf,
  readParagraph,
} from "./dpkg_package.ts";

/** The name of this source in a list. */
export const DPKG_SOURCE = "dpkg";

/** What the database says. */
export interface DpkgStatus {
  readonly packages: readonly DpkgPackage[];
  readonly faults: readonly ListFault[];
}

/** Reads a whole database at once. */
export function parseDpkgStatus(bytes: Uint8Array): DpkgStatus {
  const parser = new DpkgStatusParser();
  parser.push(bytes);
  return parser.finish();
}

/** Of a value; the ones that we read are far shorter. */
const VALUE_BYTES_MAX = 4_096;

/** Of a line whose end has not come: enough to see that it is too long. */
const CARRIED_BYTES_MAX = VALUE_BYTES_MAX + 64;

/** What a file may keep in memory beyond its packages' own texts. */
const RETAINED_BYTES_MAX = 2 * 1_024 * 1_024;

const TAB = 0x09;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** Reads a database piece by piece. */
export class DpkgStatusParser {
  readonly #packages: DpkgPackage[] = [];
  readonly #faults = new FaultList(DPKG_SOURCE);
  readonly #seen = new Set<string>();
  /** The beginning of a line whose end has not come; a byte a character. */
  #carry = "";
  #bytes = 0;
  #line = 1;
  #paragraph: DpkgParagraph | null = null;
  #isUpdate = false;

  /** The next bytes of the file; not kept. */
  push(piece: Uint8Array): void {
    this.#bytes += piece.length;
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      .toString("latin1");
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      const block = this.#carry + text.slice(0, end);
      this.#carry = "";
      this.#readBlock(block);
    }
    const room = CARRIED_BYTES_MAX - this.#carry.length;
    this.#carry += text.slice(end, end + room);
  }

  /**
   * What is pushed from here on is another file: an entry that dpkg wrote since
   * it began to run, and that takes the place of the one before.
   */
  beginUpdate(): void {
    this.#endFile();
    this.#isUpdate = true;
    this.#line = 1;
  }

  /** After the last piece. */
  finish(): DpkgStatus {
    if (this.#bytes === 0) {
      this.#faults.add(
        "The package database is empty; dpkg keeps a copy of it beside it, " +
          'named "status-old"',
      );
    }
    this.#endFile();
    return { packages: this.#packages, faults: this.#faults.all() };
  }

  #endFile(): void {
    if (this.#carry !== "") {
      this.#faults.add(
        `The package database is cut off in line ${this.#line}`,
      );
      this.#carry = "";
      this.#paragraph = null; // What was cut off cannot be trusted.
    }
    this.#endParagraph();
  }

  /** Whole lines. Nearly all are passed over, so that is what is fast. */
  #readBlock(block: string): void {
    const before = this.#packages.length;
    let end = 0;
    for (let start = 0; start < block.length; start = end + 1) {
      end = block.indexOf("\n", start);
      const initial = block.charCodeAt(start);
      if (initial === SPACE || initial === TAB) {
        this.#open(); // A continuation: no field that we read has one.
      } else if (initial === NEWLINE || isOnlyReturn(block, start, end)) {
        this.#endParagraph();
      } else {
        const colon = block.indexOf(":", start);
        const length = colon - start;
        if (length <= 0 || colon >= end) this.#fail("has no field");
        else if (SHAPES.has(shapeOf(initial, length))) {
          const name = block.slice(start, colon).toLowerCase();
          this.#takeField(name, block.slice(colon + 1, end));
        } else this.#open();
      }
      this.#line++;
    }
    if (this.#bytes > RETAINED_BYTES_MAX) releaseTexts(this.#packages, before);
  }

  #open(): DpkgParagraph {
    return this.#paragraph ??= { line: this.#line, fields: {}, problem: null };
  }

  #fail(problem: string): void {
    this.#open().problem ??= `${problem} in line ${this.#line}`;
  }

  #takeField(field: string, value: string): void {
    const { fields } = this.#open();
    if (!isField(field)) return;
    const isKept = fields[field] === undefined &&
      value.length <= VALUE_BYTES_MAX;
    if (isKept) fields[field] = trimmed(value);
    else if (DPKG_FIELDS[field]) {
      this.#fail(
        fields[field] === undefined
          ? `has an unreadable ${field}`
          : `gives ${field} a second time`,
      );
    }
  }

  #endParagraph(): void {
    const paragraph = this.#paragraph;
    this.#paragraph = null;
    if (paragraph === null) return;
    if (this.#isUpdate) this.#forget(paragraph.fields);
    const read = readParagraph(paragraph);
    if (read === null) return;
    if (typeof read === "string") return this.#faults.add(read);
    const key = keyOf(read);
    if (this.#seen.has(key)) {
      this.#faults.add(`${entryOf(paragraph)} stands there twice`);
    } else if (this.#packages.length >= LIST_LIMITS.programsMax) {
      this.#faults.add(
        `${entryOf(paragraph)} is beyond the ${LIST_LIMITS.programsMax} ` +
          "programs that a list may hold",
      );
    } else {
      this.#seen.add(key);
      this.#packages.push(read);
    }
  }

  /** A package is there once, or once for each architecture. */
  #forget(fields: DpkgParagraph["fields"]): void {
    const index = this.#packages.findIndex((one) =>
      one.name === fields.package &&
      (one.architecture === fields.architecture ||
        !(one.isMultiArch && fields["multi-arch"] === "same"))
    );
    const [gone] = index === -1 ? [] : this.#packages.splice(index, 1);
    if (gone !== undefined) this.#seen.delete(keyOf(gone));
  }
}

function keyOf({ name, version, architecture }: DpkgPackage): string {
  return `${name} ${version} ${architecture ?? ""}`;
}

/** Initial and length of the names of fields that are read, in one number. */
const SHAPES: ReadonlySet<number> = new Set(
  Object.keys(DPKG_FIELDS).map((name) =>
    shapeOf(name.charCodeAt(0), name.length)
  ),
);

/** Names are the same in either case (deb-control(5)): the bit hides it. */
function shapeOf(initial: number, length: number): number {
  return (initial | 0x20) + 256 * length;
}

function isOnlyReturn(block: string, start: number, end: number): boolean {
  return end === start + 1 && block.charCodeAt(start) === CARRIAGE_RETURN;
}

function isField(name: string): name is DpkgField {
  return Object.hasOwn(DPKG_FIELDS, name);
}

/** Not `trim`: its blanks include halves of characters of two bytes. */
function trimmed(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (start < end && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
}

/**
 * Copies the texts of the packages from this one on. The runtime keeps a text
 * that was cut out of another as a place in it, so a few words would keep the
 * whole block in memory.
 */
function releaseTexts(packages: DpkgPackage[], from: number): void {
  const texts = JSON.stringify(packages.splice(from));
  const copies: DpkgPackage[] = JSON.parse(texts);
  for (const copy of copies) packages.push(copy);
}
