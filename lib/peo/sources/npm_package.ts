/**
 * A `package.json` of an installed package, as far as a list needs it
 * (https://docs.npmjs.com/cli/configuring-npm/package-json).
 *
 * Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { purl } from "../purl.ts";
import { jsonOf, textAt, valueAt } from "./json_value.ts";
import { personIn } from "./raw_text.ts";

/** What the file tells. */
export interface NpmPackage {
  readonly name: string;
  /** Empty where it tells none, as npm takes it. */
  readonly version: string;
  readonly licence?: string | undefined;
  readonly supplier?: string | undefined;
}

/**
 * The package, or the end of a sentence on why there is none. A package that
 * tells no name has its directory's, as with npm.
 */
export function readNpmPackage(
  bytes: Uint8Array,
  directory: string,
): Outcome<NpmPackage, string> {
  const json = jsonOf(bytes);
  if (!json.ok) return json;
  const name = textAt(json.value, "name") ?? directory;
  const version = textAt(json.value, "version") ?? "";
  if (`${name}${version}`.includes("\ufffd")) {
    return fault("its name or version is not UTF-8");
  }
  return ok({
    ...{ name, version },
    licence: licenceOf(json.value),
    supplier: supplierOf(valueAt(json.value, "author")),
  });
}

/** `pkg:npm/%40scope/name@1.0.0`. */
export function npmPurl(name: string, version: string): string {
  const [, namespace, own = name] = /^(@[^/]+)\/(.+)$/s.exec(name) ?? [];
  return purl({ type: "npm", namespace, name: own, version });
}

/** `license`, or what it was before 2014: an object, or a list of them. */
function licenceOf(json: unknown): string | undefined {
  const license = valueAt(json, "license");
  const one = textAt(json, "license") ?? textAt(license, "type");
  if (one !== undefined) return one;
  const several = valueAt(json, "licenses");
  if (!Array.isArray(several)) return textAt(several, "type");
  const types = several.slice(0, LICENCES_MAX).map((each) =>
    typeof each === "string" ? each : textAt(each, "type")
  );
  const known = types.filter((type) => type !== undefined);
  return known.length === 0 ? undefined : known.join(" OR ");
}

const LICENCES_MAX = 16;

/** `Anna Ek <anna@example.org> (https://example.org)`, or an object. */
function supplierOf(author: unknown): string | undefined {
  const text = typeof author === "string" ? author : textAt(author, "name");
  return personIn(text === undefined ? undefined : withoutAddress(text));
}

/** Without `(https://example.org)` at the end. */
function withoutAddress(author: string): string {
  const text = author.trimEnd();
  const opens = text.lastIndexOf("(");
  const isAtEnd = opens !== -1 && text.indexOf(")", opens) === text.length - 1;
  return isAtEnd ? text.slice(0, opens) : author;
}
