/** What the dispatcher waits for, and what ends its waiting. */

import { FIRST_PHASE } from "../../../lib/server/orders/task_paths.ts";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";
import { newOrder } from "../examples.ts";
import { wireNumber } from "../../../lib/server/orders/task_opening.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS, testDispatcher } from "./dispatcher_bench.ts";

const COLLECT = { name: "", version: "" };

testDispatcher("waits for a dead machine, and wakes with it", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  bench.states.set(ada, "dead");
  const order = await bench.order("has", [ada]);
  const held = await bench.task(order);
  assertEquals([held.state, held.nextTryMs], ["waiting", null]);
  assertMatch(held.reason ?? "", /does not answer/);
  await bench.settle(10 * 3_600_000);
  assertEquals(bench.endpoint.asked.length, 0);
  bench.states.set(ada, "alive");
  bench.endpoint.script = () => ({ kind: "owned" });
  bench.dispatcher.awake(ada);
  await bench.settle();
  assertEquals((await bench.task(order)).answer, "oui");
});

testDispatcher(
  "waits for the owner's approval of a pending machine",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "pending");
    const order = await bench.order("has", [ada]);
    assertMatch((await bench.task(order)).reason ?? "", /approval/);
    bench.states.set(ada, "alive");
    bench.dispatcher.awake(ada);
    await bench.settle();
    assertEquals(bench.endpoint.words, ["possede"]);
  },
);

testDispatcher(
  "looks again by itself after a conflict, N-06",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "conflict");
    const order = await bench.order("has", [ada]);
    assertMatch((await bench.task(order)).reason ?? "", /two places/);
    bench.states.set(ada, "alive");
    await bench.settle(60_000);
    assertEquals(bench.endpoint.words, ["possede"]);
  },
);

testDispatcher(
  "asks again after a loss, with the same pair, C-02",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const order = await bench.order("install", [ada]);
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi or rate" });
    await bench.settle();
    const lost = await bench.task(order);
    assertEquals([lost.state, lost.phase, lost.attempt], [
      "waiting",
      "else",
      1,
    ]);
    assertMatch(lost.reason ?? "", /lost while waiting for reussi or rate/);
    assert((lost.nextTryMs ?? 0) > bench.clock.wallMs());
    await bench.settle(LIMITS.retryFirstMs);
    const opening = bench.endpoint.opening(1, "possede");
    assertEquals(opening.orElse?.order, wireNumber(order));
    assertEquals(opening.orElse?.attempt, 1);
  },
);

testDispatcher(
  "does not wait out a back-off when the machine is back",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.order("install", [ada]);
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi" });
    await bench.settle();
    bench.dispatcher.awake(ada);
    await bench.settle();
    assertEquals(bench.endpoint.words, ["install", "possede"]);
  },
);

testDispatcher("waits out the back-off of a [rate]", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  await bench.order("install", [ada]);
  bench.endpoint.asked[0]?.end({ kind: "failed", reason: "disk", note: "" });
  await bench.settle();
  bench.dispatcher.awake(ada);
  await bench.settle();
  assertEquals(bench.endpoint.words, ["install"]);
  await bench.settle(LIMITS.retryFirstMs);
  const opening = bench.endpoint.opening(1, "possede");
  assertEquals(opening.orElse?.attempt, 2);
});

testDispatcher("waits for the list that was promised", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  const order = await bench.order("collect", [ada], { name: "", version: "" });
  bench.endpoint.asked[0]?.end({ kind: "list", coming: true });
  await bench.settle();
  assertEquals((await bench.task(order)).phase, "list");
  bench.arrivals.over(ada, null);
  await bench.settle();
  assertEquals((await bench.task(order)).answer, "received");
});

testDispatcher(
  "misses no list that is faster than its announcement",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.endpoint.script = () => {
      bench.arrivals.over(ada, null);
      return { kind: "list", coming: true };
    };
    const order = await bench.order("collect", [ada], {
      name: "",
      version: "",
    });
    assertEquals((await bench.task(order)).answer, "received");
  },
);

