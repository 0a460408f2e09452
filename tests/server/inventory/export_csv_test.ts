/** Cells of a table that a spreadsheet will open. */

import { assertEquals } from "@std/assert";
import { cell } from "../../../lib/server/inventory/export_csv.ts";

const CELLS: readonly [text: string, cell: string][] = [
  ["", ""],
  ["bash", "bash"],
  ["2:9.0.1378-2+deb12u2", "2:9.0.1378-2+deb12u2"],
  ["Debian, the maintainers", '"Debian, the maintainers"'],
  ['the "best" one', '"the ""best"" one"'],
  [" a ", '" a "'],
  ["=1+1", "'=1+1"],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  [" =1", "' =1"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["\uff1d1", "'\uff1d1"],
  ["@types/node", "'@types/node"],
  ["a\nb", '"a\nb"'],
];

Deno.test("cell quotes as RFC 4180 says, and defuses formulas", () => {
  for (const [text, wanted] of CELLS) assertEquals(cell(text), wanted, text);
});
