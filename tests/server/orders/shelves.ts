/**
 * Published programs that demand something of one another, in few words.
 *
 * @module
 */

import type { Relation } from "../../../lib/ieo/manifest/types.ts";
import type { CatalogueShelf } from "../../../lib/server/programs/shelf.ts";
import {
  NO_FACTS,
  type ProgramFacts,
  type ProgramRecord,
} from "../../../lib/server/shapes/program.ts";

/** `java >=17 <21`, or only `java`. */
function relationOf(words: string): Relation {
  const [name = "", ...range] = words.split(" ");
  return { name, versions: range.length === 0 ? "*" : range.join(" ") };
}

/** Facts whose relations may be given in words. */
export function related(
  { requires = [], conflicts = [], ...facts }:
    & Omit<Partial<ProgramFacts>, "requires" | "conflicts">
    & {
      readonly requires?: readonly (string | Relation)[];
      readonly conflicts?: readonly (string | Relation)[];
    },
): ProgramFacts {
  const read = (one: string | Relation) =>
    typeof one === "string" ? relationOf(one) : one;
  return {
    ...NO_FACTS,
    ...facts,
    requires: requires.map(read),
    conflicts: conflicts.map(read),
  };
}

/** A shelf of these, all trusted, with no leave to go back. */
export function shelfOf(programs: readonly ProgramRecord[]): CatalogueShelf {
  return {
    of: (name) =>
      programs.filter((program) => program.name === name)
        .toSorted((a, b) => b.serial - a.serial),
    faultOfTrust: () => null,
    mayGoBackTo: () => false,
    relatedNames: [],
  };
}
