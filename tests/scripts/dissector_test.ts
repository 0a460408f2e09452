/** The Wireshark dissector, and the words that it knows. */

import { assert, assertEquals } from "@std/assert";
import { WORDS } from "../../lib/sep/words.ts";
import { luaWords, withWords } from "../../scripts/dissector.ts";

Deno.test("The dissector has the words of SeP as they are now", async () => {
  const file = new URL("../../docs/wireshark/flottille.lua", import.meta.url);
  const lua = await Deno.readTextFile(file);
  assertEquals(lua, withWords(lua));
});

Deno.test("luaWords has each word with its meaning, and nil for who never says it", () => {
  const lua = luaWords();
  for (const word of Object.keys(WORDS)) assert(lua.includes(`  ${word} = {`));
  assert(lua.includes('rate = { gloss = "It did not work", server = nil'));
});
