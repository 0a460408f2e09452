/**
 * The seed's notation, whatever the words mean.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BODY_ARGS_MAX, decodeBody, encodeBody } from "../../lib/sep/body.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { anyCharacter } from "../any_character.ts";

const word = fc.stringMatching(/^[A-Za-z]{1,16}$/);
const arg = fc.string({ unit: anyCharacter }).filter((text) =>
  text.isWellFormed()
);

Deno.test("encodeBody joins arguments by + and escapes its own signs", () => {
  const cases: [string, string[], string][] = [
    ["oui", [], "[oui]"],
    ["a", [""], "[a{}]"],
    ["a", ["", ""], "[a{+}]"],
    ["possede", ["notepad++", "1.0"], "[possede{notepad%2B%2B+1.0}]"],
    ["a", ["%+{}[]"], "[a{%25%2B%7B%7D%5B%5D}]"],
    ["a", ["\0\n\x1f\x7f\x80\x9f\xa0"], "[a{%00%0A%1F%7F%C2%80%C2%9F\xa0}]"],
    ["a", ["é 编 🖊 \ufeff"], "[a{é 编 🖊 \ufeff}]"],
  ];
  for (const [said, args, written] of cases) {
    assertEquals(fromUtf8(encodeBody(said, args)), written);
    assertEquals(decodeBody(utf8(written)), { word: said, args });
  }
});

Deno.test("decodeBody gives back what encodeBody was given, D-11", () => {
  const args = fc.array(arg, { maxLength: BODY_ARGS_MAX });
  fc.assert(fc.property(word, args, (word, args) => {
    assertEquals(decodeBody(encodeBody(word, args)), { word, args });
  }));
});

Deno.test("decodeBody reads one form only of each body, D-11", () => {
  const text = fc.stringMatching(
    /^\[[a-z]{1,3}(\{[%+0-9A-Fa-f{}é]{0,9}\})?\]$/,
  );
  fc.assert(
    fc.property(text, (written) => {
      const body = decodeBody(utf8(written));
      if (body === null) return;
      assertEquals(fromUtf8(encodeBody(body.word, body.args)), written);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decodeBody never throws, D-15", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeBody(bytes);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decodeBody takes as many arguments as a body may carry", () => {
  const most = Array.from({ length: BODY_ARGS_MAX }, () => "x");
  assertEquals(decodeBody(encodeBody("a", most))?.args.length, BODY_ARGS_MAX);
  assertEquals(decodeBody(encodeBody("a", [...most, "x"])), null);
});

Deno.test("encodeBody refuses words and text that have no form, D-10", () => {
  for (const wrong of ["", "a b", "oui1", "é", "a".repeat(17), "[a]"]) {
    assertThrows(() => encodeBody(wrong, []), TypeError, "Cannot write");
  }
  for (const wrong of ["\ud800", "a\udc00b", "\udc00\ud800"]) {
    assertThrows(() => encodeBody("a", [wrong]), TypeError, "lone surrogate");
  }
});
