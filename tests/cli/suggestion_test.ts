/** "Did you mean". */

import { assertEquals } from "@std/assert";
import { asked, suggestion } from "../../lib/cli/suggestion.ts";

Deno.test("suggestion asks for the near words only", () => {
  const known = ["install", "machines", "orders", "--on", "--json"];
  assertEquals(suggestion("instal", known), 'did you mean "install"?');
  assertEquals(suggestion("--onn", known), 'did you mean "--on"?');
  assertEquals(suggestion("--jsn", known), 'did you mean "--json"?');
  assertEquals(suggestion("zebra", known), null);
});

Deno.test("asked joins one, two and three words", () => {
  assertEquals(asked([]), null);
  assertEquals(asked(["a"]), 'did you mean "a"?');
  assertEquals(asked(["a", "b"]), 'did you mean "a" or "b"?');
  assertEquals(asked(["a", "b", "c"]), 'did you mean "a", "b" or "c"?');
});
