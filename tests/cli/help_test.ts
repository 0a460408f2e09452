/** The layout of help pages. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { helpLines, wrapped } from "../../lib/cli/help.ts";
import { textWidth } from "../../lib/cli/text_width.ts";

Deno.test("helpLines lays a page out", () => {
  assertEquals(
    helpLines({
      usage: "thing NAME",
      about: ["Does a thing that takes more than one line to say in full."],
      sections: [
        { title: "Empty", entries: [] },
        {
          title: "Options",
          entries: [
            { term: "--short", text: "A text that is long enough to wrap" },
            {
              term: "--an-option-with-a-very-long-name",
              text: "Below",
            },
            { term: "--bare", text: "" },
          ],
        },
      ],
    }, 50),
    [
      "Usage: thing NAME",
      "",
      "Does a thing that takes more than one line to say",
      "in full.",
      "",
      "Options:",
      "  --short                         A text that is",
      "                                  long enough to",
      "                                  wrap",
      "  --an-option-with-a-very-long-name",
      "                                  Below",
      "  --bare",
    ],
  );
});

Deno.test("wrapped breaks at spaces only, and loses no word", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(fc.property(
    words,
    fc.integer({ min: 20, max: 60 }),
    fc.integer({ min: 0, max: 7 }),
    (list, width, indent) => {
      const lines = wrapped(list.join(" "), width, " ".repeat(indent));
      for (const line of lines) assert(textWidth(line) <= width, line);
      assertEquals(lines.join(" ").split(/\s+/).filter(Boolean), list);
    },
  ));
});

Deno.test("wrapped leaves a word whole that is longer than a line", () => {
  assertEquals(wrapped("a verylongwordindeed b", 8, "  "), [
    "a",
    "  verylongwordindeed",
    "  b",
  ]);
});
