/** Bytes, durations and moments. */

import { assertEquals } from "@std/assert";
import {
  counted,
  showBytes,
  showDuration,
  showMoment,
} from "../../lib/cli/units.ts";
import { WALL_START_MS } from "./fake_clock.ts";

Deno.test("showBytes keeps three or four digits", () => {
  const cases = [
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [1_073_741_824, "1.1 GB"],
    [2 ** 53, "9.0 PB"],
  ] as const;
  for (const [bytes, shown] of cases) assertEquals(showBytes(bytes), shown);
});

Deno.test("showDuration rounds down to the largest unit", () => {
  const cases = [
    [-5, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [3_600_000, "1 h"],
    [47 * 3_600_000, "47 h"],
    [48 * 3_600_000, "2 d"],
  ] as const;
  for (const [ms, shown] of cases) assertEquals(showDuration(ms), shown);
});

Deno.test("showMoment knows the past, the future, never and nonsense", () => {
  const iso = (ms: number) => new Date(WALL_START_MS + ms).toISOString();
  assertEquals(showMoment(iso(-61_000), WALL_START_MS), "1 min ago");
  assertEquals(showMoment(iso(5_000), WALL_START_MS), "in 5 s");
  const thirtyDaysMs = 30 * 86_400_000;
  assertEquals(showMoment(iso(thirtyDaysMs - 1_500), WALL_START_MS), "in 30 d");
  assertEquals(showMoment(null, WALL_START_MS), "never");
  assertEquals(showMoment("yesterday", WALL_START_MS), "yesterday");
});

Deno.test("counted knows one from many", () => {
  assertEquals(counted(1, "machine"), "1 machine");
  assertEquals(counted(0, "machine"), "0 machines");
});
