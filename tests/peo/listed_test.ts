/** What may become a line of a list. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FaultList } from "../../lib/peo/faults.ts";
import { type Given, listed } from "../../lib/peo/listed.ts";
import { isListable, LIST_LIMITS } from "../../lib/peo/program.ts";
import { anyCharacter } from "../any_character.ts";

const GOOD: Given = {
  source: "rpm",
  name: "bash",
  version: "5.2",
  purl: "pkg:rpm/fedora/bash@5.2",
};

Deno.test("listed keeps every fact, without the blanks around it", () => {
  const facts = {
    architecture: "x86_64",
    supplier: "Fedora Project",
    licence: "GPL-3.0-or-later",
    sourcePackage: "bash",
    sourceVersion: "5.2",
    installedAtS: 1,
    sizeBytes: 0,
  };
  const given = { ...GOOD, name: " bash\t", supplier: " Fedora Project " };
  assertEquals(made({ ...facts, ...given }), {
    program: { ...GOOD, ...facts },
    faults: [],
  });
});

Deno.test("listed takes a program without a version", () => {
  assertEquals(made({ ...GOOD, version: "" }).program?.version, "");
});

// deno-fmt-ignore
const LEFT_OUT: readonly [string, Partial<Given>][] = [
  ["an empty supplier", { supplier: " " }],
  ["a long licence", { licence: "x".repeat(256) }],
  ["an architecture that a terminal obeys", { architecture: "\x1b[2J" }],
  ["a source package of half a character", { sourcePackage: "a\ud800" }],
  ["a date before all dates", { installedAtS: -1 }],
  ["a date of half a second", { installedAtS: 0.5 }],
  ["a date beyond all years", { installedAtS: 253_402_300_800 }],
  ["a size that is no number", { sizeBytes: NaN }],
  ["a size without end", { sizeBytes: Infinity }],
];
for (const [what, facts] of LEFT_OUT) {
  Deno.test(`listed leaves ${what} out, and keeps the program`, () => {
    assertEquals(made({ ...GOOD, ...facts }), { program: GOOD, faults: [] });
  });
}

// deno-fmt-ignore
const REFUSED: readonly [string, Partial<Given>, string][] = [
  ["a program without a name", { name: "  " }, 'Cannot list "": it has no name'],
  ["a name of 4,000 characters", { name: "a".repeat(4_000) }, `Cannot list "${"a".repeat(64)}...": its name has 4000 characters, at most 255 may be`],
  ["a name that a terminal obeys", { name: "a\x1b[2J" }, 'Cannot list "a\\u001b[2J": its name holds characters that cannot be shown'],
  ["a name of half a character", { name: "a\ud800" }, 'Cannot list "a\\ud800": its name holds characters that cannot be shown'],
  ["a version of 256 characters", { version: "1".repeat(256) }, `Cannot list "bash" "${"1".repeat(64)}...": its version has 256 characters, at most 255 may be`],
  ["a purl of 2,049 characters", { purl: "pkg:".padEnd(2_049, "x") }, 'Cannot list "bash" "5.2": its package URL would be too long'],
];
for (const [what, facts, fault] of REFUSED) {
  Deno.test(`listed refuses ${what} and says so, D-10`, () => {
    assertEquals(made({ ...GOOD, ...facts }), {
      program: null,
      faults: [{ source: "rpm", error: fault }],
    });
  });
}

Deno.test("listed gives what a list may hold, or a fault, for every text", () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 300 });
  fc.assert(fc.property(text, text, text, (name, version, supplier) => {
    const { program, faults } = made({ ...GOOD, name, version, supplier });
    assertEquals(program === null, faults.length === 1);
    for (const { error } of faults) {
      assert(isListable(error, LIST_LIMITS.faultLengthMax));
    }
    if (program === null) return;
    const { version: kept, ...texts } = program;
    assert(kept === "" || isListable(kept));
    for (const each of Object.values(texts)) assert(isListable(String(each)));
  }));
});

function made(given: Given) {
  const faults = new FaultList("rpm");
  const program = listed(given, faults);
  return { program, faults: faults.all() };
}
