/**
 * Ranges of versions.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { compareVersions } from "../../lib/ieo/fit/version_order.ts";
import {
  parseRange,
  RANGE_CHARS_MAX,
  RANGE_PATTERN,
  satisfies,
} from "../../lib/ieo/fit/version_range.ts";
import { faultOf, valueOf } from "./samples.ts";

/** A range, versions that are in it, and versions that are not. */
const RANGES: Readonly<
  Record<string, readonly [inside: string, outside: string]>
> = {
  "*": ["0 1.0 2~rc1 zebra", ""],
  "1.0": ["1.0 1.00 1.0-0", "1.0.1 0.9 1.0~rc1"],
  "=1.0": ["1.0 1.00", "1.0.1 0.9 1.0a"],
  ">=1.2": ["1.2 1.2.1 1.10 2", "1.2~rc1 1.1 0.9"],
  ">1.2": ["1.2.1 1.10 1.2-1", "1.2 1.2~rc1"],
  "<2": ["1.9 2~rc1", "2 2.0.1 10"],
  "<2~": ["1.9", "2~rc1 2"],
  "<=2": ["2 2~rc1 1", "2.0.1"],
  ">=1.2 <2": ["1.2 1.9.9", "1.1 2 2.1"],
  ">=12 <=12": ["12", "11 12.1"],
};

for (const [range, [inside, outside]] of Object.entries(RANGES)) {
  Deno.test(`satisfies knows what is in ${range}`, () => {
    assert(RANGE_PATTERN.test(range));
    for (const version of inside.split(" ")) {
      assert(satisfies(version, range), version);
    }
    for (const version of outside.split(" ").filter(Boolean)) {
      assert(!satisfies(version, range), version);
    }
  });
}

const NO_RANGES: readonly string[] = [
  "",
  " ",
  "* ",
  "**",
  ">=",
  ">= 1",
  "=>1",
  "==1",
  "!=1",
  "~1",
  "^1.2",
  "1.x || 2",
  ">=1,<2",
  ">=1  <2",
  " >=1",
  ">=1\n<2",
  ">=1:2",
  ">=1..2",
  "current",
  Array(9).fill(">1").join(" "),
  `>${"1".repeat(65)}`,
  `1${" ".repeat(RANGE_CHARS_MAX)}`,
];

for (const range of NO_RANGES) {
  Deno.test(`parseRange refuses ${JSON.stringify(range.slice(0, 30))}`, () => {
    assertMatch(faultOf(parseRange(range)), /^has /);
    assert(!satisfies("1", range));
  });
}

Deno.test("parseRange reads eight comparisons of the longest versions", () => {
  const range = Array(8).fill(`>=${"1".repeat(64)}`).join(" ");
  assert(range.length <= RANGE_CHARS_MAX);
  assertEquals(valueOf(parseRange(range)).length, 8);
});

Deno.test("satisfies says of a comparison what compareVersions says", () => {
  const version = fc.stringMatching(/^[0-9][0-9a-z.~+-]{0,5}$/)
    .filter((text) => !text.includes("..") && !text.endsWith("."));
  fc.assert(fc.property(version, version, (a, b) => {
    const order = compareVersions(a, b);
    assertEquals(satisfies(a, `>=${b}`), order >= 0);
    assertEquals(satisfies(a, `<=${b}`), order <= 0);
    assertEquals(satisfies(a, `>${b}`), order > 0);
    assertEquals(satisfies(a, `<${b}`), order < 0);
    assertEquals(satisfies(a, b), order === 0);
    assertEquals(satisfies(a, `>=${b} <=${b}`), order === 0);
  }));
});
