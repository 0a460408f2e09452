/**
 * The catalogue as plans need it: by name, newest first, with what machines
 * would say of each package. Made anew for each plan, so that it holds still.
 *
 * @module
 */

import type { PublishersList } from "../../trust/publishers.ts";
import { openStatement, STATEMENT_FAULTS } from "../../trust/statement.ts";
import type { Shelf } from "../orders/requirement_picks.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import type { Downgrades } from "./downgrades.ts";

/** A shelf, and what must be known of machines to choose from it. */
export interface CatalogueShelf extends Shelf {
  /** Names that any package demands, or that demand anything. */
  readonly relatedNames: readonly string[];
}

/** Puts the programs on a shelf. */
export function makeShelf(
  { programs, publishers, downgrades }: {
    readonly programs: readonly ProgramRecord[];
    readonly publishers: PublishersList;
    readonly downgrades: Pick<Downgrades, "find">;
  },
): CatalogueShelf {
  const byName = Map.groupBy(
    programs.toSorted((a, b) => b.serial - a.serial),
    ({ name }) => name,
  );
  const faults = new Map<ProgramRecord, string | null>();
  return {
    of: (name) => byName.get(name) ?? [],
    faultOfTrust(program) {
      const known = faults.get(program);
      if (known !== undefined) return known;
      // The list may have changed since the package was published (K-07).
      const opened = openStatement(program.statement, publishers);
      const found = opened.ok
        ? null
        : `its statement ${STATEMENT_FAULTS[opened.fault]}`;
      faults.set(program, found);
      return found;
    },
    mayGoBackTo: ({ name, version }) => downgrades.find(name, version) !== null,
    relatedNames: [...new Set(programs.flatMap(namesOf))],
  };
}

function namesOf({ name, facts }: ProgramRecord): string[] {
  const named = [...facts.requires, ...facts.conflicts].map((one) => one.name);
  return named.length === 0 ? [] : [name, ...named];
}
