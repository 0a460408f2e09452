/**
 * Names of programs and versions, and patterns over names.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  globToRegExp,
  isNamePattern,
  isProgramName,
  isVersion,
} from "../../lib/trust/names.ts";

const NAMES_TAKEN = [
  "a",
  "7zip",
  "notepad++",
  "libstdc++6",
  "python3.11",
  "school_tools-2",
  "console",
  "com",
  "com10",
  "x".repeat(64),
];
const NAMES_REFUSED = [
  "",
  "x".repeat(65),
  "Editor",
  "éditeur",
  ".hidden",
  "-rf",
  "+x",
  "_x",
  "..",
  "a..b",
  "a.",
  "a ",
  " a",
  "a\n",
  "a b",
  "a/b",
  "a\\b",
  "a:b",
  "a*",
  "a?",
  "a\0",
  "a%2fb",
  "con",
  "nul",
  "com1",
  "lpt9.txt",
  "aux.tar.gz",
];

for (const name of NAMES_TAKEN) {
  Deno.test(`isProgramName takes ${name}`, () => assert(isProgramName(name)));
}
for (const name of NAMES_REFUSED) {
  Deno.test(`isProgramName refuses ${JSON.stringify(name)}, D-10`, () => {
    assertEquals(isProgramName(name), false);
  });
}

const VERSIONS_TAKEN = [
  "1",
  "2.1.0",
  "1.0-rc.1+build.5",
  "2024-01-31",
  "12~bpo12+1",
  "R2D2",
  "currents",
  "9".repeat(64),
];
const VERSIONS_REFUSED = [
  "",
  "9".repeat(65),
  "*",
  "1:2.3",
  "current",
  "Current",
  "CURRENT",
  ".1",
  "~1",
  "-1",
  "1..2",
  "1.",
  "1/2",
  "1 2",
  "1\r",
  "NUL",
  "con.1",
  "LPT1",
  "１",
];

for (const version of VERSIONS_TAKEN) {
  Deno.test(`isVersion takes ${version}`, () => assert(isVersion(version)));
}
for (const version of VERSIONS_REFUSED) {
  Deno.test(`isVersion refuses ${JSON.stringify(version)}, D-10`, () => {
    assertEquals(isVersion(version), false);
  });
}

Deno.test("isProgramName and isVersion name one directory below, S-15", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab1./\\~:+-_* \0A"),
    maxLength: 8,
  });
  const root = "file:///programs/";
  fc.assert(
    fc.property(text, (name) => {
      if (!isProgramName(name) && !isVersion(name)) return;
      const { pathname } = new URL(`${name}/x`, root);
      assertEquals(pathname, `/programs/${name}/x`);
    }),
    { numRuns: 5_000 },
  );
});

const GLOBS = [
  { glob: "*", yes: ["", "a", "a\nb", "😀"], no: [] },
  { glob: "editor", yes: ["editor"], no: ["editors", "an-editor", ""] },
  {
    glob: "school-*",
    yes: ["school-", "school-x"],
    no: ["school", "aschool-"],
  },
  { glob: "*-lab", yes: ["-lab", "x-lab"], no: ["lab", "x-labs"] },
  {
    glob: "a*b*c",
    yes: ["abc", "axxbyyc", "abbcc", "abcbc"],
    no: ["acb", "ab"],
  },
  { glob: "a*ba", yes: ["aba", "ababa"], no: ["ab", "aba-"] },
  { glob: "ab*ba", yes: ["abba", "abxba"], no: ["aba"] },
  { glob: "pc-?", yes: ["pc-1", "pc-é", "pc-😀"], no: ["pc-", "pc-12"] },
  { glob: "?*?", yes: ["ab", "abc"], no: ["a", ""] },
  { glob: "**", yes: ["", "ab"], no: [] },
  { glob: "a.b", yes: ["a.b"], no: ["axb"] },
  { glob: "c++", yes: ["c++"], no: ["c", "cc"] },
  { glob: "[ab](c|d){2}^$\\/", yes: ["[ab](c|d){2}^$\\/"], no: ["a"] },
  { glob: "", yes: [""], no: ["a"] },
];
for (const { glob, yes, no } of GLOBS) {
  Deno.test(`globToRegExp reads ${JSON.stringify(glob)}`, () => {
    for (const text of yes) assert(globToRegExp(glob).test(text), text);
    for (const text of no) assertEquals(globToRegExp(glob).test(text), false);
  });
}

Deno.test("globToRegExp agrees with the plainest matcher", () => {
  const glob = fc.string({ unit: fc.constantFrom(..."ab*?"), maxLength: 10 });
  const text = fc.string({ unit: fc.constantFrom(..."ab"), maxLength: 10 });
  fc.assert(
    fc.property(glob, text, (glob, text) => {
      assertEquals(globToRegExp(glob).test(text), matches(glob, text));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("globToRegExp is quick where backtracking takes for ever", () => {
  const expression = globToRegExp("*a".repeat(31) + "b");
  const startMs = performance.now();
  assertEquals(expression.test("a".repeat(10_000)), false);
  // With `.*a.*a...b` this takes longer than the universe has lasted.
  assert(performance.now() - startMs < 5_000);
});

Deno.test("isNamePattern takes patterns over program names only", () => {
  for (const glob of ["*", "editor", "school-*", "lib?.so", "notepad++"]) {
    assert(isNamePattern(glob), glob);
  }
  for (const glob of ["", "Editor", "a/b", "[ab]", "a b", "*".repeat(65)]) {
    assertEquals(isNamePattern(glob), false, glob);
  }
});

function matches(glob: string, text: string): boolean {
  if (glob === "") return text === "";
  if (glob.startsWith("*")) {
    return matches(glob.slice(1), text) ||
      (text !== "" && matches(glob, text.slice(1)));
  }
  return text !== "" && (glob[0] === "?" || glob[0] === text[0]) &&
    matches(glob.slice(1), text.slice(1));
}
