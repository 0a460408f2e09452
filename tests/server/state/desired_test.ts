/** The file of the desired state, and what is said of one that is wrong. */

import { assertEquals } from "@std/assert";
import {
  DESIRED_CHARS_MAX,
  readDesired,
} from "../../../lib/server/state/desired.ts";

Deno.test("readDesired reads groups, programs and what shall be absent", () => {
  const read = readDesired(`
    [group.room-101]
    programs = ["firefox 128.0", "gimp *", "inkscape"]
    absent = ["oldtool"]
    [all]
    programs = ["vlc 3.0.21"]
  `);
  assertEquals(read, {
    ok: true,
    value: [
      {
        group: "room-101",
        programs: [
          { name: "firefox", version: "128.0" },
          { name: "gimp", version: "*" },
          { name: "inkscape", version: "*" },
        ],
        absent: ["oldtool"],
      },
      {
        group: "all",
        programs: [{ name: "vlc", version: "3.0.21" }],
        absent: [],
      },
    ],
  });
});

Deno.test("readDesired takes an empty file: nothing is wanted", () => {
  assertEquals(readDesired("# nothing"), { ok: true, value: [] });
});

const WRONG: Record<string, [text: string, said: string]> = {
  "what is not TOML": [
    "[group.a]\nprograms = [",
    "line 2, column 12: this is not TOML: unfinished array",
  ],
  "a table that is no group": [
    "[groups.a]",
    '"groups" is neither [all] nor a group such as [group.room-101]',
  ],
  "a group that is no table": ["group.a = 1", "[group.a] is no table"],
  "a list of groups": [
    "[[group]]",
    '"group" is neither [all] nor a group such as [group.room-101]',
  ],
  "a word it does not know": [
    "[all]\nprogram = []",
    '[all]: there is no "program"; there are programs and absent',
  ],
  "programs that are no list": [
    '[group.a]\nprograms = "vlc *"',
    '[group.a]: programs and absent are lists of texts, as in ["gimp *"]',
  ],
  "a program that is a number": [
    "[group.a]\nprograms = [1]",
    '[group.a]: programs and absent are lists of texts, as in ["gimp *"]',
  ],
  "a word too many": [
    '[group.a]\nprograms = ["vlc 1 2"]',
    '[group.a]: "vlc 1 2" is no program; write "NAME VERSION" or "NAME *"',
  ],
  "a version that is none": [
    '[group.a]\nprograms = ["vlc ../1"]',
    '[group.a]: "vlc ../1": "../1" is no version',
  ],
  "a name that is none": [
    '[group.a]\nabsent = ["../vlc"]',
    '[group.a]: absent: "../vlc" is no program',
  ],
  "a program that is there twice": [
    '[group.a]\nprograms = ["vlc 1"]\nabsent = ["vlc"]',
    '[group.a]: "vlc" is there twice',
  ],
  "a file that is too long": [
    "#".repeat(DESIRED_CHARS_MAX + 1),
    "it has more than 262144 characters",
  ],
};

for (const [what, [text, said]] of Object.entries(WRONG)) {
  Deno.test(`readDesired refuses ${what}, and says where`, () => {
    assertEquals(readDesired(text), { ok: false, fault: said });
  });
}
