/** Cron expressions, and what they mean when the local time leaps. */

import { assertEquals } from "@std/assert";
import {
  isSchedule,
  parseSchedule,
} from "../../../lib/server/inventory/schedule.ts";

/** The next due moments after this one, as UTC. */
function next(
  expression: string,
  from: string,
  { count = 1, timezone = "UTC" } = {},
): string[] {
  const schedule = parseSchedule(expression, timezone);
  const found: string[] = [];
  let ms = Date.parse(from);
  for (let index = 0; index < count; index++) {
    ms = schedule?.nextAfterMs(ms) ?? NaN;
    found.push(new Date(ms).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

Deno.test("parseSchedule gives the moment after a given one, never that", () => {
  const daily = "0 6 * * *";
  assertEquals(next(daily, "2026-11-23T05:59:59Z"), ["2026-11-23T06:00Z"]);
  assertEquals(next(daily, "2026-11-23T06:00:00Z"), ["2026-11-24T06:00Z"]);
  assertEquals(next("*/20 8-9 * * 1", "2026-11-23T08:30:00Z", { count: 4 }), [
    "2026-11-23T08:40Z",
    "2026-11-23T09:00Z",
    "2026-11-23T09:20Z",
    "2026-11-23T09:40Z",
  ]);
  assertEquals(next("* * * * *", "2026-11-23T23:59:30Z", { count: 2 }), [
    "2026-11-24T00:00Z",
    "2026-11-24T00:01Z",
  ]);
});

Deno.test("parseSchedule means the local time", () => {
  const timezone = "Europe/Paris";
  assertEquals(
    next("0 6 * * *", "2026-11-23T12:00:00Z", { timezone }),
    ["2026-11-24T05:00Z"],
  );
});

Deno.test("parseSchedule does not lose the run of an hour left out", () => {
  // On 2026-03-29 Paris goes from 02:00 to 03:00, which is 01:00 UTC.
  const timezone = "Europe/Paris";
  assertEquals(
    next("30 2 * * *", "2026-03-28T12:00:00Z", { timezone, count: 2 }),
    ["2026-03-29T01:00Z", "2026-03-30T00:30Z"],
  );
});

Deno.test("parseSchedule does not repeat a daily run in an hour twice", () => {
  // On 2026-10-25 Paris has 02:00 to 03:00 twice, from 00:00 and 01:00 UTC.
  const timezone = "Europe/Paris";
  assertEquals(
    next("30 2 * * *", "2026-10-24T12:00:00Z", { timezone, count: 2 }),
    ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
  );
});

Deno.test("isSchedule takes five fields that some day matches", () => {
  const good = ["0 6 * * *", "*/5 0-6,12 1,15 * 1-5", "0 6 29 2 *"];
  assertEquals(good.filter((text) => !isSchedule(text)), []);
  const bad = ["", "0 6 * *", "0 0 6 * * *", "@daily", "a b c d e"]
    .concat("60 6 * * *", "0 24 * * *", "0 6 * * 8", "5-1 * * * *")
    .concat("*/0 * * * *", "0 6 31 2 *", "0 6 * * * 2026 1", "é 6 * * *");
  assertEquals(bad.filter(isSchedule), []);
});
