/** Frames: one table of bytes for the writer and the reader (S-08). */

import { assertEquals, assertThrows } from "@std/assert";
import { encodeFrame, frameLength, readFrame } from "../../lib/sip/frames.ts";
import { fillFromBytes } from "../../lib/sip/fill.ts";
import { toHex, utf8 } from "../../lib/trust/bytes.ts";

const frames: [string, string][] = [
  ["0000000141", "A"],
  ["0000000a5b65646974657572735d", "[editeurs]"],
];

for (const [hex, text] of frames) {
  const bytes = Uint8Array.fromHex(hex);

  Deno.test(`encodeFrame writes ${hex}`, () => {
    assertEquals(toHex(encodeFrame(utf8(text), 1_024)), hex);
  });

  Deno.test(`readFrame reads ${hex} and not a byte more`, async () => {
    const fill = fillFromBytes(new Uint8Array([...bytes, 7]), 0);
    assertEquals(await readFrame(fill, 1_024), { ok: true, value: utf8(text) });
    const next = new Uint8Array(1);
    assertEquals(await fill(next), 1);
    assertEquals(next, Uint8Array.of(7));
  });

  Deno.test(`readFrame tells every cut of ${hex}`, async () => {
    for (let length = 0; length < bytes.length; length++) {
      const fill = fillFromBytes(bytes.subarray(0, length), 0);
      const read = await readFrame(fill, 1_024);
      assertEquals(read, { ok: false, fault: "cut" });
    }
  });
}

for (
  const [prefix, lawful] of [
    ["00000000", null],
    ["00000001", 1],
    ["00000400", 1_024],
    ["00000401", null],
    ["00010000", null],
    ["7fffffff", null],
    ["80000000", null],
    ["ffffffff", null],
  ] as const
) {
  Deno.test(`frameLength of ${prefix} is ${lawful ?? "refused"}, S-08`, async () => {
    const bytes = Uint8Array.fromHex(prefix);
    assertEquals(frameLength(bytes, 1_024), lawful);
    if (lawful !== null) return;
    // Refused by the prefix alone: nothing more is asked for, or allocated.
    const asked: number[] = [];
    const fill = fillFromBytes(bytes, 0);
    const read = await readFrame((into) => {
      asked.push(into.length);
      return fill(into);
    }, 1_024);
    assertEquals(read, { ok: false, fault: "length" });
    assertEquals(asked, [4]);
  });
}

Deno.test("frameLength reads a prefix that stands inside a larger buffer", () => {
  const larger = Uint8Array.of(9, 9, 0, 0, 0, 5, 9);
  assertEquals(frameLength(larger.subarray(2, 6), 1_024), 5);
});

Deno.test("encodeFrame writes neither nothing nor too much", () => {
  assertThrows(() => encodeFrame(new Uint8Array(0), 4), RangeError, "0 bytes");
  assertThrows(() => encodeFrame(new Uint8Array(5), 4), RangeError, "1 to 4");
});
