/** The pace of a transfer, with a clock made of numbers (S-05, S-19). */

import { assertEquals } from "@std/assert";
import {
  nextLookMs,
  type RateEvent,
  type RateRule,
  type RateVerdict,
  startRate,
  stepRate,
} from "../../lib/sip/rate.ts";

const RULE: RateRule = { windowMs: 1_000, bytesMin: 100, totalMsMax: 10_000 };

const moved = (atMs: number, bytes: number): RateEvent => ({
  kind: "moved",
  atMs,
  bytes,
});
const look = (atMs: number): RateEvent => ({ kind: "look", atMs });

const stories: [string, RateEvent[], RateVerdict][] = [
  ["a look inside the first window judges nothing", [look(999)], "on"],
  ["nothing moved in a whole window", [look(1_000)], "slow"],
  ["one byte too few in a window", [moved(5, 99), look(1_000)], "slow"],
  ["just enough in a window", [moved(5, 100), look(1_000)], "on"],
  [
    "enough in pieces",
    [moved(5, 50), moved(500, 25), moved(999, 25), look(1_000)],
    "on",
  ],
  [
    "much in the first window does not help the second",
    [moved(5, 1_000_000), look(1_000), look(2_000)],
    "slow",
  ],
  [
    "a stop is noticed within two windows at most",
    [moved(1, 100), look(1_000), look(1_999)],
    "on",
  ],
  [
    "a look that comes late asks for one window's bytes only",
    [moved(5, 100), look(8_000)],
    "on",
  ],
  [
    "fast, but too long in all",
    [moved(9_999, 1_000_000), look(10_000)],
    "late",
  ],
];
for (const [name, events, expected] of stories) {
  Deno.test(`stepRate: ${name}, S-05`, () => {
    let state = startRate(0);
    let verdict: RateVerdict = "on";
    for (const event of events) {
      ({ state, verdict } = stepRate(RULE, state, event));
    }
    assertEquals(verdict, expected);
  });
}

Deno.test("stepRate asks for nothing when the minimum is zero", () => {
  const rule = { ...RULE, bytesMin: 0 };
  assertEquals(stepRate(rule, startRate(0), look(5_000)).verdict, "on");
});

Deno.test("nextLookMs is the window's end, or the end of all time", () => {
  const state = startRate(0);
  assertEquals(nextLookMs(RULE, state, 0), 1_000);
  assertEquals(nextLookMs(RULE, state, 400), 600);
  assertEquals(nextLookMs(RULE, state, 2_000), 0);
  const last = { ...state, windowMs: 9_700 };
  assertEquals(nextLookMs(RULE, last, 9_700), 300);
});
