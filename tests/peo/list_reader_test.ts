/** Lists that come in pieces. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  buildDocument,
  documentLines,
  type ListContent,
} from "../../lib/peo/document.ts";
import { ListReader, parseList } from "../../lib/peo/parse.ts";
import {
  compareListed,
  LIST_LIMITS,
  type ListedProgram,
} from "../../lib/peo/program.ts";
import { LISTED_FAULT, LISTED_PROGRAMS } from "./listed_arbitrary.ts";
import { EDITOR, listText, readInPieces, utf8, VIEWER } from "./list_kit.ts";
import { faultOf, valueOf } from "./unwrap.ts";

const MACHINE = {
  system: "linux",
  architecture: "x86_64",
  distribution: { id: "debian", version: "12" },
};

const GOOD = listText([EDITOR, VIEWER]);

Deno.test("ListReader refuses a list cut off at any byte", () => {
  const bytes = utf8(GOOD);
  for (let length = 0; length < bytes.length; length++) {
    faultOf(parseList(bytes.subarray(0, length)));
  }
  assertEquals(valueOf(parseList(bytes)).programs.length, 2);
});

Deno.test("ListReader gives the same for pieces of any size", () => {
  fc.assert(
    fc.property(
      LISTED_PROGRAMS,
      fc.array(LISTED_FAULT, { maxLength: 2 }),
      fc.array(fc.nat(400), { minLength: 1, maxLength: 8 }),
      (programs, faults, sizes) => {
        const bytes = build(programs, faults);
        const whole = valueOf(parseList(bytes));
        assertEquals(whole.programs, programs.toSorted(compareListed));
        assertEquals(whole.faults, faults);
        assertEquals(valueOf(readInPieces(bytes, 1)), whole);
        let turn = 0;
        const next = () => sizes[turn++ % sizes.length] ?? 1;
        assertEquals(valueOf(readInPieces(bytes, () => next() || 1)), whole);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("ListReader gives every program once, as its line ends", () => {
  const reader = new ListReader();
  const counts = utf8(GOOD).map((byte) => {
    const read = valueOf(reader.push(Uint8Array.of(byte)));
    return read.length;
  });
  assertEquals(counts.reduce((sum, count) => sum + count, 0), 2);
  assertEquals(valueOf(reader.finish()).count, 2);
});

Deno.test("ListReader gives its first fault again for whatever follows", () => {
  const reader = new ListReader();
  const fault = faultOf(reader.push(utf8(`${GOOD}x`)));
  assertEquals(faultOf(reader.push(utf8(GOOD))), fault);
  assertEquals(faultOf(reader.finish()), fault);
});

Deno.test("ListReader reads 100,000 programs piece by piece, S-17", () => {
  const count = 100_000;
  const reader = new ListReader();
  let read = 0;
  for (const piece of documentLines(many(count))) {
    read += valueOf(reader.push(piece)).length;
  }
  assertEquals(read, count);
  assertEquals(valueOf(reader.finish()).count, count);
});

Deno.test("ListReader stops at the most programs, S-17", () => {
  const reader = new ListReader();
  let sentence = "";
  for (const piece of documentLines(many(LIST_LIMITS.programsMax + 1))) {
    const read = reader.push(piece);
    if (!read.ok) sentence = read.fault;
  }
  assertEquals(
    sentence,
    "Cannot read the list: it holds more than 200000 programs",
  );
});

Deno.test("ListReader stops at the most bytes, S-17", () => {
  const reader = new ListReader();
  const head = utf8(listText([]).replace("[]}\n", "[\n"));
  assert(reader.push(head).ok);
  const piece = new Uint8Array(LIST_LIMITS.documentBytesMax);
  assertEquals(
    faultOf(reader.push(piece)),
    "Cannot read the list: it holds more than 134217728 bytes",
  );
});

function many(count: number): ListContent {
  const programs = Array.from({ length: count }, (_, index) => {
    const name = `program-${String(index).padStart(6, "0")}`;
    const purl = `pkg:deb/debian/${name}@1.0?arch=amd64&distro=debian-12`;
    return {
      name,
      version: "1.0",
      purl,
      source: "dpkg",
      architecture: "amd64",
    };
  });
  return { machine: MACHINE, programs, faults: [] };
}

function build(programs: ListedProgram[], faults: ListContent["faults"]) {
  return buildDocument({ machine: MACHINE, programs, faults });
}
