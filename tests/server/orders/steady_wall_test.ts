/** A wall clock that is not believed at once. */

import { assertEquals } from "@std/assert";
import { SteadyWall } from "../../../lib/server/orders/steady_wall.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Two clocks that are set by hand. */
function clocks() {
  const now = { wallMs: 0, monotonicMs: 0 };
  const wall = new SteadyWall({
    wallMs: () => now.wallMs,
    monotonicMs: () => now.monotonicMs,
  });
  const pass = (ms: number, leapMs = 0) => {
    now.monotonicMs += ms;
    now.wallMs += ms + leapMs;
    return wall.nowMs();
  };
  return pass;
}

Deno.test("SteadyWall goes with the wall clock, and with its drift", () => {
  const pass = clocks();
  assertEquals(pass(DAY_MS), DAY_MS);
  assertEquals(pass(DAY_MS, 30 * MINUTE_MS), 2 * DAY_MS + 30 * MINUTE_MS);
});

Deno.test("SteadyWall does not believe a leap that is taken back, N-02", () => {
  const pass = clocks();
  assertEquals(pass(MINUTE_MS, 100 * DAY_MS), MINUTE_MS);
  assertEquals(pass(8 * MINUTE_MS), 9 * MINUTE_MS);
  assertEquals(pass(MINUTE_MS, -100 * DAY_MS), 10 * MINUTE_MS);
  assertEquals(pass(DAY_MS), DAY_MS + 10 * MINUTE_MS);
});

Deno.test("SteadyWall believes a leap that lasts, and any step back", () => {
  const pass = clocks();
  assertEquals(pass(MINUTE_MS, DAY_MS), MINUTE_MS);
  assertEquals(pass(10 * MINUTE_MS), 11 * MINUTE_MS + DAY_MS);
  assertEquals(pass(MINUTE_MS, -DAY_MS), 12 * MINUTE_MS);
});
