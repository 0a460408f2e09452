/** What must be installed first, and why it cannot be. */

import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { satisfies } from "../../../lib/ieo/fit/version_range.ts";
import {
  type MachineSituation,
  type Shelf,
  STEPS_MAX,
} from "../../../lib/server/orders/requirement_picks.ts";
import { resolve } from "../../../lib/server/orders/requirements.ts";
import type { ProgramRecord } from "../../../lib/server/shapes/program.ts";
import { program } from "../examples.ts";
import { CASES, DEBIAN, editor, java } from "./requirement_cases.ts";
import { REFUSALS } from "./requirement_refusals.ts";
import { related, shelfOf } from "./shelves.ts";

/** `java 17.0, editor 2.0`, or the sentence of the refusal. */
function planned(
  root: ProgramRecord,
  shelf: Shelf,
  held: Record<string, string> = {},
  different: Partial<MachineSituation> = {},
): string {
  const machine = {
    ...DEBIAN,
    held: new Map(Object.entries(held)),
    ...different,
  };
  const resolved = resolve(root, machine, shelf);
  return resolved.ok
    ? resolved.steps.map(({ name, version }) => `${name} ${version}`).join(", ")
    : resolved.problem;
}

for (const one of [...CASES, ...REFUSALS]) {
  Deno.test(`resolve ${one.name}`, () => {
    const shelf = shelfOf([one.root, ...one.published ?? []]);
    const told = planned(one.root, shelf, one.held, one.machine);
    if (typeof one.expected === "string") assertEquals(told, one.expected);
    else assertMatch(told, one.expected);
  });
}

Deno.test("resolve takes the step back that a publisher allows, I-16", () => {
  const root = editor([]);
  const shelf = {
    ...shelfOf([root, program("editor", 3)]),
    mayGoBackTo: ({ version }: ProgramRecord) => version === "2.0",
  };
  assertEquals(planned(root, shelf, { editor: "3.0" }), "editor 2.0");
});

Deno.test("resolve takes nothing that no machine would trust, K-07, K-11", () => {
  const root = editor(["java"]);
  const all = [root, java(17), java(21)];
  const distrust = (version: string): Shelf => ({
    ...shelfOf(all),
    faultOfTrust: (one) =>
      one.version === version ? "its statement is signed by nobody" : null,
  });
  assertEquals(planned(root, distrust("21.0")), "java 17.0, editor 2.0");
  assertEquals(
    planned(root, distrust("2.0")),
    "Cannot install editor 2.0: its statement is signed by nobody",
  );
});

Deno.test("resolve has a limit of programs", () => {
  const chain = Array.from(
    { length: STEPS_MAX },
    (_, at) =>
      program(`p${at}`, 1, {
        facts: related({ requires: at === 0 ? [] : [`p${at - 1}`] }),
      }),
  );
  const last = chain.at(-1) ?? program("none", 1);
  const told = planned(last, shelfOf(chain)).split(", ");
  assertEquals([told.length, told[0]], [STEPS_MAX, "p0 1.0"]);
  const root = editor([last.name]);
  assertEquals(
    planned(root, shelfOf([root, ...chain])),
    `Cannot install editor 2.0: it would take more than ${STEPS_MAX} other ` +
      "programs",
  );
});

Deno.test("resolve always ends, and what it plans holds at each step", () => {
  const names = ["a", "b", "c", "d"];
  const range = fc.constantFrom("", " >=2", " <3", " =1.0", " =3.0");
  const relation = fc.tuple(fc.constantFrom(...names), range)
    .map(([name, versions]) => name + versions);
  const relations = fc.array(relation, { maxLength: 3 });
  const shelf = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      serial: fc.integer({ min: 1, max: 3 }),
      requires: relations,
      conflicts: fc.array(relation, { maxLength: 1 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const held = fc.dictionary(
    fc.constantFrom(...names),
    fc.constantFrom("1.0", "2.0", "3.0"),
  );
  fc.assert(
    fc.property(shelf, held, (all, held) => {
      const known = new Map(
        all.map((one) => [`${one.name} ${one.serial}`, one]),
      );
      const records = [...known.values()].map((
        { name, serial, ...relations },
      ) =>
        program(name, serial, {
          facts: related({
            requires: relations.requires.filter((one) => !one.startsWith(name)),
            conflicts: relations.conflicts.filter((one) =>
              !one.startsWith(name)
            ),
          }),
        })
      );
      const [root] = records;
      if (root === undefined) return;
      const machine = { ...DEBIAN, held: new Map(Object.entries(held)) };
      const resolved = resolve(root, machine, shelfOf(records));
      if (!resolved.ok) {
        return assertMatch(resolved.problem, /^Cannot install /);
      }
      assertEquals(resolved.steps.at(-1), root);
      const there = new Map<string, string>(machine.held);
      for (const { name, version, facts } of resolved.steps) {
        for (const one of facts.requires) {
          const now = there.get(one.name);
          assertEquals(now !== undefined && satisfies(now, one.versions), true);
        }
        for (const one of facts.conflicts) {
          const now = there.get(one.name);
          assertEquals(
            now !== undefined && satisfies(now, one.versions),
            false,
          );
        }
        there.set(name, version);
      }
    }),
    { numRuns: 2_000 },
  );
});
