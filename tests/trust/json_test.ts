/**
 * Strict JSON: depth, doubled fields, and the line of everything (K-01).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { JSON_DEPTH_MAX, parseJson } from "../../lib/trust/json.ts";

Deno.test("parseJson reads what JSON.parse reads", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 5 }), (text) => {
    const read = parseJson(text);
    assertEquals(read.ok && read.value.value, JSON.parse(text));
  }));
});

const REFUSED = [
  { name: "nothing", text: "", line: 1, problem: "is cut off" },
  { name: "a cut object", text: '{\n"a": 1', line: 2, problem: "is cut off" },
  { name: "a cut text", text: '{\n"a', line: 2, problem: "is cut off" },
  { name: "other text", text: "\n\nhello", line: 3, problem: "is not JSON" },
  {
    name: "a lost comma",
    text: '{\n"a": 1\n"b": 2}',
    line: 3,
    problem: "is not JSON",
  },
  {
    name: "two documents",
    text: "{}\n\n{}\n",
    line: 3,
    problem: "goes on after its end; is it two files in one",
  },
  {
    name: "a field given twice",
    text: '{"a": {"b": 1,\n"c": 2,\n"b": 3}}',
    line: 3,
    problem: 'gives "b" twice',
  },
  {
    name: "a field given twice, once escaped",
    text: '{"a": 1,\n"\\u0061": 2}',
    line: 2,
    problem: 'gives "a" twice',
  },
  {
    name: "a doubled __proto__",
    text: '{"__proto__": 1, "__proto__": 2}',
    line: 1,
    problem: 'gives "__proto__" twice',
  },
  {
    name: "17 levels",
    text: "[".repeat(17) + "]".repeat(17),
    line: 1,
    problem: "is more than 16 levels deep",
  },
  {
    name: "100,000 levels",
    text: "[".repeat(100_000) + "]".repeat(100_000),
    line: 1,
    problem: "is more than 16 levels deep",
  },
];
for (const { name, text, line, problem } of REFUSED) {
  Deno.test(`parseJson refuses ${name}, D-11`, () => {
    assertEquals(parseJson(text), { ok: false, fault: { line, problem } });
  });
}

Deno.test("parseJson takes as many levels as it says", () => {
  const text = "[".repeat(JSON_DEPTH_MAX) + "]".repeat(JSON_DEPTH_MAX);
  assertEquals(parseJson(text).ok, true);
});

Deno.test("parseJson knows one field of two objects from one of one", () => {
  const read = parseJson('[{"a":1},{"a":2},{"b":{"a":3},"a":4}]');
  assertEquals(read.ok, true);
});

Deno.test("parseJson knows the line of every value", () => {
  const text = [
    "{",
    '  "format": 1,',
    '  "quoted\\"{": "}\\n,",',
    '  "list": [',
    '    "a", {',
    '      "deep": null',
    "    },",
    "    []",
    "  ]",
    "}",
  ].join("\r\n");
  const read = parseJson(text);
  const lineOf = (path: string) => read.ok ? read.value.lineOf(path) : 0;
  assertEquals(lineOf(""), 1);
  assertEquals(lineOf("format"), 2);
  assertEquals(lineOf('quoted"{'), 3);
  assertEquals(lineOf("list"), 4);
  assertEquals(lineOf("list[0]"), 5);
  assertEquals(lineOf("list[1]"), 5);
  assertEquals(lineOf("list[1].deep"), 6);
  assertEquals(lineOf("list[2]"), 8);
  // Missing ones are said to be where they would have to be.
  assertEquals(lineOf("list[1].missing"), 5);
  assertEquals(lineOf("list[7]"), 4);
  assertEquals(lineOf("missing.entirely[3]"), 1);
});

Deno.test("parseJson reads a text of a megabyte", () => {
  const text = JSON.stringify({ a: "x\\".repeat(500_000), b: [1, 2] });
  const read = parseJson(text);
  assertEquals(read.ok && read.value.value, JSON.parse(text));
});

Deno.test("parseJson calls every truncation cut off, K-01", () => {
  const text = '{\n  "a": [1.5, true, null, "x"],\n  "b": {"c": -2e9}\n}';
  for (let length = 0; length < text.length; length++) {
    const cut = text.slice(0, length);
    const read = parseJson(cut);
    const line = cut.trimEnd().split("\n").length;
    const fault = { line, problem: "is cut off" };
    assertEquals(read, { ok: false, fault }, cut);
  }
});

Deno.test("parseJson takes and refuses what JSON.parse does, D-15", () => {
  const part = fc.constantFrom(
    ...'{}[],:"ab\\/u0041-+.eE0123 \n\t\x01é',
    ...["true", "false", "null", '"a"', '"b":', "[1]", "{}", "-0.5e+3"],
  );
  const spoilt = fc.array(part, { maxLength: 8 }).map((all) => all.join(""));
  const mutated = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), part)
    .map(([text, at, part]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + part + text.slice(offset + 1);
    });
  fc.assert(
    fc.property(fc.oneof(spoilt, mutated), (text) => {
      const read = parseJson(text);
      if (!read.ok && read.fault.problem.startsWith("gives")) return;
      assertEquals(read.ok, isJson(text), text);
    }),
    { numRuns: 20_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
