/**
 * What an agent says of itself, where the system's own words do not fit.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cutToBytes } from "../../lib/agent/house.ts";

Deno.test("cutToBytes keeps whole characters, and as many as fit", () => {
  assertEquals(cutToBytes("école", 4), "éco");
  assertEquals(cutToBytes("école", 1), "");
  assertEquals(cutToBytes("room-101", 64), "room-101");
});

Deno.test("cutToBytes leaves nothing that a terminal obeys, D-10", () => {
  assertEquals(cutToBytes("a\x1b[2J\x00\u009b\ud800", 64), "a?[2J??\ufffd");
});
