/**
 * Does a machine have what a Debian package depends on? dpkg itself asks only
 * when the package is unpacked already and half there; asked before, an answer
 * of no leaves the machine as it was.
 *
 * Understands what deb-control(5) allows in a binary package: `a | b`,
 * `(>= 1.0)`, architectures after a colon, and what packages provide. A doubt
 * counts as yes: dpkg has the last word.
 *
 * Pure.
 *
 * @module
 */

import { compareVersions } from "../../ieo/fit/version_order.ts";

/** A package that is installed, or that an installed one stands in for. */
interface Present {
  readonly name: string;
  /** Null of what is provided without a version: it fits no range. */
  readonly version: string | null;
}

interface Clause {
  readonly name: string;
  readonly operator: string;
  readonly version: string;
}

const RELATION =
  /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^\s)]+)\s*\))?$/i;

/** What is missing, as the package spells it; empty when nothing is. */
export function missingDepends(fields: string, installed: string): string[] {
  const present = readInstalled(installed);
  return relationsOf(fields).filter((relation) => !isMet(relation, present));
}

/** The relations of `Depends` and `Pre-Depends`, as dpkg-deb prints them. */
function relationsOf(fields: string): string[] {
  return fields
    .replaceAll(/\n[ \t]+/g, " ") // A folded line goes on.
    .split("\n")
    // Two fields are printed with their names, a single one may be without.
    .map((line) => line.replace(/^(Pre-)?Depends:/, ""))
    .flatMap((line) => line.split(","))
    .map((relation) => relation.trim())
    .filter((relation) => relation !== "");
}

function isMet(
  relation: string,
  present: ReadonlyMap<string, readonly Present[]>,
): boolean {
  return relation.split("|").some((text) => {
    const clause = readClause(text.trim());
    if (clause === null) return true; // Not understood: dpkg decides.
    return (present.get(clause.name) ?? []).some(({ version }) =>
      clause.operator === "" || (version !== null && fits(version, clause))
    );
  });
}

function readClause(text: string): Clause | null {
  const [, name, operator = "", version = ""] = RELATION.exec(text) ?? [];
  return name === undefined ? null : { name, operator, version };
}

function fits(held: string, { operator, version }: Clause): boolean {
  const order = compareVersions(held, version);
  switch (operator) {
    case "<<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case ">=":
      return order >= 0;
    default:
      return order > 0;
  }
}

/** Lines of status, name, version and what is provided, parted by tabs. */
function readInstalled(printed: string): Map<string, Present[]> {
  const present = new Map<string, Present[]>();
  const add = (one: Present) =>
    void present.set(one.name, [...present.get(one.name) ?? [], one]);
  for (const line of printed.split("\n")) {
    const [status = "", name = "", version = "", provides = ""] = line.split(
      "\t",
    );
    if (!/^(installed|triggers-)/.test(status)) continue;
    add({ name, version });
    for (const text of provides.split(",")) {
      const clause = readClause(text.trim());
      if (clause === null) continue;
      const { name, operator, version } = clause;
      add({ name, version: operator === "=" ? version : null });
    }
  }
  return present;
}
