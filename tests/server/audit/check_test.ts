/** A journal that was written is good; whatever is done to it is seen. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { lineOf, readLine } from "../../../lib/server/audit/exported.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { keyOf } from "../examples.ts";
import { fleetKey, sealed, speaks, tagged, verdict } from "./audit_kit.ts";

const first = keyOf("server");
const second = keyOf("server after the theft");
const names = ["ada", "bob", "cy", "dora"];
const journal = sealed(first, [speaks(first, 5n), ...names.map(tagged)]);

/** The journal goes on under another key, as `delegate` leaves it. */
const longer = sealed(second, [speaks(second, 6n), tagged("eve")], journal);

Deno.test("checkNext takes a journal as it was written", () => {
  assertEquals(verdict(journal), "whole: 5 records, 1 keys");
});

Deno.test("checkNext follows the fleet's key from one server to the next", () => {
  assertEquals(verdict(longer), "whole: 7 records, 2 keys");
});

Deno.test("checkNext sees every changed byte", () => {
  const anyChange = fc.record({
    row: fc.nat({ max: longer.length - 1 }),
    isRecord: fc.boolean(),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    flip: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(anyChange, ({ row, isRecord, at, flip }) => {
      const changed = longer.map((one, index) => {
        if (index !== row) return one;
        const name = isRecord ? "record" : "signature";
        const bytes = one[name].slice();
        const place = Math.floor(at * bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        return { ...one, [name]: bytes };
      });
      assertStringIncludes(verdict(changed), "ecord");
      assertEquals(verdict(changed).startsWith("whole"), false);
    }),
    { numRuns: 200 },
  );
});

const [one, two, three, four, five] = journal;
if (!one || !two || !three || !four || !five) throw new Error("Too short");
const thief = sealed(second, [tagged("mallory")], journal);
const old = sealed(first, [tagged("mallory")], longer);
const again = sealed(first, [speaks(first, 5n)], longer);
const otherFleet = keyOf("another fleet");
const other = sealed(first, [speaks(first, 9n, otherFleet)]);
const twin = sealed(first, [tagged("eve"), tagged("fay")], [one, two]);

const CASES: readonly (readonly [string, typeof journal, RegExp])[] = [
  ["a record left out", [one, two, four, five], /^Record 3 is missing/],
  ["a record twice", [one, two, two, three], /^Record 2 stands once more/],
  ["two records changed over", [one, three, two], /^Record 2 is missing/],
  ["no beginning", [two, three], /before any record that names a server's key/],
  [
    "a record of another journal of the same server",
    [one, two, three, ...twin.slice(3)],
    /^Record 4 was not written behind this record 3/,
  ],
  ["a stranger's record", thief, /^Record 6 was changed after it was written/],
  ["a record by the key before", old, /^Record 8 was changed/],
  ["the key before, once more", again, /of a server that was replaced before/],
  ["another fleet", other, /record 1 is not signed by this fleet's key/],
];
for (const [name, rows, found] of CASES) {
  Deno.test(`checkNext sees ${name}`, () => {
    assertMatch(verdict(rows), found);
  });
}

Deno.test("checkNext takes what a later server writes", () => {
  const strange = { what: "moon phase", facts: { full: true } };
  const rows = sealed(first, [
    speaks(first, 5n),
    strange as unknown as ReturnType<typeof tagged>,
  ]);
  assertEquals(verdict(rows), "whole: 2 records, 1 keys");
});

Deno.test("lineOf writes a line that readLine reads", () => {
  const lines = longer.map((row) => lineOf(row, first.publicKey));
  const rows = lines.map((line) => {
    const read = readLine(line.subarray(0, -1));
    if (!read.ok) throw new Error(read.fault);
    return read.value;
  });
  assertEquals(verdict(rows), "whole: 7 records, 2 keys");
  assertEquals(verdict(rows, otherFleet.publicKey).startsWith("whole"), false);
});

Deno.test("readLine refuses what is no line of a journal", () => {
  const line = lineOf(one, fleetKey.publicKey).subarray(0, -1);
  for (
    const wrong of [
      line.subarray(0, -1),
      utf8(""),
      utf8("null"),
      utf8('{"payload":"","payloadType":"text/plain","signatures":[]}'),
      new Uint8Array(200_000).fill(0x20),
    ]
  ) {
    assertEquals(readLine(wrong).ok, false);
  }
});
