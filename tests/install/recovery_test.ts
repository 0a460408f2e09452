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
  decideRollback,
  INSTALL_RECOVERY,
  matches,
  REMOVAL_RECOVERY,
  ROLLBACK_RECOVERY,
  type Row,
} from "../../lib/install/recovery/recovery.ts";

/** Every combination of `count` facts. */
function combinations(count: number): boolean[][] {
  return Array.from(
    { length: 2 ** count },
    (_, bits) =>
      Array.from({ length: count }, (_, index) => (bits >> index & 1) === 1),
  );
}

const TABLES: readonly (readonly [string, readonly Row[], number])[] = [
  ["INSTALL_RECOVERY", INSTALL_RECOVERY, 7],
  ["ROLLBACK_RECOVERY", ROLLBACK_RECOVERY, 4],
  ["REMOVAL_RECOVERY", REMOVAL_RECOVERY, 5],
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
  native: false,
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
  ["died after the manager was asked is undone", {
    ...BEGUN,
    placed: true,
    native: true,
  }, "undo"],
  ["died unpacking while somebody else asked the manager is undone", {
    ...BEGUN,
    staged: true,
    native: true,
  }, "undo"],
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

const ROLLBACK_CASES = [
  ["died before it changed anything is undone", false, false, false, "undo"],
  ["died after the manager was asked is undone", false, true, false, "undo"],
  ["died after the switch is undone", false, true, true, "undo"],
  ["died after the commit is finished", true, false, true, "finish"],
  [
    "was committed and then switched by hand is left alone",
    true,
    false,
    false,
    "leave",
  ],
] as const;
for (const [sentence, committed, native, live, verdict] of ROLLBACK_CASES) {
  Deno.test(`decideRollback: a step back that ${sentence}`, () => {
    const facts = { begun: true, committed, native, live };
    assertEquals(decideRollback(facts).verdict, verdict);
  });
}

// What is in the trash, what is in place, what the manager was asked.
const REMOVAL_CASES = [
  ["died in its first hook is undone", false, "in place", false, "undo"],
  [
    "died after the manager was asked is undone",
    false,
    "in place",
    true,
    "undo",
  ],
  [
    "died after it took the program away is undone",
    false,
    "in trash",
    true,
    "undo",
  ],
  ["died emptying the trash is finished", true, "in trash", false, "finish"],
  [
    "died after emptying the trash is finished",
    true,
    "nowhere",
    false,
    "finish",
  ],
  [
    "finds another program of that name leaves it",
    false,
    "both",
    false,
    "leave",
  ],
  [
    "lost the program to somebody else leaves it",
    false,
    "nowhere",
    false,
    "leave",
  ],
] as const;
for (const [sentence, committed, where, native, verdict] of REMOVAL_CASES) {
  Deno.test(`decideRemoval: a removal that ${sentence}`, () => {
    const taken = where === "in trash" || where === "both";
    const present = where === "in place" || where === "both";
    const facts = { begun: true, committed, native, taken, present };
    assertEquals(decideRemoval(facts).verdict, verdict);
  });
}
