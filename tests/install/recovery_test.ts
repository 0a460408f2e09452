/**
 * The recovery tables, over every combination of facts: each meets exactly one
 * row. The rows that tell of what cannot be are named here too, so that one
 * cannot become lawful by mistake.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  decideInstall,
  decideRemoval,
  INSTALL_RECOVERY,
  matches,
  REMOVAL_RECOVERY,
  type Row,
} from "../../lib/install/recovery.ts";

/** Every combination of `count` facts. */
function combinations(count: number): boolean[][] {
  return Array.from(
    { length: 2 ** count },
    (_, bits) =>
      Array.from({ length: count }, (_, index) => (bits >> index & 1) === 1),
  );
}

const TABLES: readonly (readonly [string, readonly Row[], number])[] = [
  ["INSTALL_RECOVERY", INSTALL_RECOVERY, 6],
  ["REMOVAL_RECOVERY", REMOVAL_RECOVERY, 4],
];

for (const [name, table, columns] of TABLES) {
  Deno.test(`${name} has exactly one row for every combination of facts`, () => {
    for (const facts of combinations(columns)) {
      const rows = table.filter((row) => matches(row, facts));
      const labels = rows.map(({ label }) => label);
      assertEquals(labels.length, 1, `${facts} meets ${labels}`);
    }
  });

  Deno.test(`${name} has no row that nothing meets, and no label twice`, () => {
    const labels = new Set(table.map(({ label }) => label));
    assertEquals(labels.size, table.length);
    for (const row of table) {
      assertEquals(row.cells.length, columns);
      const met = combinations(columns).filter((facts) => matches(row, facts));
      assertEquals(met.length > 0, true, `Nothing meets row ${row.label}`);
    }
  });

  Deno.test(`${name} undoes without a commit and finishes with one`, () => {
    for (const facts of combinations(columns)) {
      const [begun, committed] = facts;
      const row = table.find((row) => matches(row, facts));
      if (row?.verdict === "undo") {
        assertEquals([begun, committed], [true, false]);
      }
      if (row?.verdict === "finish") {
        assertEquals([begun, committed], [true, true]);
      }
      if (row?.verdict === "none") {
        assertEquals([begun, committed], [false, false]);
      }
    }
  });
}

const BEGUN = {
  begun: true,
  committed: false,
  staged: false,
  displaced: false,
  placed: false,
  live: false,
};

/** What each row of an install's table is about, as sentences. */
const INSTALL_CASES = [
  ["died before it unpacked anything is undone", BEGUN, "undo"],
  ["died unpacking is undone", { ...BEGUN, staged: true }, "undo"],
  ["died with the old tree in the trash gets it back", {
    ...BEGUN,
    staged: true,
    displaced: true,
  }, "undo"],
  ["died before the switch is undone", { ...BEGUN, placed: true }, "undo"],
  ["died after the switch is undone: nobody was told", {
    ...BEGUN,
    placed: true,
    live: true,
  }, "undo"],
  ["died after the commit is finished", {
    ...BEGUN,
    committed: true,
    placed: true,
    live: true,
  }, "finish"],
  ["was committed and then removed by hand is left alone", {
    ...BEGUN,
    committed: true,
  }, "leave"],
  ["was committed and then switched by hand is left alone", {
    ...BEGUN,
    committed: true,
    placed: true,
  }, "leave"],
] as const;
for (const [sentence, facts, verdict] of INSTALL_CASES) {
  Deno.test(`decideInstall: an install that ${sentence}`, () => {
    assertEquals(decideInstall(facts).verdict, verdict);
  });
}

const REMOVAL_CASES = [
  [
    "died before it took the program away is undone",
    false,
    false,
    true,
    "undo",
  ],
  ["died after it took the program away is undone", false, true, false, "undo"],
  ["died emptying the trash is finished", true, true, false, "finish"],
  ["died after emptying the trash is finished", true, false, false, "finish"],
  ["finds another program of that name leaves it", false, true, true, "leave"],
] as const;
for (const [sentence, committed, taken, present, verdict] of REMOVAL_CASES) {
  Deno.test(`decideRemoval: a removal that ${sentence}`, () => {
    const facts = { begun: true, committed, taken, present };
    assertEquals(decideRemoval(facts).verdict, verdict);
  });
}
