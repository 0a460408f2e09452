/** Orders whose time is over, and machines that may be worked on at times. */

import { assertEquals, assertMatch } from "@std/assert";
import { testDispatcher } from "./dispatcher_bench.ts";

const HOUR_MS = 3_600_000;

testDispatcher(
  "ends an order of a machine that never came back",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.dispatcher.start();
    bench.states.set(ada, "dead");
    const expiresMs = bench.clock.wallMs() + 2 * HOUR_MS;
    const order = await bench.order("install", [ada], { expiresMs });
    await bench.settle(2 * HOUR_MS - 60_000);
    assertEquals((await bench.task(order)).state, "waiting");
    await bench.settle(3 * 60_000);
    const ended = await bench.task(order);
    assertEquals([ended.state, ended.reason, ended.nextTryMs], [
      "cancelled",
      "The order expired before the machine could do it",
      null,
    ]);
    bench.states.set(ada, "alive");
    bench.dispatcher.awake(ada);
    await bench.settle();
    assertEquals(bench.endpoint.asked.length, 0);
  },
);

testDispatcher(
  "asks nobody whose order expired while the server was off",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "dead");
    const order = await bench.order("install", [ada], {
      expiresMs: bench.clock.wallMs() - 1,
    });
    bench.states.set(ada, "alive");
    bench.dispatcher.awake(ada);
    await bench.settle();
    assertEquals((await bench.task(order)).state, "cancelled");
    assertEquals(bench.endpoint.asked.length, 0);
  },
);

testDispatcher(
  "lets what runs come to its end, and does not begin it again",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.dispatcher.start();
    const expiresMs = bench.clock.wallMs() + 30_000;
    const order = await bench.order("install", [ada], { expiresMs });
    await bench.settle(5 * 60_000);
    assertEquals((await bench.task(order)).state, "running");
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi or rate" });
    await bench.settle(2 * 60_000);
    const ended = await bench.task(order);
    assertEquals(ended.state, "cancelled");
    assertEquals(bench.endpoint.asked.length, 1);
  },
);

testDispatcher("keeps an order without an expiry", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  await bench.dispatcher.start();
  bench.states.set(ada, "dead");
  const order = await bench.order("install", [ada], { expiresMs: null });
  await bench.settle(3 * HOUR_MS);
  assertEquals((await bench.task(order)).state, "waiting");
});

testDispatcher("waits for a maintenance window, and says so", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  const opensMs = bench.clock.wallMs() + 3_600_000;
  bench.opensMs = (nowMs) => Math.max(nowMs, opensMs);
  const order = await bench.order("install", [ada]);
  const waiting = await bench.task(order);
  assertEquals([waiting.state, waiting.nextTryMs], ["waiting", opensMs]);
  assertMatch(waiting.reason ?? "", /maintenance window/);
  // A new session is no reason to disturb.
  bench.dispatcher.awake(ada);
  await bench.settle(3_500_000);
  assertEquals(bench.endpoint.asked.length, 0);
  await bench.settle(200_000);
  assertEquals(bench.endpoint.words, ["install"]);
});

testDispatcher(
  "sees within a minute that the windows are others",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.opensMs = (nowMs) => nowMs + 7 * 24 * HOUR_MS;
    await bench.order("install", [ada]);
    bench.opensMs = (nowMs) => nowMs;
    await bench.settle(61_000);
    assertEquals(bench.endpoint.words, ["install"]);
  },
);

testDispatcher(
  "asks questions, and what is ordered for any time, outside of every window",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.opensMs = () => null;
    const held = await bench.order("install", [ada], { name: "editor" });
    assertMatch((await bench.task(held)).reason ?? "", /ever opens/);
    bench.endpoint.script = () => ({ kind: "missing" });
    await bench.order("has", [ada]);
    await bench.order("remove", [ada], { name: "viewer", anytime: true });
    assertEquals(bench.endpoint.words.slice(0, 2), ["possede", "suppression"]);
  },
);

testDispatcher(
  "puts an order for any time in the place of one that waits for a window",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.opensMs = () => null;
    const [held, other, now] = [
      await bench.order("install", [ada], { name: "editor" }),
      await bench.order("install", [ada], { name: "viewer" }),
      await bench.order("install", [ada], { name: "editor", anytime: true }),
    ];
    const ended = await bench.task(held);
    assertEquals([ended.state, ended.reason], [
      "cancelled",
      `Order ${now.id} takes its place, at any time`,
    ]);
    assertEquals((await bench.task(other)).state, "waiting");
    assertEquals((await bench.task(now)).state, "running");
  },
);
