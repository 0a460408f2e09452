/** Collect orders to many machines are begun a few at a time. */

import { assert, assertEquals } from "@std/assert";
import {
  type DispatcherBench,
  LIMITS,
  testDispatcher,
} from "./dispatcher_bench.ts";

const COLLECT = { name: "", version: "" };
const EVERY_MS = 1_000 / LIMITS.collectsPerSecond;

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `pc-${index}`);
}

/** Answers at once, and notes when each was asked. */
function noteTimes(bench: DispatcherBench): number[] {
  const times: number[] = [];
  bench.endpoint.script = (_machine, { word }) => {
    if (word !== "dliste") return null;
    times.push(bench.clock.monotonicMs());
    return { kind: "list", coming: false };
  };
  return times;
}

/** The most that were asked within any second. */
function mostPerSecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((from) =>
      times.filter((time) => time >= from && time < from + 1_000).length
    ),
  );
}

testDispatcher("spreads a collect order over time", async (bench) => {
  const machines = await bench.machines(...namesOf(250));
  const times = noteTimes(bench);
  const order = await bench.order("collect", machines, COLLECT);
  assert(times.length < 50, `${times.length} were asked at once`);
  assertEquals((await bench.task(order, 249)).reason, null);
  await bench.settle(250 * EVERY_MS);
  assertEquals(times.length, 250);
  assert(mostPerSecond(times) <= LIMITS.collectsPerSecond);
  assertEquals((await bench.store.order(order.id))?.counts.done, 250);
  const asked = bench.endpoint.asked.map(({ machine }) => machine);
  assert(asked.join() !== machines.join(), "they are asked in their order");
});

testDispatcher(
  "begins with one machine's list at once",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    noteTimes(bench);
    const order = await bench.order("collect", [ada], COLLECT);
    assertEquals((await bench.task(order)).answer, "unchanged");
  },
);

testDispatcher(
  "spreads machines that come back all at once",
  async (bench) => {
    const machines = await bench.machines(...namesOf(150));
    for (const id of machines) bench.states.set(id, "dead");
    const times = noteTimes(bench);
    await bench.order("collect", machines, COLLECT);
    await bench.settle(10_000);
    assertEquals(times, []);
    for (const id of machines) {
      bench.states.set(id, "alive");
      bench.dispatcher.awake(id);
    }
    await bench.settle(150 * EVERY_MS + 100);
    assertEquals(times.length, 150);
    assert(mostPerSecond(times) <= LIMITS.collectsPerSecond);
  },
);

testDispatcher(
  "takes the turn of a machine that died for another one",
  async (bench) => {
    const machines = await bench.machines(...namesOf(40));
    const times = noteTimes(bench);
    await bench.order("collect", machines, COLLECT);
    const asked = new Set(bench.endpoint.asked.map(({ machine }) => machine));
    const dead = machines.find((id) => !asked.has(id)) ?? "";
    bench.states.set(dead, "dead");
    await bench.settle(1_000);
    assertEquals(times.length, 39);
    bench.states.set(dead, "alive");
    bench.dispatcher.awake(dead);
    await bench.settle();
    assertEquals(times.length, 40);
  },
);

testDispatcher(
  "does other work while a list waits for its turn",
  async (bench) => {
    const machines = await bench.machines(...namesOf(100));
    noteTimes(bench);
    await bench.order("collect", machines, COLLECT);
    const asked = new Set(bench.endpoint.asked.map(({ machine }) => machine));
    const waiting = machines.filter((id) => !asked.has(id));
    const order = await bench.order("has", waiting.slice(0, 3), {
      name: "editor",
    });
    const tasks = await bench.store.tasks(order.id);
    assertEquals(tasks.map(({ state }) => state), Array(3).fill("running"));
  },
);

testDispatcher(
  "asks nobody whose order was cancelled before its turn",
  async (bench) => {
    const machines = await bench.machines(...namesOf(100));
    const times = noteTimes(bench);
    const order = await bench.order("collect", machines, COLLECT);
    const cancelled = bench.dispatcher.cancel(order.id);
    await bench.settle();
    await cancelled;
    const before = times.length;
    await bench.settle(5_000);
    assertEquals(times.length, before);
    assertEquals(bench.dispatcher.openOrders, 0);
  },
);
