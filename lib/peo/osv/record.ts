/**
 * One record of an OSV export, as far as matching needs it
 * (https://ossf.github.io/osv-schema/, 1.0 to 1.7). Somebody else wrote it:
 * whatever has another shape is a fault of this record alone.
 *
 * Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { ecosystemKey, nameKey } from "./ecosystems.ts";

/** A point in the life of a vulnerability. */
export interface OsvEvent {
  readonly kind: "introduced" | "fixed" | "last_affected" | "limit";
  readonly version: string;
}

/** What of one package is affected. */
export interface OsvAffected {
  /** As `ecosystemKey` spells it. */
  readonly ecosystem: string;
  readonly name: string;
  /** Each a list of events; those in the terms of git are left out. */
  readonly ranges: readonly (readonly OsvEvent[])[];
  readonly versions: readonly string[];
}

/** A vulnerability. */
export interface OsvRecord {
  readonly id: string;
  /** Other names of the same thing: `CVE-2024-1234`. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** `HIGH`, or a CVSS vector; empty where nobody said. */
  readonly severity: string;
  /** RFC 3339; empty where it is not told. */
  readonly modified: string;
  readonly withdrawn: boolean;
  readonly affected: readonly OsvAffected[];
}

/** Longer texts of a record are cut. */
const SUMMARY_LENGTH_MAX = 200;

/** Names, versions and the like: whoever writes longer ones errs. */
const TEXT_LENGTH_MAX = 512;

/** Packages of one record; the longest ones of today have some thousands. */
const AFFECTED_MAX = 50_000;

/** Reads a record; the fault is a sentence's end. */
export function readOsvRecord(json: string): Outcome<OsvRecord, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return fault("is not JSON");
  }
  const id = text(value, "id");
  if (id === "") return fault("has no id");
  const affected = list(value, "affected");
  if (affected.length > AFFECTED_MAX) return fault("names too many packages");
  return ok({
    id,
    aliases: [...texts(value, "aliases"), ...texts(value, "upstream")],
    summary: (text(value, "summary", Infinity) ||
      text(value, "details", Infinity).split("\n", 1)[0] || "")
      .slice(0, SUMMARY_LENGTH_MAX),
    severity: severityOf(value),
    modified: text(value, "modified"),
    withdrawn: text(value, "withdrawn") !== "",
    affected: affected.flatMap((one) => affectedOf(one) ?? []),
  });
}

function affectedOf(value: unknown): OsvAffected | null {
  const about = field(value, "package");
  const ecosystem = ecosystemKey(text(about, "ecosystem"));
  const name = nameKey(ecosystem, text(about, "name"));
  if (ecosystem === "" || name === "") return null;
  const ranges = list(value, "ranges")
    .filter((range) => text(range, "type") !== "GIT")
    .map((range) => list(range, "events").flatMap(eventsOf));
  return { ecosystem, name, ranges, versions: texts(value, "versions") };
}

const EVENT_KINDS = ["introduced", "fixed", "last_affected", "limit"] as const;

function eventsOf(value: unknown): OsvEvent[] {
  return EVENT_KINDS.flatMap((kind) => {
    const version = text(value, kind);
    return version === "" ? [] : [{ kind, version }];
  });
}

/** The word for it where there is one, else the vector. */
function severityOf(value: unknown): string {
  const word = text(field(value, "database_specific"), "severity");
  if (word !== "") return word.toUpperCase();
  const all = [value, ...list(value, "affected")]
    .flatMap((one) => list(one, "severity"));
  const [first] = all.map((one) => text(one, "score"))
    .filter((score) => score !== "");
  return first ?? "";
}

function text(
  of: unknown,
  name: string,
  lengthMax: number = TEXT_LENGTH_MAX,
): string {
  const value = field(of, name);
  return typeof value === "string" && value.length <= lengthMax ? value : "";
}

function texts(of: unknown, name: string): string[] {
  return list(of, name).filter((one): one is string =>
    typeof one === "string" && one.length <= TEXT_LENGTH_MAX
  );
}

function list(of: unknown, name: string): readonly unknown[] {
  const value = field(of, name);
  return Array.isArray(value) ? value : [];
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? Reflect.get(of, name)
    : undefined;
}
