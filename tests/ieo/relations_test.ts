/**
 * Requirements and conflicts against what a machine has.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  faultOfConflicts,
  faultOfDependents,
  faultOfRequirements,
  missingOf,
  type Related,
} from "../../lib/ieo/fit/relations.ts";

function program(
  name: string,
  version: string,
  relations: Partial<Related> = {},
): Related {
  return { name, version, requires: [], conflicts: [], ...relations };
}

const PYTHON = { name: "python", versions: ">=3.11 <4" };
const FONTS = { name: "fonts", versions: "*" };
const EDITOR = program("editor", "2.0", { requires: [PYTHON, FONTS] });

/** What is installed, what is missing of the editor's, and what is said. */
const REQUIREMENTS: readonly (readonly [
  Readonly<Record<string, string>>,
  readonly string[],
  string | null,
])[] = [
  [
    {},
    ["python", "fonts"],
    "it requires python >=3.11 <4, which is not installed",
  ],
  [
    { python: "3.9", fonts: "1" },
    ["python"],
    "it requires python >=3.11 <4, and python 3.9 is installed",
  ],
  [{ python: "3.12" }, ["fonts"], "it requires fonts, which is not installed"],
  [{ python: "3.11", fonts: "0~a" }, [], null],
];

for (const [installed, missing, says] of REQUIREMENTS) {
  const there = JSON.stringify(installed);
  Deno.test(`faultOfRequirements judges what there is: ${there}`, () => {
    const versions = new Map(Object.entries(installed));
    assertEquals(missingOf(EDITOR, versions).map(({ name }) => name), missing);
    assertEquals(faultOfRequirements(EDITOR, versions), says);
  });
}

Deno.test("faultOfConflicts hears the package and what is installed", () => {
  const editor = program("editor", "2.0", {
    conflicts: [{ name: "vi", versions: "<9" }],
  });
  const jealous = program("emacs", "29", {
    conflicts: [{ name: "editor", versions: ">=2" }],
  });
  assertEquals(faultOfConflicts(editor, [program("vi", "9.1"), EDITOR]), null);
  assertEquals(
    faultOfConflicts(editor, [program("vi", "8.2")]),
    "it conflicts with vi <9, and vi 8.2 is installed",
  );
  assertEquals(
    faultOfConflicts(editor, [jealous]),
    "emacs 29 is installed, which conflicts with editor >=2",
  );
  assertEquals(
    faultOfConflicts({ ...editor, version: "1.9" }, [jealous]),
    null,
  );
});

Deno.test("faultOfConflicts lets a program replace its own version", () => {
  const self = program("tool", "1.0", {
    conflicts: [{ name: "tool", versions: "*" }],
  });
  assertEquals(faultOfConflicts(program("tool", "2.0"), [self]), null);
});

/** From which version of python to which, and what is said, I-17. */
const DEPENDENTS: readonly (readonly [
  string | null,
  string | null,
  string | null,
])[] = [
  ["3.12", null, "editor 2.0 requires python >=3.11 <4"],
  ["3.12", "4.0", "editor 2.0 requires python >=3.11 <4"],
  ["3.12", "3.9", "editor 2.0 requires python >=3.11 <4"],
  ["3.12", "3.13", null],
  // It was broken before: going on does not make it worse.
  ["3.9", null, null],
  ["3.9", "3.10", null],
  [null, "3.9", null],
];

for (const [from, to, says] of DEPENDENTS) {
  const what = `${from ?? "nothing"} becomes ${to ?? "nothing"}`;
  Deno.test(`faultOfDependents judges that ${what}, I-17`, () => {
    const installed = [program("python", from ?? "0"), EDITOR];
    const change = { name: "python", from, to };
    assertEquals(faultOfDependents(change, installed), says);
  });
}
