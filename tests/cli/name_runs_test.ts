/** Many names in few words. */

import { assertEquals } from "@std/assert";
import { nameLine, nameRuns } from "../../lib/cli/name_runs.ts";

/** `room-101`, `room-102`, ... */
function names(prefix: string, from: number, to: number, digits = 1) {
  return Array.from(
    { length: to - from + 1 },
    (_, at) => prefix + String(from + at).padStart(digits, "0"),
  );
}

// deno-fmt-ignore
const CASES: readonly [string, readonly string[], readonly string[]][] = [
  ["nothing", [], []],
  ["two that follow one another", ["pc-1", "pc-2"], ["pc-1", "pc-2"]],
  ["three that do", names("pc-", 1, 3), ["pc-1..pc-3"]],
  ["any order", ["pc-10", "pc-9", "pc-11", "lab"], ["lab", "pc-9..pc-11"]],
  ["a gap", [...names("pc-", 1, 4), ...names("pc-", 6, 8)], ["pc-1..pc-4", "pc-6..pc-8"]],
  ["digits that were filled up", names("pc", 8, 12, 3), ["pc008..pc012"]],
  ["digits that were filled up differently", ["pc-9", "pc-010", "pc-011"], ["pc-9", "pc-010", "pc-011"]],
  ["a number in the middle", ["r1-a", "r2-a", "r3-a", "r4-b"], ["r1-a..r3-a", "r4-b"]],
  ["names without numbers", ["c", "a", "b"], ["a", "b", "c"]],
  ["a name that holds dots", ["a..b", "a..c"], ["a..b", "a..c"]],
];

for (const [what, given, runs] of CASES) {
  Deno.test(`nameRuns of ${what}`, () => assertEquals(nameRuns(given), runs));
}

Deno.test("nameLine says how many names it leaves out", () => {
  const given = [...names("pc-", 1, 900), "a", "b", "c", "lab-7"];
  assertEquals(nameLine(given, 9), "a, b, c, lab-7, pc-1..pc-900");
  assertEquals(nameLine(given, 2), "a, b and 902 more");
  assertEquals(nameLine(names("pc-", 1, 900), 1), "pc-1..pc-900");
  assertEquals(
    nameLine([...names("a-", 1, 900), "b..c"], 1),
    "a-1..a-900 and 1 more",
  );
});
