/**
 * The name and version of a package that is being made. Pure.
 *
 * @module
 */

import { isProgramName, isVersion } from "../trust/names.ts";
import { CliFailure } from "./failure.ts";

/** What was given on the command line, or stands in `ieo.toml`. */
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
    const [missing, options] = given.name === undefined &&
        given.version === undefined
      ? ["which program and version it is", "--name NAME and --version VERSION"]
      : given.name === undefined
      ? ["which program it is", "--name NAME"]
      : ["which version it is", "--version VERSION"];
    const both = options.includes(" and ") ? "both" : "it";
    throw new CliFailure(
      "usage",
      `The directory's name "${last}" does not say ${missing}, as editor-1.0 ` +
        "would",
      {
        advice: [
          `Give ${options}, or write ${both} into an ieo.toml in the directory`,
        ],
      },
    );
  }
  checkGiven({ name, version });
  return { name, version };
}

/** @throws {CliFailure} when what is given can be no name or no version. */
export function checkGiven({ name, version }: GivenName): void {
  if (name !== undefined && !isProgramName(name)) {
    throw new CliFailure("usage", `"${name}" cannot be a program's name`, {
      advice: ["Lower-case letters, digits and . + _ - are, at most 64"],
    });
  }
  if (version !== undefined && !isVersion(version)) {
    throw new CliFailure("usage", `"${version}" cannot be a version`, {
      advice: ["Letters, digits and . + ~ _ - are, at most 64"],
    });
  }
}
