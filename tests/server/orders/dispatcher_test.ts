/** The dispatcher: what is stored, what is sent, and in which order. */

import { wireNumber } from "../../../lib/server/orders/task_opening.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { StoreRefused } from "../../../lib/server/store/store_guard.ts";
import { DispatcherBench, LIMITS, testDispatcher } from "./dispatcher_bench.ts";
import { withStore } from "../temporary.ts";

testDispatcher(
  "stores a task before its first word is sent, C-14",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const seen: unknown[] = [];
    bench.endpoint.watch = async () => {
      const [task] = await bench.store.tasks(1);
      seen.push([task?.state, task?.phase, task?.attempt]);
    };
    bench.endpoint.script = (_, { word }) =>
      word === "install"
        ? { kind: "done", version: "", note: "" }
        : { kind: "owned" };
    const order = await bench.order("install", [ada]);
    assertEquals(seen, [["running", "act", 1], ["running", "prove", 1]]);
    assertEquals(bench.endpoint.words, ["install", "possede"]);
    const task = await bench.task(order);
    assertEquals([task.state, task.answer], ["done", "reussi"]);
  },
);

testDispatcher("says what was ordered", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  const order = await bench.order("install", [ada]);
  const opening = bench.endpoint.opening(0, "install");
  const { name, version, sha256, size } = order;
  assertEquals(opening.order, {
    ...{ order: wireNumber(order), attempt: 1, name, version, sha256, size },
  });
  assert(opening.deadlineMs >= LIMITS.workMs);
  const removal = await bench.order("remove", [ada], { version: "*" });
  bench.endpoint.asked[0]?.end({
    kind: "failed",
    reason: "signature",
    note: "",
  });
  await bench.settle();
  const second = bench.endpoint.opening(1, "suppression");
  assertEquals(second.order, {
    ...{ order: wireNumber(removal), attempt: 1, name, version: "*" },
  });
});

testDispatcher(
  "gives a machine one task at a time, in their order",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.order("install", [ada], { name: "one" });
    await bench.order("has", [ada], { name: "two" });
    await bench.order("remove", [ada], { name: "one" });
    assertEquals(bench.endpoint.words, ["install"]);
    bench.endpoint.asked[0]?.end({
      kind: "failed",
      reason: "signature",
      note: "",
    });
    await bench.settle();
    assertEquals(bench.endpoint.words, ["install", "possede"]);
    bench.endpoint.asked[1]?.end({ kind: "owned" });
    await bench.settle();
    assertEquals(bench.endpoint.words, ["install", "possede", "suppression"]);
  },
);

testDispatcher(
  "lets another program pass a task that is put off",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const first = await bench.order("install", [ada], { name: "one" });
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi" });
    await bench.settle();
    assertEquals((await bench.task(first)).state, "waiting");
    // The removal of the same program must not overtake; the question may.
    await bench.order("remove", [ada], { name: "one" });
    await bench.order("has", [ada], { name: "two" });
    assertEquals(bench.endpoint.words, ["install", "possede"]);
    const asked = bench.endpoint.asked[1]?.opening;
    assertEquals(asked?.word === "possede" && asked.name, "two");
  },
);

testDispatcher(
  "holds a bounded number of conversations at once",
  async (bench) => {
    const names = Array.from({ length: 10 }, (_, index) => `pc-${index}`);
    const machines = await bench.machines(...names);
    await bench.order("has", machines);
    assertEquals(bench.endpoint.asked.length, LIMITS.conversationsMax);
    for (let ended = 0; ended < 10; ended++) {
      assert(bench.dispatcher.conversing <= LIMITS.conversationsMax);
      bench.endpoint.asked[ended]?.end({ kind: "owned" });
      await bench.settle();
    }
    assertEquals(bench.endpoint.asked.length, 10);
    const summary = await bench.store.order(1);
    assertEquals(summary?.counts.done, 10);
  },
);

testDispatcher("goes on where a killed server was, C-14", async (bench) => {
  const [ada = "", bob = ""] = await bench.machines("ada", "bob");
  const given = await bench.order("install", [ada, bob]);
  assertEquals(bench.endpoint.asked.length, 2);
  bench.dispatcher.close();
  bench.endpoint.asked[0]?.end({ kind: "done", version: "", note: "" }); // Too late for that server.

  const next = new DispatcherBench(bench.store);
  next.states.set(ada, "alive");
  next.states.set(bob, "dead");
  await next.dispatcher.start();
  await next.settle();
  const opening = next.endpoint.opening(0, "possede");
  assertEquals(opening.orElse?.order, wireNumber(given));
  assertEquals(opening.orElse?.attempt, 1);
  assertEquals(next.endpoint.asked.length, 1);
  next.endpoint.asked[0]?.end({ kind: "owned" });
  next.states.set(bob, "alive");
  next.dispatcher.awake(bob);
  await next.settle();
  next.endpoint.asked[1]?.end({ kind: "owned" });
  await next.settle();
  assertEquals((await next.store.order(1))?.counts.done, 2);
  next.dispatcher.close();
});

