/**
 * Bytes and their spellings: canonical base64url above all, because a second
 * spelling would be a second name of one machine.
 *
 * @module
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  concat,
  equalBytes,
  fromBase64Url,
  fromHex,
  fromUtf8,
  sha256,
  toBase64Url,
  toHex,
  utf8,
} from "../../lib/trust/bytes.ts";
import { hex, readVectors } from "./samples.ts";

interface Vectors {
  readonly canonical: { readonly hex: string; readonly text: string }[];
  readonly refused: { readonly text: string; readonly why: string }[];
}
const VECTORS = readVectors<Vectors>("base64url");

for (const vector of VECTORS.canonical) {
  Deno.test(`base64url of ${vector.hex || "nothing"} is its vector's`, () => {
    assertEquals(toBase64Url(hex(vector.hex)), vector.text);
    assertEquals(fromBase64Url(vector.text), hex(vector.hex));
  });
}

for (const { text, why } of VECTORS.refused) {
  Deno.test(`fromBase64Url refuses ${JSON.stringify(text)}: ${why}`, () => {
    assertEquals(fromBase64Url(text), null);
  });
}

Deno.test("fromBase64Url gives back what toBase64Url took", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    assertEquals(fromBase64Url(toBase64Url(bytes)), new Uint8Array(bytes));
  }));
});

Deno.test("fromBase64Url takes one text only for the same bytes", () => {
  const digit = fc.constantFrom(
    ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n",
  );
  const text = fc.array(digit, { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(text, (candidate) => {
      const bytes = fromBase64Url(candidate);
      if (bytes !== null) assertEquals(toBase64Url(bytes), candidate);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("fromHex gives back what toHex took", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    assertEquals(fromHex(toHex(bytes)), new Uint8Array(bytes));
  }));
});

for (const text of ["0", "0G", "AB", "0x", "ab ", "ab\n", "é0"]) {
  Deno.test(`fromHex refuses ${JSON.stringify(text)}`, () => {
    assertEquals(fromHex(text), null);
  });
}

Deno.test("fromUtf8 gives back what utf8 took", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assertEquals(fromUtf8(utf8(text)), text);
  }));
});

Deno.test("fromUtf8 refuses bytes that are not UTF-8, D-10", () => {
  const cases = ["ff", "c3", "c080", "eda080", "f5808080", "e282"];
  for (const bytes of cases) assertEquals(fromUtf8(hex(bytes)), null, bytes);
});

Deno.test("fromUtf8 keeps a byte order mark, so no two texts are one", () => {
  assertEquals(fromUtf8(hex("efbbbf61")), "\ufeffa");
});

Deno.test("sha256 of parts is that of the whole", () => {
  assertEquals(
    toHex(sha256(utf8("a"), utf8(""), utf8("bc"))),
    // FIPS 180-2, appendix B.1.
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("concat gives memory of its own", () => {
  const part = utf8("a");
  const whole = concat(part, utf8("b"));
  part[0] = 0;
  assertEquals(whole, utf8("ab"));
  assertEquals(concat(), new Uint8Array());
});

Deno.test("equalBytes tells length and content apart", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      assertEquals(equalBytes(a, b), toHex(a) === toHex(b));
      assertEquals(equalBytes(a, a.slice()), true);
    }),
  );
  assertNotEquals(equalBytes(hex("00"), hex("0000")), true);
});
