/** Which single machine is meant, and what is said when none is. */

import { assertEquals } from "@std/assert";
import { matchMachine } from "../../../lib/server/machines/where.ts";

const MACHINES = [
  { id: "aaaabbbbccccddddeeeeffff00001111", name: "room-1" },
  { id: "aaaa0000111122223333444455556666", name: "room-2" },
  { id: "bbbb0000111122223333444455556666", name: "Hall" },
  { id: "cccc", name: "bbbb" },
];

const MATCHES: Record<string, [word: string, found: string]> = {
  "a name in any case": ["hALL", "Hall"],
  "the beginning of an identifier in any case": ["AAAAB", "room-1"],
  "a name, rather than an identifier's beginning": ["bbbb", "bbbb"],
  "no glob": [
    "room-*",
    'No machine is called "room-*"; did you mean room-1, room-2?',
  ],
  "not three letters of an identifier": ["ccc", 'No machine is called "ccc"'],
  "not two machines": [
    "aaaa",
    `2 machines' identifiers begin with "aaaa" (room-1, room-2); give more ` +
    "of it, or a name",
  ],
};

for (const [what, [word, found]] of Object.entries(MATCHES)) {
  Deno.test(`matchMachine takes ${what}`, () => {
    const matched = matchMachine(MACHINES, word);
    assertEquals(matched.ok ? matched.value.name : matched.fault.error, found);
  });
}
