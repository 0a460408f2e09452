/**
 * The metadata of an installed Python distribution: `METADATA` of a
 * `.dist-info`, `PKG-INFO` of an `.egg-info`. Both are headers as in mail
 * (https://packaging.python.org/specifications/core-metadata), and a long text
 * below them that no list needs.
 *
 * Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { purl } from "../purl.ts";
import { personIn, rawOf, textOf } from "./raw_text.ts";

/** What the headers tell. */
export interface PythonPackage {
  /** As its maker spells it: `PyYAML`. */
  readonly name: string;
  readonly version: string;
  readonly licence?: string | undefined;
  readonly supplier?: string | undefined;
}

/** The package, or the end of a sentence on why there is none. */
export function readPythonMetadata(
  bytes: Uint8Array,
): Outcome<PythonPackage, string> {
  const headers = headersOf(rawOf(bytes));
  const name = headers.get("name")?.[0];
  const version = headers.get("version")?.[0];
  if (name === undefined) return fault("it tells no name");
  if (version === undefined) return fault("it tells no version");
  return ok({
    name,
    version,
    licence: licenceOf(headers),
    supplier: supplierOf(headers),
  });
}

/** `pkg:pypi/pyyaml@6.0`: a name has one spelling only (PEP 503). */
export function pypiPurl(name: string, version: string): string {
  const normal = name.trim().replace(/[-_.]+/g, "-").toLowerCase();
  return purl({ type: "pypi", name: normal, version });
}

/** Each header's values in their order, by its name in lower case. */
type Headers = ReadonlyMap<string, readonly string[]>;

function headersOf(raw: string): Headers {
  const end = raw.search(/\r?\n\r?\n/);
  const lines = (end === -1 ? raw : raw.slice(0, end)).split(/\r?\n/);
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    // A line that goes on another one is part of a text, not of a fact.
    const [, name, value = ""] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? [];
    const text = textOf(value.trim());
    if (name === undefined || text === undefined || isNothing(text)) continue;
    const key = name.toLowerCase();
    const values = headers.get(key) ?? [];
    if (values.length < VALUES_MAX) values.push(text);
    headers.set(key, values);
  }
  return headers;
}

/** Classifiers are a few dozen at most. */
const VALUES_MAX = 200;

/** What the old tools wrote for a field that was left out. */
function isNothing(text: string): boolean {
  return text === "" || text === "UNKNOWN";
}

const CLASSIFIER = /^License :: (?:OSI Approved :: )?(.+)$/;

/** The surest of the three places in which a licence may be named. */
function licenceOf(headers: Headers): string | undefined {
  const said = headers.get("license-expression")?.[0] ??
    headers.get("license")?.[0];
  if (said !== undefined) return said;
  const classified = (headers.get("classifier") ?? [])
    .map((each) => CLASSIFIER.exec(each)?.[1])
    .filter((each) => each !== undefined && each !== "OSI Approved");
  return classified.length === 0 ? undefined : classified.join(", ");
}

/** Who made it; addresses stay where they are. */
function supplierOf(headers: Headers): string | undefined {
  for (
    const name of ["author", "author-email", "maintainer", "maintainer-email"]
  ) {
    const text = headers.get(name)?.[0];
    const person = personIn(text)?.replace(/^"(.*)"$/, "$1");
    if (person !== undefined) return person;
  }
  return undefined;
}
