/** Limits of the network's use, as they are written in the config file. */

import { assertEquals } from "@std/assert";
import { DayPace } from "../../../lib/server/pace/day_pace.ts";
import {
  type Limit,
  limitAt,
  parseLimit,
} from "../../../lib/server/pace/limit.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

function limit(text: string): Limit {
  const read = parseLimit(text);
  if (!read.ok) throw new Error(read.fault);
  return read.value;
}

const RATES: Record<string, number> = {
  "16 kB/s": 16_000,
  "2 MB/s": 2_000_000,
  "1.5MB/s": 1_500_000,
  "1 GB/s": 1_000_000_000,
  "800 kbit/s": 100_000,
  "20 Mbit/s": 2_500_000,
  "1 Gbit/s": 125_000_000,
};

for (const [text, bytesPerSecond] of Object.entries(RATES)) {
  Deno.test(`parseLimit reads ${text}`, () => {
    assertEquals(limit(text), { bytesPerSecond, window: null });
  });
}

Deno.test("parseLimit reads a window after it", () => {
  const { bytesPerSecond, window } = limit(
    "2 MB/s Mon-Fri 8:00-18:00 Europe/Paris",
  );
  assertEquals(
    [bytesPerSecond, window?.zone, window?.fromMinute, window?.toMinute],
    [2_000_000, "Europe/Paris", 480, 1_080],
  );
});

const WRONG: Record<string, string> = {
  "fast": '"fast" is no limit such as "2 MB/s"',
  "-1 MB/s": '"-1 MB/s" is no limit such as "2 MB/s"',
  "2 Mb/s":
    '"2 Mb/s": "Mb/s" is none of kB/s, MB/s, GB/s, kbit/s, Mbit/s, Gbit/s',
  "2": '"2" is no limit such as "2 MB/s"',
  "15 kB/s": '"15 kB/s" is less than 16 kB/s',
  "0 MB/s": '"0 MB/s" is less than 16 kB/s',
};

for (const [text, said] of Object.entries(WRONG)) {
  Deno.test(`parseLimit refuses ${text}`, () => {
    assertEquals(parseLimit(text), { ok: false, fault: said });
  });
}

Deno.test("parseLimit refuses a window without a time zone", () => {
  const read = parseLimit("2 MB/s 8:00-18:00");
  assertEquals(read.ok, false);
});

const LIMITS = [
  "1 MB/s Mon-Fri 8:00-12:00 UTC",
  "2 MB/s Mon-Fri 8:00-18:00 UTC",
  "50 MB/s Sat 0:00-24:00 UTC",
].map(limit);

const at = (text: string) => Date.parse(text);

Deno.test("limitAt takes the first that holds, and none where none does", () => {
  // A Monday, a Saturday, a Sunday.
  assertEquals(limitAt(LIMITS, at("2026-11-23T09:00:00Z")), 1_000_000);
  assertEquals(limitAt(LIMITS, at("2026-11-23T13:00:00Z")), 2_000_000);
  assertEquals(limitAt(LIMITS, at("2026-11-23T19:00:00Z")), null);
  assertEquals(limitAt(LIMITS, at("2026-11-28T19:00:00Z")), 50_000_000);
  assertEquals(limitAt(LIMITS, at("2026-11-29T19:00:00Z")), null);
  assertEquals(limitAt([], at("2026-11-23T09:00:00Z")), null);
});

Deno.test("DayPace changes within a second of the hour", async () => {
  const clock = new FakeClock();
  const wallMs = clock.wallMs();
  const hour = new Date(wallMs).getUTCHours();
  const next = (hour + 1) % 24;
  const pace = new DayPace(clock, [
    limit(`1 MB/s ${next}:00-${next}:30 UTC`),
  ]);
  assertEquals(pace.bytesPerSecond(), null);
  await clock.advance(3_600_000 - wallMs % 3_600_000 + 1_000);
  assertEquals(pace.bytesPerSecond(), 1_000_000);
});
