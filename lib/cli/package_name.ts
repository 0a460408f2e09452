/**
 * The name and version of a package that is being made. Pure.
 *
 * @module
 */

import { isProgramName, isVersion } from "../trust/names.ts";
import { CliFailure } from "./failure.ts";

/** What was given on the command line. */
export interface GivenName {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * Takes what is given, and the rest from the directory's own name: `editor-1.0`
 * is version `1.0` of `editor`. The version begins at the first hyphen that a
 * digit follows.
 *
 * @throws {CliFailure} when that is no name and version.
 */
export function nameOfPackage(
  directory: string,
  given: GivenName,
): { name: string; version: string } {
  const last = directory.split(/[\\/]/).at(-1) ?? "";
  const [, before, after] = /^(.+?)-(?=\d)(.+)$/.exec(last) ?? [];
  const name = given.name ?? before;
  const version = given.version ?? after;
  if (name === undefined || version === undefined) {
    throw new CliFailure(
      "usage",
      `The directory's name "${last}" does not say which program and ` +
        "version it is, as editor-1.0 would",
      { advice: ["Give both: --name NAME --version VERSION"] },
    );
  }
  if (!isProgramName(name)) {
    throw new CliFailure("usage", `"${name}" cannot be a program's name`, {
      advice: ["Lower-case letters, digits and . + _ - are, at most 64"],
    });
  }
  if (!isVersion(version)) {
    throw new CliFailure("usage", `"${version}" cannot be a version`, {
      advice: ["Letters, digits and . + ~ _ - are, at most 64"],
    });
  }
  return { name, version };
}
