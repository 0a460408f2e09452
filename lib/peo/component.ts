/**
 * What a line of a document says: the program of a component, and what the
 * head tells of the machine. The values came from somebody else, so each is
 * looked at before it is believed; fields that are not known here are left
 * alone.
 *
 * @module
 */

import { describe } from "../trust/shape.ts";
import { PROPERTY } from "./document.ts";
import { DOCUMENT_FAULTS_MAX } from "./faults.ts";
import { licenceIn } from "./licence.ts";
import { UNKNOWN_DISTRIBUTION } from "./os_release.ts";
import {
  isInstant,
  isListable,
  isSize,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "./program.ts";
import type { Distribution } from "./purl.ts";

/** What stands in a document before its programs. */
export interface ListHead {
  /** What the machine could not tell. */
  readonly faults: readonly ListFault[];
  /** What the machine says it runs; null when it is not told. */
  readonly distribution: Distribution | null;
  /** Who asks for a new start of the machine; "": nobody. */
  readonly rebootFor: string;
}

/** Does the document say that it is CycloneDX 1.6? */
export function isCycloneDx(document: unknown): boolean {
  return field(document, "bomFormat") === "CycloneDX" &&
    field(document, "specVersion") === "1.6";
}

/** The head, or the end of a sentence that says what is wrong with it. */
export function readHead(document: unknown): ListHead | string {
  const metadata = field(document, "metadata");
  const faults = readFaults(metadata);
  if (faults === null) return "its faults are not as a machine writes them";
  return {
    faults,
    distribution: readDistribution(metadata),
    rebootFor: readRebootFor(metadata),
  };
}

/** A hint as well. */
function readRebootFor(metadata: unknown): string {
  const list = field(field(metadata, "component"), "properties");
  if (!Array.isArray(list)) return "";
  const wish = list.find((one) => field(one, "name") === PROPERTY.rebootFor);
  return listable(field(wish, "value")) ?? "";
}

/** A hint beside the programs, never a reason to refuse them. */
function readDistribution(metadata: unknown): Distribution | null {
  const parts = field(field(metadata, "component"), "components");
  const system = Array.isArray(parts)
    ? parts.find((part) => field(part, "type") === "operating-system")
    : undefined;
  const id = listable(field(system, "name"));
  const version = listable(field(system, "version")) ?? "";
  // What is written where os-release(5) said nothing is not an answer.
  const isUnknown = id === UNKNOWN_DISTRIBUTION.id && version === "";
  return id === null || isUnknown ? null : { id, version };
}

/** The machine's own faults, in the order it gave them. */
function readFaults(metadata: unknown): ListFault[] | null {
  const list = field(metadata, "properties");
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length > DOCUMENT_FAULTS_MAX) return null;
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

/** The program, or the end of a sentence that says what is wrong with it. */
export function readComponent(component: unknown): ListedProgram | string {
  const name = listable(field(component, "name"));
  if (name === null) return wrong("name", field(component, "name"));
  const version = optional(field(component, "version"));
  if (version === null) return wrong("version", field(component, "version"));
  const purl = listable(field(component, "purl"), LIST_LIMITS.purlLengthMax);
  if (purl === null || !purl.startsWith("pkg:")) {
    return wrong("purl", field(component, "purl"));
  }
  const properties = readProperties(component);
  const source = listable(properties?.get(PROPERTY.source));
  if (properties === null || source === null) return "has no source";
  const facts = readFacts(component, properties);
  if (typeof facts === "string") return facts;
  return { name, version: version ?? "", purl, source, ...facts };
}

type Facts = Omit<ListedProgram, "name" | "version" | "purl" | "source">;

/** What may be missing; what is there must be as a machine writes it. */
function readFacts(
  component: unknown,
  properties: ReadonlyMap<string, string>,
): Facts | string {
  const texts = {
    architecture: properties.get(PROPERTY.architecture),
    supplier: field(field(component, "supplier"), "name"),
    licence: licenceIn(field(component, "licenses")),
    sourcePackage: properties.get(PROPERTY.sourcePackage),
    sourceVersion: properties.get(PROPERTY.sourceVersion),
  };
  const facts: { -readonly [K in keyof Facts]: Facts[K] } = {};
  for (const key of TEXT_FACTS) {
    const text = optional(texts[key]);
    if (text === null) return `has an unreadable ${SAID[key]}`;
    if (text !== undefined) facts[key] = text;
  }
  const installed = properties.get(PROPERTY.installed);
  if (installed !== undefined) {
    const installedAtS = secondsOf(installed);
    if (installedAtS === null) return wrong("date", installed);
    facts.installedAtS = installedAtS;
  }
  const bytes = properties.get(PROPERTY.bytes);
  if (bytes !== undefined) {
    const sizeBytes = /^(?:0|[1-9]\d{0,15})$/.test(bytes) ? Number(bytes) : NaN;
    if (!isSize(sizeBytes)) return wrong("size", bytes);
    facts.sizeBytes = sizeBytes;
  }
  return facts;
}

/** How a sentence names them. */
const SAID = {
  architecture: "architecture",
  supplier: "supplier",
  licence: "licence",
  sourcePackage: "source package",
  sourceVersion: "source package's version",
} as const;

const TEXT_FACTS = [
  "architecture",
  "supplier",
  "licence",
  "sourcePackage",
  "sourceVersion",
] as const;

/** Seconds since 1970, of `2026-11-23T06:00:00Z` and no other form. */
function secondsOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const ms = Date.parse(text);
  if (!Number.isFinite(ms)) return null;
  // The comparison catches a 30 February that became a 2 March.
  const isReal = new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
  return isReal && isInstant(ms / 1_000) ? ms / 1_000 : null;
}

function wrong(what: string, value: unknown): string {
  return value === undefined
    ? `has no ${what}`
    : `has ${describe(value)} for a ${what}`;
}

/** A document of ours has six. */
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

function listable(value: unknown, lengthMax?: number): string | null {
  return typeof value === "string" && isListable(value, lengthMax)
    ? value
    : null;
}

/** The text, undefined when there is none, null when no list may hold it. */
function optional(value: unknown): string | undefined | null {
  return value === undefined ? undefined : listable(value);
}

/** A field of the object's own; undefined when there is none. */
export function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? Reflect.get(of, name)
    : undefined;
}
