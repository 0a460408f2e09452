/**
 * Shapes of JSON values: each misfit's exact sentence.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  bytesOf,
  formatOf,
  listOf,
  moment,
  objectOf,
  orNull,
  sentenceOf,
  type Shape,
  textOf,
  trueOrFalse,
  wholeNumber,
} from "../../lib/trust/shape.ts";

const WORD = textOf("a word", (text) => /^[a-z]+$/.test(text));
const CASES: {
  readonly name: string;
  readonly shape: Shape<unknown>;
  readonly value: unknown;
  readonly sentence: string;
}[] = [
  {
    name: "a number for an object",
    shape: objectOf({ a: WORD }),
    value: 1,
    sentence: "The document must be an object, not 1",
  },
  {
    name: "a list for an object",
    shape: objectOf({ a: WORD }),
    value: [],
    sentence: "The document must be an object, not a list",
  },
  {
    name: "a missing field",
    shape: objectOf({ a: objectOf({ b: WORD }) }),
    value: { a: {} },
    sentence: '"a.b" is missing',
  },
  {
    name: "an unknown field",
    shape: objectOf({ a: objectOf({ b: WORD, c: WORD }) }),
    value: { a: { b: "x", c: "y", B: "z" } },
    sentence: '"a.B" is not a known field; known are b, c',
  },
  {
    name: "an unknown field with a terminal's control character",
    shape: objectOf({ a: WORD }),
    value: { "\x1b[2J\x9b": 1 },
    sentence: '"\\u001b[2J\\u009b" is not a known field; known are a',
  },
  {
    name: "a field of Object's prototype",
    shape: objectOf({ a: WORD }),
    value: JSON.parse('{"a": "x", "__proto__": {}}'),
    sentence: '"__proto__" is not a known field; known are a',
  },
  {
    name: "a field that only the prototype has",
    shape: objectOf({ toString: WORD }),
    value: {},
    sentence: '"toString" is missing',
  },
  {
    name: "text for a list",
    shape: listOf(WORD, 2),
    value: "x",
    sentence: 'The document must be a list, not "x"',
  },
  {
    name: "a list that is too long",
    shape: listOf(WORD, 2),
    value: ["a", "b", "c"],
    sentence: "The document has 3 entries; at most 2 may be",
  },
  {
    name: "a bad entry",
    shape: objectOf({ a: listOf(WORD, 2) }),
    value: { a: ["x", "Y"] },
    sentence: '"a[1]" must be a word, not "Y"',
  },
  {
    name: "null for text",
    shape: WORD,
    value: null,
    sentence: "The document must be a word, not null",
  },
  {
    name: "a text that is long",
    shape: WORD,
    value: "X".repeat(100),
    sentence: `The document must be a word, not "${"X".repeat(64)}..."`,
  },
  ...[0, 6, 1.5, "3", 2 ** 53, Infinity, NaN, -1].map((value) => ({
    name: `${JSON.stringify(value)} for a number from 1 to 5`,
    shape: wholeNumber(1, 5),
    value,
    sentence: "The document must be a whole number from 1 to 5, not " +
      (typeof value === "string" ? '"3"' : `${value}`),
  })),
  {
    name: "2^53, which is rounded, D-12",
    shape: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    value: JSON.parse("9007199254740993"),
    sentence: "The document must be a whole number from 1 to " +
      "9007199254740991, not 9007199254740992",
  },
  {
    name: "0 for false",
    shape: trueOrFalse,
    value: 0,
    sentence: "The document must be true or false, not 0",
  },
  {
    name: "a newer format",
    shape: objectOf({ format: formatOf(1) }),
    value: { format: 2 },
    sentence:
      '"format" must be 1, not 2; a newer Flottille wrote it, update this one',
  },
  {
    name: "no format",
    shape: objectOf({ format: formatOf(1) }),
    value: { format: "1" },
    sentence: '"format" must be 1, not "1"',
  },
  {
    name: "too few bytes",
    shape: bytesOf(2),
    value: "AA",
    sentence: "The document must be 2 bytes in base64url, not 1",
  },
  {
    name: "too many bytes",
    shape: bytesOf(1, 2),
    value: "AAAA",
    sentence: "The document must be 1 to 2 bytes in base64url, not 3",
  },
  {
    name: "a secret that is not base64url, which is not shown",
    shape: bytesOf(2),
    value: "secret!",
    sentence: "The document must be 2 bytes in base64url, not other text",
  },
  {
    name: "a number for bytes",
    shape: bytesOf(2),
    value: 5,
    sentence: "The document must be 2 bytes in base64url, not 5",
  },
  ...[
    "2026-02-30T00:00:00Z",
    "2026-01-31",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:00",
    "2026-01-31T12:00:00+01:00",
    "2026-13-01T00:00:00Z",
    "12026-01-01T00:00:00Z",
  ].map((value) => ({
    name: `the moment ${value}`,
    shape: moment,
    value,
    sentence: "The document must be a moment such as 2026-01-31T23:59:59Z, " +
      `not "${value}"`,
  })),
];

for (const { name, shape, value, sentence } of CASES) {
  Deno.test(`Shape refuses ${name}`, () => {
    const read = shape(value, "");
    assertEquals(read.ok ? "it fits" : sentenceOf(read.fault), sentence);
  });
}

Deno.test("Shape reads what fits", () => {
  const shape = objectOf({
    format: formatOf(1),
    bytes: bytesOf(1, 3),
    at: moment,
    items: listOf(orNull(wholeNumber(0, 9)), 3),
    is: trueOrFalse,
  });
  const value = {
    is: true,
    items: [0, null, 9],
    at: "2024-02-29T23:59:59.999Z",
    bytes: "AQID",
    format: 1,
  };
  assertEquals(shape(value, ""), {
    ok: true,
    value: { ...value, format: 1, bytes: Uint8Array.from([1, 2, 3]) },
  });
});
