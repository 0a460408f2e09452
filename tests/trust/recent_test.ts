/**
 * The map with a limit.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Recent } from "../../lib/trust/recent.ts";

Deno.test("Recent forgets what was used least recently", () => {
  const recent = new Recent<string, number>(2);
  recent.set("a", 1);
  recent.set("b", 2);
  assertEquals(recent.get("a"), 1);
  recent.set("c", 3);
  assertEquals(recent.get("b"), undefined);
  assertEquals([recent.get("a"), recent.get("c")], [1, 3]);
});

Deno.test("Recent never holds more than its limit", () => {
  const recent = new Recent<number, number>(10);
  for (let key = 0; key < 1_000; key++) recent.set(key % 37, key);
  assertEquals(recent.size, 10);
});

Deno.test("Recent replaces an entry without forgetting another", () => {
  const recent = new Recent<string, number>(2);
  recent.set("a", 1);
  recent.set("b", 2);
  recent.set("b", 3);
  assertEquals([recent.get("a"), recent.get("b")], [1, 3]);
});
