/**
 * What programs demand of one another: requirements and conflicts, judged
 * against the programs that a machine has. The server asks before it sends an
 * order, the agent asks again before it changes anything.
 *
 * Both directions count: what a package demands of the programs that are there,
 * and what these demand of the package.
 *
 * Pure. In which order programs are installed is not known here.
 *
 * @module
 */

import type { Manifest, Relation } from "../manifest/types.ts";
import { ANY_RANGE, satisfies } from "./version_range.ts";

/** What the relations of a program are judged by. */
export type Related = Pick<
  Manifest,
  "name" | "version" | "requires" | "conflicts"
>;

/** Versions in use, by the programs' names. */
export type Versions = ReadonlyMap<string, string>;

/** The requirements that the installed programs do not fulfil. */
export function missingOf(
  { requires }: Pick<Related, "requires">,
  installed: Versions,
): readonly Relation[] {
  return requires.filter((relation) => !isThere(relation, installed));
}

/**
 * What is not there, as the end of a sentence about the package: "it requires
 * python >=3.11, and python 3.9 is installed"; null when all is there.
 */
export function faultOfRequirements(
  manifest: Pick<Related, "requires">,
  installed: Versions,
): string | null {
  const [missing] = missingOf(manifest, installed);
  if (missing === undefined) return null;
  const version = installed.get(missing.name);
  const found = version === undefined
    ? "which is not installed"
    : `and ${missing.name} ${version} is installed`;
  return `it requires ${describeRelation(missing)}, ${found}`;
}

/**
 * Which installed program cannot be beside the package, by either's word, as
 * the end of a sentence about the package; null when there is none. A version
 * of the program itself is what the package replaces.
 */
export function faultOfConflicts(
  manifest: Related,
  installed: Iterable<Related>,
): string | null {
  const own = new Map([[manifest.name, manifest.version]]);
  for (const other of installed) {
    if (other.name === manifest.name) continue;
    const there = new Map([[other.name, other.version]]);
    const said = manifest.conflicts.find((one) => isThere(one, there));
    if (said !== undefined) {
      return `it conflicts with ${describeRelation(said)}, and ` +
        `${other.name} ${other.version} is installed`;
    }
    const against = other.conflicts.find((one) => isThere(one, own));
    if (against !== undefined) {
      return `${other.name} ${other.version} is installed, which conflicts ` +
        `with ${describeRelation(against)}`;
    }
  }
  return null;
}

/**
 * Which installed program would lack something if `name` went to `version`, or
 * went away (null), as a sentence: "editor 2.0 requires python >=3.11". One
 * that lacks it already does not count: nothing gets worse for it.
 */
export function faultOfDependents(
  { name, from, to }: {
    readonly name: string;
    /** The version in use, null when there is none. */
    readonly from: string | null;
    /** The version that comes, null when the program goes away. */
    readonly to: string | null;
  },
  installed: Iterable<Related>,
): string | null {
  const before = versionsOf(name, from);
  const after = versionsOf(name, to);
  for (const other of installed) {
    if (other.name === name) continue;
    const broken = other.requires.find((one) =>
      isThere(one, before) && !isThere(one, after)
    );
    if (broken !== undefined) {
      return `${other.name} ${other.version} requires ` +
        describeRelation(broken);
    }
  }
  return null;
}

function versionsOf(name: string, version: string | null): Versions {
  return new Map(version === null ? [] : [[name, version]]);
}

function isThere({ name, versions }: Relation, installed: Versions): boolean {
  const version = installed.get(name);
  return version !== undefined && satisfies(version, versions);
}

/** "python >=3.11", or only "python" when any version will do. */
export function describeRelation({ name, versions }: Relation): string {
  return versions === ANY_RANGE ? name : `${name} ${versions}`;
}
