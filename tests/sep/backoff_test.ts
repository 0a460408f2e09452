/**
 * How long to wait before another try.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoffMs } from "../../lib/sep/backoff.ts";

Deno.test("backoffMs doubles up to its bound, by table", () => {
  const bounds = { firstMs: 1_000, maxMs: 30_000 };
  const rows = [
    { attempt: 0, least: 500, most: 1_000 },
    { attempt: 1, least: 1_000, most: 2_000 },
    { attempt: 2, least: 2_000, most: 4_000 },
    { attempt: 4, least: 8_000, most: 16_000 },
    { attempt: 5, least: 15_000, most: 30_000 },
    { attempt: 6, least: 15_000, most: 30_000 },
    { attempt: 10_000, least: 15_000, most: 30_000 },
  ];
  for (const { attempt, least, most } of rows) {
    assertEquals(backoffMs(attempt, { ...bounds, fraction: 0 }), least);
    assertEquals(backoffMs(attempt, { ...bounds, fraction: 1 }), most);
  }
});

Deno.test("backoffMs is never over its bound and never under half of it", () => {
  fc.assert(fc.property(
    fc.nat(),
    fc.integer({ min: 1, max: 1e6 }),
    fc.integer({ min: 1, max: 1e8 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (attempt, firstMs, maxMs, fraction) => {
      const ms = backoffMs(attempt, { firstMs, maxMs, fraction });
      const bound = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
      assert(Number.isInteger(ms));
      assert(ms >= Math.floor(bound / 2) && ms <= bound);
    },
  ));
});

Deno.test("backoffMs sends two machines at different times, F-10", () => {
  const bounds = { firstMs: 1_000, maxMs: 60_000 };
  const times = Array.from(
    { length: 100 },
    (_, index) => backoffMs(3, { ...bounds, fraction: index / 100 }),
  );
  assertEquals(new Set(times).size, 100);
});
