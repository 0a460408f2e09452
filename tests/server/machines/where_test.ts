/** WHERE: which machines are meant, and what is said when none is. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  matchMachine,
  matchWhere,
} from "../../../lib/server/machines/where.ts";

const MACHINES = [
  { id: "aaaabbbbccccddddeeeeffff00001111", name: "room-1" },
  { id: "aaaa0000111122223333444455556666", name: "room-2" },
  { id: "bbbb0000111122223333444455556666", name: "Hall" },
];

const MATCHES: Record<string, [on: string[], names: string[]]> = {
  "all means every machine": [["all"], ["room-1", "room-2", "Hall"]],
  "a name means its machine": [["room-2"], ["room-2"]],
  "the case of a name does not count": [["ROOM-2", "hall"], ["room-2", "Hall"]],
  "an identifier means its machine": [["aaaabbbbccccddddeeeeffff00001111"], [
    "room-1",
  ]],
  "the beginning of one identifier is enough": [["bbbb"], ["Hall"]],
  "the case of an identifier does not count": [["BBBB0000"], ["Hall"]],
  "a glob goes over names": [["room-*"], ["room-1", "room-2"]],
  "a question mark is one letter": [["?all"], ["Hall"]],
  "several are put together, each machine once": [
    ["room-*", "room-1", "aaaab"],
    ["room-1", "room-2"],
  ],
};

for (const [rule, [on, names]] of Object.entries(MATCHES)) {
  Deno.test(`matchWhere: ${rule}`, () => {
    const matched = matchWhere(MACHINES, on);
    assertEquals(matched.ok && matched.value.map(({ name }) => name), names);
  });
}

const FAULTS: Record<string, [on: string, error: string, nearest: string[]]> = {
  "an unknown name tells the nearest": [
    "romm-1",
    'No machine is called "romm-1"; did you mean room-1, room-2?',
    ["room-1", "room-2"],
  ],
  "a name like no other tells nothing": [
    "printer",
    'No machine is called "printer"',
    [],
  ],
  "a glob that matches nothing is a fault": [
    "lab-*",
    'No machine\'s name matches "lab-*"',
    [],
  ],
  "a beginning that two identifiers share is a fault": [
    "aaaa",
    `2 machines' identifiers begin with "aaaa" (room-1, room-2); give more ` +
    "of it, or a name",
    ["room-1", "room-2"],
  ],
  "three letters of an identifier are too few": [
    "bbb",
    'No machine is called "bbb"',
    [],
  ],
};

for (const [rule, [on, error, nearest]] of Object.entries(FAULTS)) {
  Deno.test(`matchWhere: ${rule}`, () => {
    const matched = matchWhere(MACHINES, ["room-1", on]);
    assertEquals(matched.ok ? null : matched.fault, { error, nearest });
  });
}

Deno.test("matchWhere finds nobody in an empty fleet, without a fault", () => {
  assertEquals(matchWhere([], ["all"]), { ok: true, value: [] });
});

Deno.test("matchMachine takes no glob", () => {
  const matched = matchMachine(MACHINES, "room-*");
  assertStringIncludes(matched.ok ? "" : matched.fault.error, '"room-*"');
});

Deno.test("matchMachine prefers a name to an identifier's beginning", () => {
  const machines = [...MACHINES, { id: "cccc", name: "bbbb" }];
  const matched = matchMachine(machines, "bbbb");
  assertEquals(matched.ok && matched.value.id, "cccc");
});
