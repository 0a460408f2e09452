/**
 * Writes the vectors that the kit makes:
 * `deno run --allow-all tests/conformance/made/make.ts`.
 *
 * @module
 */

import { peoLists } from "./peo_lists.ts";
import { sepHostile } from "./sep_hostile.ts";

/** The files in tests/vectors, and what is in them. */
export const MADE = { peo_lists: peoLists, sep_hostile: sepHostile } as const;

/** JSON with a row of a table on each line. */
export function textOf(content: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(content).map(([name, value]) => {
    const rows = Array.isArray(value)
      ? `[\n${
        value.map((row) => `    ${JSON.stringify(row)}`).join(",\n")
      }\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${rows}`;
  });
  return `{\n${fields.join(",\n")}\n}\n`;
}

if (import.meta.main) {
  for (const [name, make] of Object.entries(MADE)) {
    const path = new URL(`../../vectors/${name}.json`, import.meta.url);
    await Deno.writeTextFile(path, textOf(make()));
  }
}
