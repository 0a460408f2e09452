/**
 * Writes the words into the Wireshark dissector: `deno task dissector --write`,
 * or looks whether they are there: `--check`.
 *
 * @module
 */

import { WORDS } from "../lib/sep/words.ts";

const FILE = new URL("../docs/wireshark/flottille.lua", import.meta.url);
const BLOCK = /(-- words: begin\n)[\s\S]*(-- words: end\n)/;

/** The table of words in Lua. */
export function luaWords(): string {
  const lines = Object.entries(WORDS).map(([word, { gloss, ...by }]) => {
    const names = (fields: object | null) =>
      fields === null
        ? "nil"
        : `{ ${Object.keys(fields).map(text).join(", ")} }`.replace(
          "{  }",
          "{}",
        );
    return `  ${word} = { gloss = ${text(gloss)}, server = ${
      names(by.server)
    }, ` +
      `machine = ${names(by.machine)} },`;
  });
  return `local WORDS = {\n${lines.join("\n")}\n}\n`;
}

function text(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The file, with the words as they are now. */
export function withWords(lua: string): string {
  return lua.replace(BLOCK, (_, begin, end) => begin + luaWords() + end);
}

if (import.meta.main) {
  const now = await Deno.readTextFile(FILE);
  const wanted = withWords(now);
  if (Deno.args.includes("--write")) await Deno.writeTextFile(FILE, wanted);
  else if (now !== wanted) {
    console.error("The dissector's words are not those of lib/sep/words.ts");
    console.error("Write them: deno task dissector --write");
    Deno.exit(1);
  }
}
