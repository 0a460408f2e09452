/** A spreadsheet's table of machines that are expected. */

import { assertEquals } from "@std/assert";
import { readExpectedCsv } from "../../lib/cli/expected_csv.ts";
import { faultOf, valueOf } from "../peo/unwrap.ts";

const BELONGS = { groups: ["lab"], tags: ["exam", "cold"] };

for (const [of, comma] of [["commas", ","], ["semicolons", ";"]] as const) {
  Deno.test(`readExpectedCsv reads a table with ${of}`, () => {
    const rows = [
      ["MAC", "Host", "name", "groups", "tags"],
      ["AA-BB-CC-DD-EE-0F", "", "pc-1", "lab", "exam cold"],
      ["", "Room-*", "pc-*", "", ""],
      ["", "", "", "", ""],
    ];
    const text = "\ufeff" + rows.map((row) => row.join(comma)).join("\r\n");
    assertEquals(valueOf(readExpectedCsv(text)), [
      { by: "mac", sign: "aa:bb:cc:dd:ee:0f", name: "pc-1", ...BELONGS },
      { by: "host", sign: "room-*", name: "pc-*", groups: [], tags: [] },
    ]);
  });
}

for (
  const [what, text, sentence] of [
    ["a row without mac and host", "mac,host,name\n,,x", "machine 1: give"],
    ["a row with both", "mac,host\naa,b", "machine 1: give"],
    ["an unknown title", "mac,hots\naa,b", 'no column is called "hots"'],
    ["no machine", "mac,host\n", "there is no machine in it"],
    ["an open quote", 'mac,host\n"aa,b', "Quote Not Closed"],
    ["a cell too many", "mac,host\na,b,c", "Invalid Record Length"],
  ] as const
) {
  Deno.test(`readExpectedCsv refuses ${what} in a sentence`, () => {
    const found = faultOf(readExpectedCsv(text));
    assertEquals(found.includes(sentence), true, found);
  });
}