testDispatcher("asks again for a list that does not come", async (bench) => {
  const [ada = ""] = await bench.machines("ada");
  await bench.order("collect", [ada], { name: "", version: "" });
  bench.endpoint.asked[0]?.end({ kind: "list", coming: true });
  await bench.settle(50_000);
  bench.arrivals.moved(ada);
  await bench.settle(50_000);
  assertEquals(bench.endpoint.asked.length, 1);
  await bench.settle(12_000);
  assertEquals(bench.endpoint.words, ["dliste", "dliste"]);
});

testDispatcher(
  "says why a list was refused, and asks again when that may help, S-17",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const refused = [
      { reason: "package", why: "Cannot read the list: it is cut off" },
      { reason: "hash", why: "Cannot unpack the list: it is cut off" },
    ] as const;
    for (const refusal of refused) {
      const order = await bench.order("collect", [ada], COLLECT);
      bench.endpoint.asked.at(-1)?.end({ kind: "list", coming: true });
      await bench.settle();
      bench.arrivals.over(ada, refusal);
      await bench.settle();
      const { state, reason } = await bench.task(order);
      const expected = refusal.reason === "hash" ? "waiting" : "failed";
      assertEquals([state, reason], [expected, refusal.why]);
    }
  },
);

testDispatcher(
  "notes that a machine's list still holds, the one that it was asked about",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.heldList = "0a".repeat(32);
    await bench.order("collect", [ada], COLLECT);
    // One that comes before the answer does is not what the answer is about.
    bench.heldList = "0b".repeat(32);
    bench.endpoint.asked[0]?.end({ kind: "list", coming: false });
    await bench.settle();
    assertEquals(bench.confirmed, [`${ada} ${"0a".repeat(32)}`]);
  },
);

testDispatcher(
  "tells the machines which libraries their lists shall hold",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.libraries.push("npm", "pip");
    await bench.order("collect", [ada], COLLECT);
    assertEquals(bench.endpoint.asked[0]?.opening, {
      word: "dliste",
      sha256: "",
      libraries: ["npm", "pip"],
    });
  },
);

testDispatcher(
  "keeps the last of several orders to send a list",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "dead");
    const collect = { name: "", version: "" };
    const first = await bench.order("collect", [ada], collect);
    const second = await bench.order("collect", [ada], collect);
    await bench.settle();
    const task = await bench.task(first);
    assertEquals(task.state, "cancelled");
    assertEquals(task.reason, `Order ${second.id} asks for the same list`);
    assertEquals((await bench.task(second)).state, "waiting");
  },
);

testDispatcher(
  "ends each of several orders to send a list where the machine is there",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    // As cron and the schedule do in the same minute: each follows its own.
    const orders = await bench.give(...[1, 2].map(() => ({
      order: newOrder({ verb: "collect", ...COLLECT }),
      tasks: [taskAtStart(ada, FIRST_PHASE.collect)],
    })));
    for (const at of [0, 1]) {
      bench.endpoint.asked[at]?.end({ kind: "list", coming: false });
      await bench.settle();
    }
    const tasks = await Promise.all(orders.map((order) => bench.task(order)));
    assertEquals(tasks.map(({ state }) => state), ["done", "done"]);
  },
);

testDispatcher(
  "does not gather orders for the list of a machine that never sends it",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.endpoint.script = () => ({ kind: "list", coming: true });
    for (let round = 0; round < 5; round++) {
      await bench.order("collect", [ada], COLLECT);
      await bench.settle(600_000);
    }
    assert(bench.dispatcher.openOrders <= 2, `${bench.dispatcher.openOrders}`);
  },
);

testDispatcher(
  "gives no number twice, not even after a restore",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const before = await bench.order("has", [ada]);
    // The copy of the store that is put back knows nothing of the first order.
    const after = { ...before, createdMs: before.createdMs + 60_000 };
    assertEquals(wireNumber(before) === wireNumber(after), false);
    assertEquals(wireNumber(before) & 0xffff_ffffn, BigInt(before.id));
  },
);
