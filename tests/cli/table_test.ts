/** Tables fit, whatever is in them. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Column, tableLines } from "../../lib/cli/table.ts";
import { fitted, padded, textWidth } from "../../lib/cli/text_width.ts";
import { anyCharacter } from "../any_character.ts";

const COLUMNS: readonly Column[] = [
  { title: "NAME", cutTo: 6 },
  { title: "STATE" },
  { title: "SIZE", right: true },
  { title: "NOTE", cutTo: 4 },
];

const ROWS = [
  ["workshop-with-a-long-name", "alive", "1.0 kB", "nothing to say here"],
  ["lab", "dead", "12.3 MB", ""],
];

const PLAIN = { widthMax: Infinity, colours: false };

Deno.test("tableLines cuts nothing in a pipe, and ends no line in spaces", () => {
  assertEquals(tableLines(COLUMNS, ROWS, PLAIN), [
    "NAME                       STATE     SIZE  NOTE",
    "workshop-with-a-long-name  alive   1.0 kB  nothing to say here",
    "lab                        dead   12.3 MB",
  ]);
});

Deno.test("tableLines cuts the widest columns first", () => {
  assertEquals(tableLines(COLUMNS, ROWS, { ...PLAIN, widthMax: 44 }), [
    "NAME           STATE     SIZE  NOTE",
    "workshop-wit…  alive   1.0 kB  nothing to s…",
    "lab            dead   12.3 MB",
  ]);
});

Deno.test("tableLines leaves the last columns out when nothing else helps", () => {
  assertEquals(tableLines(COLUMNS, ROWS, { ...PLAIN, widthMax: 20 }), [
    "NAME           STATE",
    "workshop-wit…  alive",
    "lab            dead",
  ]);
});

Deno.test("tableLines prints nothing, not even a heading, without rows", () => {
  assertEquals(tableLines(COLUMNS, [], PLAIN), []);
});

Deno.test("tableLines prints no heading when no column has one", () => {
  const lines = tableLines([{ title: "" }, { title: "" }], [["a", "b"]], PLAIN);
  assertEquals(lines, ["a  b"]);
});

Deno.test("tableLines colours cells on a terminal only", () => {
  const rows = [["a", { text: "dead", style: "bad" as const }]];
  const columns = [{ title: "" }, { title: "" }];
  assertEquals(tableLines(columns, rows, { ...PLAIN, colours: true }), [
    "a  \x1b[31mdead\x1b[0m",
  ]);
  assertEquals(tableLines(columns, rows, PLAIN), ["a  dead"]);
});

Deno.test("tableLines never wraps and never obeys a cell, D-10", () => {
  const cell = fc.string({ unit: anyCharacter, maxLength: 60 });
  const row = fc.tuple(cell, cell, cell, cell);
  fc.assert(fc.property(
    fc.array(row, { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 2, max: 120 }),
    (rows, widthMax) => {
      const columns = COLUMNS.map((column) => ({ ...column, cutTo: 4 }));
      for (const line of tableLines(columns, rows, { ...PLAIN, widthMax })) {
        assert(textWidth(line) <= widthMax, `${textWidth(line)}: ${line}`);
        assert(!/\p{Cc}/u.test(line), line);
      }
    },
  ));
});

Deno.test("textWidth counts wide letters as two and marks as none", () => {
  assertEquals(textWidth("abc"), 3);
  assertEquals(textWidth("日本"), 4);
  assertEquals(textWidth("e\u0301"), 1);
  assertEquals(textWidth("👋"), 2);
});

Deno.test("fitted and padded give the width that was asked for", () => {
  assertEquals(fitted("日本語", 5), "日本…");
  assertEquals(fitted("日本語", 4), "日…");
  assertEquals(fitted("abc", 0), "");
  assertEquals(padded("日", 4), "日  ");
  assertEquals(padded("1", 4, true), "   1");
});
