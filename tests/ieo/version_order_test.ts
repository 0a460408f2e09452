/**
 * The order of versions: the examples of deb-version(7) and of Debian's policy,
 * cases that dpkg and APT are known to be tested with, and, where it is there,
 * dpkg itself as the judge.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { compareVersions } from "../../lib/ieo/fit/version_order.ts";
import { anyCharacter } from "../any_character.ts";

/** Each line from the oldest to the newest. */
const ORDERED: readonly (readonly string[])[] = [
  // deb-version(7): "~~", "~~a", "~", the empty part, "a".
  ["~~", "~~a", "~", "", "a"],
  ["1.0~beta1~svn1245", "1.0~beta1", "1.0"],
  ["1.2~rc1", "1.2~rc2", "1.2", "1.2-1", "1.2a", "1.2.1", "1.10"],
  // Epochs.
  ["1.0", "1:0.1", "2:0.0.1"],
  ["10a:5.2", "1:0"],
  ["3.0-1", "1:1.0-1"],
  ["0:0-0", "0:0-1", "0:1-0", "1:0-0"],
  ["0:a-0-0", "0:a-1-0"],
  // Revisions.
  ["1.0", "1.0-0.1", "1.0-1", "1.0-1.1", "1.0-2"],
  ["1.2.3-1", "1.2.3-1+b1", "1.2.3-2"],
  ["5.2.15-2", "5.2.15-2+b7", "5.2.15-2+b10"],
  // Known from APT: a colon after the first dash, or after a dot, is no epoch.
  ["7.6-0", "7.6p2-4"],
  ["1.0-1", "1.0.3-3"],
  ["1.2.2-2", "1.3"],
  ["1.2.2", "1.3"],
  ["1.18.34-4", "1.18.36:5.4"],
  ["1.18.36-0.17.35-18", "1.18.36:5.4-20"],
  ["8.64.0-8", "10.11.0-1"],
  ["2.0.0.1-1", "2.0.0.1-1+b1"],
  ["1.0-1~bpo1", "1.0-1"],
  ["3~rc1-1", "3-1"],
  // Numbers are numbers, however long.
  ["1.9", "1.10", "1.11"],
  ["1.99999999999999999999", "1.100000000000000000000"],
  ["2013.9.1", "2013.10"],
  // Letters before everything else, and capitals before small letters.
  ["1.0", "1.0A", "1.0a", "1.0+", "1.0+a", "1.0."],
  ["12", "12.1", "13"],
];

/** One version in several spellings. */
const EQUAL: readonly (readonly string[])[] = [
  ["1.0", "0:1.0", "1.0-0", "1.0-", "00:1.00", "1.0-00"],
  ["0", "", "000", "0-0"],
  ["1.2.3", "01.002.0003"],
  ["1.09", "1.9"],
  ["7.6p2-4", "7.6p02-04"],
];

for (const line of ORDERED) {
  Deno.test(`compareVersions puts ${line.join(" < ")}`, () => {
    for (const [index, older] of line.entries()) {
      for (const newer of line.slice(index + 1)) {
        assert(compareVersions(older, newer) < 0, `${older} ${newer}`);
        assert(compareVersions(newer, older) > 0, `${newer} ${older}`);
      }
    }
  });
}

for (const line of EQUAL) {
  Deno.test(`compareVersions takes ${line.join(" = ")}`, () => {
    for (const one of line) {
      for (const other of line) assertEquals(compareVersions(one, other), 0);
    }
  });
}

const anyVersion = fc.oneof(
  fc.stringMatching(/^[0-9a-zA-Z.+~:-]{0,8}$/),
  fc.stringMatching(/^[01a.~:-]{0,6}$/),
  fc.string({ unit: anyCharacter, maxLength: 8 }),
);

Deno.test("compareVersions is an order over any texts", () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      assertEquals(compareVersions(a, a), 0);
      assertEquals(
        Math.sign(compareVersions(a, b)),
        -Math.sign(compareVersions(b, a)) + 0,
      );
      const sorted = [a, b, c].sort(compareVersions);
      const [first = "", second = "", third = ""] = sorted;
      assert(compareVersions(first, second) <= 0);
      assert(compareVersions(second, third) <= 0);
      assert(compareVersions(first, third) <= 0, JSON.stringify(sorted));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("compareVersions agrees with dpkg", async () => {
  // deb-version(7) wants a digit first; dpkg only warns where there is none.
  const versions = fc.sample(
    fc.stringMatching(
      /^(?:[1-3]:)?[0-9][0-9a-zA-Z.+~]{0,6}(?:-[0-9a-z.~+]{1,3})?$/,
    ),
    { numRuns: 40, seed: 2013 },
  );
  for (const a of versions.slice(0, 20)) {
    const b = versions[20 + versions.indexOf(a)] ?? "";
    for (const [operator, holds] of OPERATORS) {
      const said = await dpkgSays(a, operator, b);
      // A machine without dpkg has nothing to say about it.
      if (said === null) return;
      assertEquals(said, holds(compareVersions(a, b)), `${a} ${operator} ${b}`);
    }
  }
});

const OPERATORS = [
  ["lt", (order: number) => order < 0],
  ["eq", (order: number) => order === 0],
] as const;

async function dpkgSays(
  a: string,
  operator: string,
  b: string,
): Promise<boolean | null> {
  const args = ["--compare-versions", a, operator, b];
  try {
    const { code } = await new Deno.Command("dpkg", { args }).output();
    return code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
