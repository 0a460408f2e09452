/** When a program is left as it is for the sake of a person. */

import { assertEquals } from "@std/assert";
import {
  NOBODY,
  type Presence,
  type Spared,
  whySpared,
} from "../../../lib/agent/person/sparing.ts";

const BOTH: readonly Spared[] = ["use", "login"];

// deno-fmt-ignore
const CASES: readonly [string, readonly Spared[], Partial<Presence>, string | null][] = [
  ["nobody is there", BOTH, {}, null],
  ["an exam", [], { exam: "" }, "an exam is under way"],
  ["an exam with words, before anything else", BOTH, { exam: "Maths, until 12", logins: 1, processes: [7] }, "an exam is under way (Maths, until 12)"],
  ["the program's use", ["use"], { processes: [7] }, "editor is in use (process 7)"],
  ["its use by many", ["use"], { processes: [1, 2, 3, 4, 5, 6] }, "editor is in use (processes 1, 2, 3, 4, 5, ...)"],
  ["its use that is not asked for", ["login"], { processes: [7] }, null],
  ["a login", ["login"], { logins: 2 }, "somebody is logged in at the machine"],
  ["a login that is not asked for", ["use"], { logins: 2 }, null],
];

for (const [what, spared, found, wanted] of CASES) {
  Deno.test(`whySpared: ${what}`, () => {
    assertEquals(whySpared(spared, "editor", { ...NOBODY, ...found }), wanted);
  });
}
