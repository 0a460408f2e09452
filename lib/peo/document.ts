/**
 * `B.peo`: a program list as a CycloneDX 1.6 JSON document
 * (https://cyclonedx.org/docs/1.6/json/), so that it can be given as it is to
 * the tools that read such documents. Two machines with equal programs give
 * equal bytes: there is no date, no serial number and no name of the machine
 * in it, and the order of programs and fields is fixed. One program stands on
 * one line, so that a list of any length is written and read in little memory,
 * and `diff` shows what changed between two lists.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { concat, utf8 } from "../trust/bytes.ts";
import { boundedFaults } from "./faults.ts";
import { licencesOf } from "./licence.ts";
import {
  compareListed,
  type ListedProgram,
  type ListFault,
} from "./program.ts";
import type { Distribution } from "./purl.ts";

/** What a document says of the machine; the same on equal machines. */
export interface ListedMachine {
  /** `linux`, `windows`, `darwin`. */
  readonly system: string;
  /** `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly distribution: Distribution;
  /** Who asks for a new start of the machine; "" or absent: nobody. */
  readonly rebootFor?: string;
}

/** What goes into a document. */
export interface ListContent {
  readonly machine: ListedMachine;
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
}

/** What names a document: two with the same are the same. */
export interface Digest {
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * The names of our own properties, in the form of CycloneDX's taxonomy
 * (https://cyclonedx.github.io/cyclonedx-property-taxonomy/).
 */
export const PROPERTY = {
  source: "flottille:source",
  architecture: "flottille:architecture",
  sourcePackage: "flottille:source_package",
  sourceVersion: "flottille:source_version",
  /** `2026-11-23T06:00:00Z`. */
  installed: "flottille:installed",
  bytes: "flottille:bytes",
  system: "flottille:system",
  rebootFor: "flottille:reboot_for",
  /** The source's name stands behind this one: `flottille:fault:dpkg`. */
  faultOf: "flottille:fault:",
} as const;

/** Sources whose programs are other programs' parts. */
const LIBRARIES: ReadonlySet<string> = new Set(["npm", "pip", "gem", "cargo"]);

/** Characters that are gathered before they become bytes. */
const PIECE_CHARS = 32_768;

/**
 * The document in pieces of a few whole lines each. The programs must be in
 * the order of `compareListed`.
 */
export function* documentLines(
  { machine, programs, faults }: ListContent,
): Generator<Uint8Array<ArrayBuffer>> {
  const head = headOf(machine, faults);
  if (programs.length === 0) {
    yield utf8(`${head.slice(0, -1)},"components":[]}\n`);
    return;
  }
  let text = `${head.slice(0, -1)},"components":[\n`;
  const last = programs.length - 1;
  for (const [index, program] of programs.entries()) {
    text += lineOf(program) + (index === last ? "\n]}\n" : ",\n");
    if (text.length < PIECE_CHARS && index !== last) continue;
    yield utf8(text);
    text = "";
  }
}

/** Hash and size of a document, without having all of it. */
export function digestOf(lines: Iterable<Uint8Array>): Digest {
  const hash = createHash("sha256");
  let size = 0;
  for (const piece of lines) {
    hash.update(piece);
    size += piece.length;
  }
  return { sha256: hash.digest("hex"), size };
}

/** All bytes of a document at once, of programs in any order. */
export function buildDocument(
  { machine, programs, faults }: ListContent,
): Uint8Array<ArrayBuffer> {
  const sorted = programs.toSorted(compareListed);
  return concat(...documentLines({ machine, programs: sorted, faults }));
}

/** The first line, up to the programs, as an object that is closed. */
function headOf(machine: ListedMachine, faults: readonly ListFault[]): string {
  const properties = boundedFaults(faults).map(({ source, error }) =>
    property(`${PROPERTY.faultOf}${source}`, error)
  );
  return JSON.stringify({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "operations" }],
      component: machineComponent(machine),
      properties: properties.length === 0 ? undefined : properties,
    },
  });
}

function machineComponent(machine: ListedMachine) {
  const { id, version } = machine.distribution;
  const { rebootFor = "" } = machine;
  return {
    type: "device",
    name: "computer",
    properties: [
      property(PROPERTY.system, machine.system),
      property(PROPERTY.architecture, machine.architecture),
      ...(rebootFor === "" ? [] : [property(PROPERTY.rebootFor, rebootFor)]),
    ],
    components: [{
      type: "operating-system",
      name: id,
      version: version === "" ? undefined : version,
    }],
  };
}

/** The program's line, without what parts it from the next. */
export function lineOf(program: ListedProgram): string {
  const { name, version, purl, source, supplier, licence } = program;
  // The fields stand in this order; those that are undefined are left out.
  return JSON.stringify({
    type: LIBRARIES.has(source) ? "library" : "application",
    supplier: supplier === undefined ? undefined : { name: supplier },
    name,
    version: version === "" ? undefined : version,
    licenses: licence === undefined ? undefined : licencesOf(source, licence),
    purl,
    properties: propertiesOf(program),
  });
}

function propertiesOf(program: ListedProgram) {
  const properties = [property(PROPERTY.source, program.source)];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) properties.push(property(name, value));
  };
  add(PROPERTY.architecture, program.architecture);
  add(PROPERTY.sourcePackage, program.sourcePackage);
  add(PROPERTY.sourceVersion, program.sourceVersion);
  const { installedAtS, sizeBytes } = program;
  if (installedAtS !== undefined) {
    add(PROPERTY.installed, instantText(installedAtS));
  }
  if (sizeBytes !== undefined) add(PROPERTY.bytes, String(sizeBytes));
  return properties;
}

/** `2026-11-23T06:00:00Z`. */
export function instantText(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

function property(name: string, value: string) {
  return { name, value };
}
