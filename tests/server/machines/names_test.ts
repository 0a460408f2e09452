/** Names of machines, and names that somebody may have meant. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  faultOfName,
  nameFrom,
  uniqueName,
} from "../../../lib/server/machines/machine_names.ts";
import { editDistance, nearest } from "../../../lib/trust/nearest.ts";
import { anyCharacter } from "../../any_character.ts";

const NAMES: Record<string, string> = {
  "pc-07": "pc-07",
  "pc-07.school.example": "pc-07.school.example",
  "Büro": "Büro",
  "": "machine",
  "...": "machine",
  "../../etc/passwd": "etc-passwd",
  "-rf": "rf",
  "a b\u0000c\u001b[31m": "a-b-c-31m",
  "*": "machine",
  "\ud800x": "x",
  ["x".repeat(100)]: "x".repeat(63),
};

for (const [hostName, name] of Object.entries(NAMES)) {
  Deno.test(`nameFrom makes a lawful name of ${JSON.stringify(hostName)}`, () => {
    assertEquals(nameFrom(hostName), name);
    assertEquals(faultOfName(name), null);
  });
}

Deno.test("nameFrom makes a lawful name of whatever there is, D-10", () => {
  fc.assert(fc.property(
    fc.string({ unit: anyCharacter, maxLength: 80 }),
    (hostName) => faultOfName(nameFrom(hostName)) === null,
  ));
});

Deno.test("faultOfName refuses what could be taken for something else", () => {
  for (const name of ["", "all", "ALL", "a*", "a b", "-a", "a\n", "a/b"]) {
    assert(faultOfName(name) !== null, name);
  }
});

Deno.test("uniqueName takes the lowest free number", () => {
  const taken = new Set(["pc", "pc-2", "pc-4"]);
  const isTaken = (name: string) => taken.has(name);
  assertEquals(uniqueName("PC", isTaken), "PC-3");
  assertEquals(uniqueName("lab", isTaken), "lab");
  assertEquals(uniqueName("all", isTaken), "all-2");
});

Deno.test("editDistance counts insertions, removals, swaps", () => {
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", "abc"), 0);
  assertEquals(editDistance("install", "instal"), 1);
  assertEquals(editDistance("machines", "mahcines"), 1);
  assertEquals(editDistance("kitten", "sitting"), 3);
});

Deno.test("nearest gives three names at most, nearest first", () => {
  const names = ["edit", "editor", "editors", "auditor", "gimp", "editor"];
  assertEquals(nearest("editro", names), ["editor", "edit", "editors"]);
  assertEquals(nearest("firefox", names), []);
  assertEquals(nearest("", names), []);
});
