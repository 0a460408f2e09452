/** Spans of time, as people type them. */

import { assertEquals } from "@std/assert";
import { readDuration } from "../../lib/cli/duration_option.ts";

Deno.test("readDuration takes minutes, hours, days, weeks and never", () => {
  const typed = ["1m", "90m", "12h", "30d", "2W", "never", "Never"];
  assertEquals(typed.map(readDuration), [
    ...[60, 5_400, 43_200, 2_592_000, 1_209_600],
    ...[null, null],
  ]);
});

Deno.test("readDuration takes nothing else", () => {
  const typed = ["", "30", "d", "0d", "-1d", "1.5h", "1 d", "30days", "1s"];
  assertEquals(typed.filter((text) => readDuration(text) !== undefined), []);
});
