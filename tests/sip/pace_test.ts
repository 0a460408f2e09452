/** How fast packages leave the server. */

import { assert, assertEquals } from "@std/assert";
import {
  PacedQueue,
  SLICE_BYTES,
  stepPace,
  transfersAt,
} from "../../lib/sip/pace.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

Deno.test("stepPace lets the first go at once, and the next when it is through", () => {
  const turn = { nowMs: 1_000, bytes: 500, bytesPerSecond: 1_000 };
  const first = stepPace(0, turn);
  assertEquals(first, { freeMs: 1_500, waitMs: 0 });
  const second = stepPace(first.freeMs, turn);
  assertEquals(second, { freeMs: 2_000, waitMs: 500 });
  // Nobody sent for a while: what was not used is not owed.
  const later = stepPace(second.freeMs, { ...turn, nowMs: 60_000 });
  assertEquals(later, { freeMs: 60_500, waitMs: 0 });
});

Deno.test("transfersAt serves no more than the pace can feed, and one at least", () => {
  assertEquals(transfersAt(null, 64), 64);
  assertEquals(transfersAt(10_000_000, 64), 64);
  assertEquals(transfersAt(40_960, 64), 10);
  assertEquals(transfersAt(1, 64), 1);
});

/** Sends slices one after the other until it is stopped; how many bytes. */
async function sent(queue: PacedQueue, isOver: () => boolean): Promise<number> {
  let bytes = 0;
  for (;;) {
    await queue.turn(SLICE_BYTES);
    if (isOver()) return bytes;
    bytes += SLICE_BYTES;
  }
}

Deno.test("PacedQueue keeps the pace, and gives all who send the same", async () => {
  const clock = new FakeClock();
  const bytesPerSecond = 10 * SLICE_BYTES;
  const queue = new PacedQueue(clock, { bytesPerSecond: () => bytesPerSecond });
  let isOver = false;
  const all = [1, 2, 3, 4, 5].map(() => sent(queue, () => isOver));
  for (let second = 0; second < 100; second++) await clock.advance(100);
  isOver = true;
  await clock.advance(1_000);
  const bytes = await Promise.all(all);
  const total = bytes.reduce((sum, one) => sum + one, 0);
  const slices = total / SLICE_BYTES;
  assert(slices >= 99 && slices <= 102, `${slices} slices in 10 s`);
  const each = bytes.map((one) => one / SLICE_BYTES);
  assert(Math.max(...each) - Math.min(...each) <= 1, `${each}`);
});

Deno.test("PacedQueue holds nothing back where there is no limit", async () => {
  const clock = new FakeClock();
  const queue = new PacedQueue(clock, { bytesPerSecond: () => null });
  for (let turn = 0; turn < 1_000; turn++) await queue.turn(2 ** 30);
  assertEquals(queue.sliceBytes, Infinity);
  assertEquals(queue.transfersMax(64), 64);
});
