/** What is wanted beside what is there. */

import { assertEquals } from "@std/assert";
import { compare, type Difference } from "../../../lib/server/state/compare.ts";
import type { DesiredGroup } from "../../../lib/server/state/desired.ts";

/** `firefox 128.0`, `gimp *`; `!name` shall not be there. */
function wanted(group: string, ...all: string[]): DesiredGroup {
  const programs = all.filter((one) => !one.startsWith("!")).map((one) => {
    const [name = "", version = ""] = one.split(" ");
    return { name, version };
  });
  const absent = all.filter((one) => one.startsWith("!"))
    .map((one) => one.slice(1));
  return { group, programs, absent };
}

const MEMBERS: Record<string, string[]> = {
  room: ["ada", "bob"],
  lab: ["bob"],
  all: ["ada", "bob", "new"],
};

const HELD: Record<string, Record<string, string>> = {
  ada: { editor: "1.0" },
  bob: {},
};

const PUBLISHED: Record<string, string[]> = {
  editor: ["2.0", "1.0"],
  gimp: ["3.0"],
};

function told({ machine, name, action, from, to, reason }: Difference): string {
  const change = [from, to].filter((one) => one !== "").join(">");
  const why = reason === "" ? "" : ` (${reason})`;
  return `${machine}: ${action} ${name} ${change}`.trim() + why;
}

function compared(...desired: DesiredGroup[]): string[] {
  return compare({
    desired,
    membersOf: (group) => MEMBERS[group] ?? [],
    heldOf(machine) {
      const held = HELD[machine];
      return held === undefined ? null : new Map(Object.entries(held));
    },
    versionsOf: (name) => PUBLISHED[name] ?? [],
  }).map(told);
}

const CASES: Record<string, [desired: DesiredGroup[], told: string[]]> = {
  "updates one machine and installs on the other": [
    [wanted("room", "editor 2.0")],
    ["ada: update editor 1.0>2.0", "bob: install editor 2.0"],
  ],
  "goes back to an older version when that is what is wanted": [
    [wanted("room", "editor 1.0")],
    ["ada: right editor 1.0>1.0", "bob: install editor 1.0"],
  ],
  "is content with whichever version, and takes the newest for none": [
    [wanted("room", "editor *")],
    ["ada: right editor 1.0>1.0", "bob: install editor 2.0"],
  ],
  "removes what shall be absent": [
    [wanted("room", "!editor")],
    ["ada: remove editor 1.0", "bob: right editor"],
  ],
  "lets one group's version hold where another takes whichever": [
    [wanted("room", "editor *"), wanted("lab", "editor 1.0")],
    ["ada: right editor 1.0>1.0", "bob: install editor 1.0"],
  ],
  "does nothing where two groups want different versions": [
    [wanted("room", "editor 1.0"), wanted("lab", "editor 2.0")],
    [
      "ada: right editor 1.0>1.0",
      "bob: cannot editor (room wants 1.0, but lab wants 2.0)",
    ],
  ],
  "does nothing where one group wants what another wants away": [
    [wanted("lab", "!editor"), wanted("room", "editor *")],
    [
      "bob: cannot editor (lab wants it away, but room wants any version)",
      "ada: right editor 1.0>1.0",
    ],
  ],
  "does nothing where an exact version is wanted and wanted away": [
    [wanted("room", "editor 1.0"), wanted("lab", "!editor")],
    [
      "ada: right editor 1.0>1.0",
      "bob: cannot editor (room wants 1.0, but lab wants it away)",
    ],
  ],
  "says of a version that is not published which is": [
    [wanted("lab", "editor 9")],
    ["bob: cannot editor (version 9 is not published; the newest is 2.0)"],
  ],
  "says of a program that nobody has published": [
    [wanted("lab", "nothing *")],
    ["bob: cannot nothing (no such program is published)"],
  ],
  "does not guess at a machine whose list has not come": [
    [wanted("all", "gimp *", "!editor")],
    [
      "ada: install gimp 3.0",
      "ada: remove editor 1.0",
      "bob: install gimp 3.0",
      "bob: right editor",
      "new: unknown gimp (its list has not come yet)",
      "new: unknown editor (its list has not come yet)",
    ],
  ],
  "keeps a version that is there though it is no longer published": [
    [wanted("room", "editor 1.0", "gone 1")],
    [
      "ada: right editor 1.0>1.0",
      "ada: cannot gone (no such program is published)",
      "bob: install editor 1.0",
      "bob: cannot gone (no such program is published)",
    ],
  ],
  "wants nothing of a group without machines": [
    [wanted("empty", "editor 2.0")],
    [],
  ],
};

for (const [what, [desired, expected]] of Object.entries(CASES)) {
  Deno.test(`compare ${what}`, () => {
    assertEquals(compared(...desired), expected);
  });
}
