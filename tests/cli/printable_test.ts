/** Nothing that a terminal obeys gets through. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { printable, printableStart } from "../../lib/cli/printable.ts";
import { anyCharacter } from "../any_character.ts";

// deno-fmt-ignore
const CASES = [
  ["plain text", "bash 5.2", "bash 5.2"],
  ["letters of every script", "Édouard 日本 مرحبا 👋", "Édouard 日本 مرحبا 👋"],
  ["an escape", "a\x1b[2Jb", "a\\u001b[2Jb"],
  ["a line break", "a\r\nb", "a\\u000d\\u000ab"],
  ["a C1 control", "a\x9b2J", "a\\u009b2J"],
  ["a mark that turns the text", "a\u202eb", "a\\u202eb"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a half character", "a\ud800b", "a\\ud800b"],
  ["a tag outside the first plane", "a\u{e0041}", "a\\udb40\\udc41"],
] as const;

for (const [what, text, shown] of CASES) {
  Deno.test(`printable shows ${what}, D-10`, () => {
    assertEquals(printable(text), shown);
  });
}

Deno.test("printable lets nothing through that a terminal obeys, D-10", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 50 }), (text) => {
      const shown = printable(text);
      assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(shown), shown);
      assertEquals(printable(shown), shown);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("printable leaves the meaning of JSON as it is", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const json = JSON.stringify(value);
    assertEquals(JSON.stringify(JSON.parse(printable(json))), json);
  }));
  const hostile = { "\x7f\u202e": "\u{e0041}\x1b" };
  assertEquals(JSON.parse(printable(JSON.stringify(hostile))), hostile);
});

Deno.test("printableStart cuts long text and says so", () => {
  assertEquals(printableStart("abcdef", 6), "abcdef");
  assertEquals(printableStart("abcdefg", 6), "abcdef…");
  // Half of a pair is never left behind.
  assertEquals(printableStart("a👋b", 2), "a\ufffd…");
});
