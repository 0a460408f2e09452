/**
 * Reads `B.peo`, a program list that somebody else wrote: a machine of the
 * fleet, which may be broken or in the hands of another. Sizes are checked
 * before anything is parsed, and a document with one wrong line is refused as
 * a whole, so that the list kept from before stays (S-17).
 *
 * Reads what `document.ts` writes; fields it does not know are left alone.
 *
 * @module
 */

import { fromUtf8 } from "../trust/bytes.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { describe } from "../trust/shape.ts";
import { PROPERTY } from "./document.ts";
import { UNKNOWN_DISTRIBUTION } from "./os_release.ts";
import type { Distribution } from "./purl.ts";
import {
  isListable,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "./program.ts";

/** What a list holds. */
export interface ParsedList {
  readonly programs: ListedProgram[];
  readonly faults: ListFault[];
  /** What the machine says it runs; null when it is not told. */
  readonly distribution: Distribution | null;
}

/** The programs of a list; the fault is a whole sentence. */
export function parseDocument(
  bytes: Uint8Array,
): Outcome<ListedProgram[], string> {
  const list = parseList(bytes);
  return list.ok ? ok(list.value.programs) : list;
}

/** The programs and the faults that the machine told of itself. */
export function parseList(bytes: Uint8Array): Outcome<ParsedList, string> {
  if (bytes.length > LIST_LIMITS.documentBytesMax) {
    return fault(
      `Cannot read the list: it holds ${bytes.length} bytes, ` +
        `at most ${LIST_LIMITS.documentBytesMax} may be`,
    );
  }
  if (isTooIntricate(bytes)) {
    return fault("Cannot read the list: it holds too many objects and lists");
  }
  const text = fromUtf8(bytes);
  if (text === null) return fault("Cannot read the list: it is not UTF-8");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return fault("Cannot read the list: it is not JSON, or it is cut off");
  }
  return readDocument(document);
}

/**
 * Does the text open more objects and lists than the longest lawful one? Each
 * costs two letters to write and up to 100 bytes of memory to read. Brackets
 * inside texts count too: a list of such names is none of ours.
 */
function isTooIntricate(bytes: Uint8Array): boolean {
  let opened = 0;
  for (const byte of bytes) if (byte === 0x7b || byte === 0x5b) opened++;
  return opened > NODES_MAX;
}

/** A program is two or three objects and a list; and some for the head. */
const NODES_MAX = 5 * LIST_LIMITS.programsMax + 1_000;

function readDocument(document: unknown): Outcome<ParsedList, string> {
  const format = field(document, "bomFormat");
  const version = field(document, "specVersion");
  if (format !== "CycloneDX" || version !== "1.6") {
    return fault("Cannot read the list: it is not CycloneDX 1.6");
  }
  const components = field(document, "components") ?? [];
  if (!Array.isArray(components)) {
    return fault('Cannot read the list: its "components" are no list');
  }
  if (components.length > LIST_LIMITS.programsMax) {
    return fault(
      `Cannot read the list: it holds ${components.length} programs, ` +
        `at most ${LIST_LIMITS.programsMax} may be`,
    );
  }
  const programs: ListedProgram[] = [];
  const seen = new Set<string>();
  for (const [index, component] of components.entries()) {
    const program = readComponent(component);
    if (typeof program === "string") {
      return fault(`Cannot read the list: program ${index + 1} ${program}`);
    }
    // Not the purl: it may be one for names that differ in their case only.
    const { source, name, version, architecture } = program;
    const key = JSON.stringify([source, name, version, architecture]);
    if (seen.has(key)) {
      return fault(
        `Cannot read the list: ${describe(program.purl)} is in it twice`,
      );
    }
    seen.add(key);
    programs.push(program);
  }
  const metadata = field(document, "metadata");
  const faults = readFaults(metadata);
  return faults === null
    ? fault("Cannot read the list: its faults are not as a machine writes them")
    : ok({ programs, faults, distribution: readDistribution(metadata) });
}

/** A hint beside the programs, never a reason to refuse them. */
function readDistribution(metadata: unknown): Distribution | null {
  const component = field(metadata, "component");
  if (field(component, "type") !== "operating-system") return null;
  const id = listable(field(component, "name"));
  const version = listable(field(component, "version")) ?? "";
  // What is written where os-release(5) said nothing is not an answer.
  const isUnknown = id === UNKNOWN_DISTRIBUTION.id && version === "";
  return id === null || isUnknown ? null : { id, version };
}

/** The program, or the end of a sentence that says what is wrong with it. */
function readComponent(component: unknown): ListedProgram | string {
  const name = listable(field(component, "name"));
  if (name === null) return wrong("name", field(component, "name"));
  const version = listable(field(component, "version"));
  if (version === null) return wrong("version", field(component, "version"));
  const purl = listable(field(component, "purl"), LIST_LIMITS.purlLengthMax);
  if (purl === null || !purl.startsWith("pkg:")) {
    return wrong("purl", field(component, "purl"));
  }
  const properties = readProperties(component);
  const source = listable(properties?.get(PROPERTY.source));
  if (properties === null || source === null) return "has no source";
  const program = { name, version, purl, source };
  if (!properties.has(PROPERTY.architecture)) return program;
  const architecture = listable(properties.get(PROPERTY.architecture));
  if (architecture === null) return "has an unreadable architecture";
  return { ...program, architecture };
}

function wrong(what: string, value: unknown): string {
  return value === undefined
    ? `has no ${what}`
    : `has ${describe(value)} for a ${what}`;
}

/** A document of ours has at most as many properties as faults. */
const PROPERTIES_MAX = 32;

/** Properties by name; null when they are not a short list of name and text. */
function readProperties(of: unknown): Map<string, string> | null {
  const list = field(of, "properties") ?? [];
  if (!Array.isArray(list) || list.length > PROPERTIES_MAX) return null;
  const properties = new Map<string, string>();
  for (const one of list) {
    const name = field(one, "name");
    const value = field(one, "value");
    if (typeof name !== "string" || typeof value !== "string") return null;
    if (properties.has(name)) return null;
    properties.set(name, value);
  }
  return properties;
}

/** The machine's own faults, in the order it gave them. */
function readFaults(metadata: unknown): ListFault[] | null {
  const list = field(metadata, "properties") ?? [];
  if (!Array.isArray(list) || list.length > FAULTS_MAX) return null;
  const faults: ListFault[] = [];
  for (const one of list) {
    const name = field(one, "name");
    const error = listable(field(one, "value"), LIST_LIMITS.faultLengthMax);
    if (typeof name !== "string" || error === null) return null;
    if (!name.startsWith(PROPERTY.faultOf)) continue;
    const source = listable(name.slice(PROPERTY.faultOf.length));
    if (source === null) return null;
    faults.push({ source, error });
  }
  return faults;
}

/** Room for the faults of as many sources as there may ever be. */
const FAULTS_MAX = 32 * LIST_LIMITS.faultsMax;

function listable(value: unknown, lengthMax?: number): string | null {
  return typeof value === "string" && isListable(value, lengthMax)
    ? value
    : null;
}

/** A field of the object's own; undefined when there is none. */
function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? Reflect.get(of, name)
    : undefined;
}
