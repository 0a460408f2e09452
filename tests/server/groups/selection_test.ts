/** WHERE: which machines are meant, and what is said when none is. */

import { assertEquals } from "@std/assert";
import { machine } from "../examples.ts";
import { group, type GroupBench, testGroups } from "./group_bench.ts";

const room1 = machine("room-1", {
  id: "aaaabbbbccccddddeeeeffff00001111",
  address: { hostname: "10.0.1.7", port: 2013 },
});
const room2 = machine("room-2", {
  id: "aaaa0000111122223333444455556666",
  address: { hostname: "10.0.2.7", port: 2013 },
});
const hall = machine("Hall", {
  id: "bbbb0000111122223333444455556666",
  system: "windows",
  architecture: "amd64",
  address: null,
});

async function fill(bench: GroupBench): Promise<void> {
  await bench.add(room1, room2, hall);
  await bench.tag(room1, "exam", "Loud");
  await bench.tag(hall, "loud");
  await bench.list(room1, "firefox 128.0", "gimp 2.10");
  await bench.list(room2, "firefox 115.1");
  await bench.book.put(group("rooms", { rule: "name:room-*" }));
  await bench.book.put(group("mixed", { machines: [hall.id, room2.id] }));
  await bench.book.put(group("quiet", { rule: "rooms & !tag:loud" }));
  await bench.book.put(group("Empty"));
}

const MATCHES: Record<string, [on: string[], names: string[]]> = {
  "all means every machine": [["all"], ["room-1", "room-2", "Hall"]],
  "a name means its machine": [["room-2"], ["room-2"]],
  "the case of a name does not count": [["ROOM-2", "hall"], ["room-2", "Hall"]],
  "an identifier means its machine": [[room1.id], ["room-1"]],
  "the beginning of one identifier is enough": [["bbbb"], ["Hall"]],
  "the case of an identifier does not count": [["BBBB0000"], ["Hall"]],
  "a glob goes over names": [["room-*"], ["room-1", "room-2"]],
  "a question mark is one letter": [["?all"], ["Hall"]],
  "several are put together, each machine once": [
    ["room-*", "room-1", "aaaab"],
    ["room-1", "room-2"],
  ],
  "a word means a group": [["MIXED"], ["room-2", "Hall"]],
  "group: means a group": [["group:rooms"], ["room-1", "room-2"]],
  "a group by a rule about a group and a tag": [["quiet"], ["room-2"]],
  "a tag in any case": [["tag:LOUD"], ["room-1", "Hall"]],
  "a glob over tags": [["tag:ex*"], ["room-1"]],
  "a system": [["os:Windows"], ["Hall"]],
  "a distribution, by the machine's list": [["os:debian"], [
    "room-1",
    "room-2",
  ]],
  "a distribution and its version": [["os:debian-12", "os:'debian 12'"], [
    "room-1",
    "room-2",
  ]],
  "a processor under each of its names": [["arch:x86_64"], [
    "room-1",
    "room-2",
    "Hall",
  ]],
  "a network": [["ip:10.0.1.0/24"], ["room-1"]],
  "a range of addresses": [["ip:10.0.1.8-10.0.2.7"], ["room-2"]],
  "a program": [["has:firefox"], ["room-1", "room-2"]],
  "a program's version": [["has:'firefox < 128'"], ["room-2"]],
  "a pattern over programs": [["has:g*mp"], ["room-1"]],
  "what several signs mean together": [
    ["(os:debian & !room-2) | tag:loud, has:gimp"],
    ["room-1", "Hall"],
  ],
  "a tag that nobody bears excludes nobody": [
    ["rooms & !tag:printer"],
    ["room-1", "room-2"],
  ],
};

const FAULTS: Record<string, [on: string, error: string]> = {
  "an unknown name tells the nearest": [
    "romm-1",
    'No machine and no group is called "romm-1"; did you mean room-1, room-2?',
  ],
  "a slip after ! is found: it would take in whom it shall leave out": [
    "all & !romm-1",
    'No machine and no group is called "romm-1"; did you mean room-1, room-2?',
  ],
  "a mistyped tag after ! is found as well": [
    "all & !tag:exma",
    'No machine bears the tag "exma"; did you mean exam?',
  ],
  "a name like no other tells nothing": [
    "printer",
    'No machine and no group is called "printer"',
  ],
  "a glob that matches nothing": ["lab-*", `No machine's name matches "lab-*"`],
  "a beginning that two identifiers share": [
    "aaaa",
    `2 machines' identifiers begin with "aaaa" (room-1, room-2); give more ` +
    "of it, or a name",
  ],
  "three letters of an identifier are too few": [
    "bbb",
    'No machine and no group is called "bbb"',
  ],
  "a group without machines": ["empty", 'The group "empty" has no machine'],
  "a group that is not there": [
    "group:romms",
    'No group is called "romms"; did you mean rooms?',
  ],
  "a tag that nobody bears": [
    "tag:printer",
    'No machine bears the tag "printer"',
  ],
  "a mistyped system": [
    "os:debain",
    'No machine\'s system is known as "debain"; did you mean debian?',
  ],
  "a mistyped processor": [
    "arch:x86-64",
    'No machine\'s processor is known as "x86-64"; did you mean x86_64?',
  ],
  "a network without machines": [
    "ip:10.9.0.0/16",
    "No machine was heard last at an address in 10.9.0.0/16",
  ],
  "a program that nobody has": [
    "has:emacs",
    "No machine's last list holds emacs",
  ],
  "nobody by several signs": [
    "tag:exam & os:windows",
    'No machine is meant by "tag:exam & os:windows"',
  ],
  "no selector at all": [
    "tag:exam &",
    'Cannot understand "tag:exam &": something is missing after "&"',
  ],
};

testGroups("Selection chooses", async (bench) => {
  await fill(bench);
  for (const [what, [on, names]] of Object.entries(MATCHES)) {
    assertEquals(await bench.meant(...on), names, what);
  }
});

testGroups("Selection says why nobody is meant", async (bench) => {
  await fill(bench);
  for (const [what, [on, error]] of Object.entries(FAULTS)) {
    assertEquals(await bench.meant("room-1", on), error, what);
  }
});

testGroups(
  "Selection finds nobody in an empty fleet, without a fault",
  async (bench) => {
    assertEquals(await bench.meant("all"), []);
  },
);

testGroups(
  "Selection takes so many questions about programs, and no more",
  async (bench) => {
    await fill(bench);
    const ask = (count: number) =>
      Array.from({ length: count }, () => "has:gimp").join("|");
    assertEquals(await bench.meant(ask(16)), ["room-1"]);
    assertEquals(
      await bench.meant(ask(17)),
      "One request can ask for 16 programs, not 17",
    );
  },
);

testGroups(
  "Selection prefers a machine's name to an identifier's beginning",
  async (bench) => {
    await fill(bench);
    await bench.add(machine("bbbb", { id: "cccc" + "0".repeat(28) }));
    assertEquals(await bench.meant("bbbb"), ["bbbb"]);
  },
);