testDispatcher(
  "cancels what waits at once and what runs when it halts",
  async (bench) => {
    const [ada = "", bob = ""] = await bench.machines("ada", "bob");
    bench.states.set(bob, "dead");
    const order = await bench.order("install", [ada, bob]);
    const cancelled = bench.dispatcher.cancel(order.id);
    await bench.settle();
    await cancelled;
    const states = (await bench.store.tasks(order.id)).map(({ state }) =>
      state
    );
    assertEquals(states, ["running", "cancelled"]);
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi" });
    await bench.settle();
    assertEquals((await bench.task(order)).state, "cancelled");
    assertEquals(bench.dispatcher.openOrders, 0);
  },
);

testDispatcher("gives a revoked machine's orders up", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  bench.states.set(ada, "dead");
  const order = await bench.order("install", [ada]);
  const given = bench.dispatcher.abandon(ada, "The machine is revoked");
  await bench.settle();
  await given;
  const task = await bench.task(order);
  assertEquals([task.state, task.reason], ["failed", "The machine is revoked"]);
});

testDispatcher(
  "records a late result and has it proved, C-19",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const order = await bench.order("install", [ada]);
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi" });
    await bench.settle();
    const late = {
      ...{ order: wireNumber(order), attempt: 1, reason: null },
      ...{ version: "1.0", note: "" },
    };
    void bench.dispatcher.late(ada, late);
    await bench.settle();
    const opening = bench.endpoint.opening(1, "possede");
    assertEquals(opening.orElse, null);
    bench.endpoint.asked[1]?.end({ kind: "owned" });
    await bench.settle();
    assertEquals((await bench.task(order)).answer, "reussi");
    // Of an order that nobody knows, or of one that has ended: no harm.
    void bench.dispatcher.late(ada, { ...late, order: 99n });
    void bench.dispatcher.late(ada, late);
    await bench.settle();
    assertEquals((await bench.task(order)).answer, "reussi");
  },
);

testDispatcher(
  "notes that a cancelled order was done after all, C-19",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "dead");
    const order = await bench.order("install", [ada]);
    void bench.dispatcher.cancel(order.id);
    await bench.settle();
    const number = wireNumber(order);
    void bench.dispatcher.late(ada, {
      ...{ order: number, attempt: 1, reason: null, version: "", note: "" },
    });
    await bench.settle();
    assertMatch((await bench.task(order)).reason ?? "", /had done it already/);
  },
);

testDispatcher(
  "doubts a package whose bytes arrived as others, B-08",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const order = await bench.order("install", [ada]);
    bench.endpoint.asked[0]?.end({ kind: "failed", reason: "hash", note: "" });
    await bench.settle();
    assertEquals(bench.doubted, [order.sha256]);
  },
);

Deno.test("Dispatcher sends nothing that the store refuses, B-04", () =>
  withStore(async (store) => {
    let isFull = true;
    const bench = new DispatcherBench(store, {
      commit: (writes) =>
        isFull
          ? Promise.reject(new Error("database or disk is full"))
          : store.commit(writes),
    });
    const [ada = ""] = await bench.machines("ada");
    const order = await bench.order("has", [ada]);
    assertEquals(bench.endpoint.asked.length, 0);
    assertEquals((await bench.task(order)).state, "waiting");
    isFull = false;
    await bench.settle(60_000);
    assertEquals(bench.endpoint.words, ["possede"]);
    bench.dispatcher.close();
  }));

Deno.test("Dispatcher goes on at once when the store recovers, B-04", () =>
  withStore(async (store) => {
    let isFull = true;
    const full = new StoreRefused("The disk is full");
    const bench = new DispatcherBench(store, {
      commit: (writes) => isFull ? Promise.reject(full) : store.commit(writes),
    });
    const [ada = ""] = await bench.machines("ada");
    const order = await bench.order("has", [ada]);
    // Nobody is told that it was cancelled when the store does not know.
    await assertRejects(() => bench.dispatcher.cancel(order.id), StoreRefused);
    assertEquals(bench.endpoint.asked.length, 0);
    isFull = false;
    bench.dispatcher.recovered();
    await bench.settle();
    assertEquals(bench.endpoint.words, ["possede"]);
    bench.dispatcher.close();
  }));

Deno.test("Dispatcher outlives a late result that it cannot look up, B-04", () =>
  withStore(async (store) => {
    const broken = Object.create(store, {
      order: { value: () => Promise.reject(new Error("disk I/O error")) },
    });
    const bench = new DispatcherBench(broken);
    // It is called with nobody to catch what it throws.
    await bench.dispatcher.late("00".repeat(16), {
      ...{ order: 7n, attempt: 1, reason: null, version: "", note: "" },
    });
    bench.dispatcher.close();
  }));
