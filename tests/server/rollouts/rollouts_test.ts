/** Rollouts on a real store, with machines that obey, fail or are off. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiFault } from "../../../lib/server/shapes/api_fault.ts";
import type { RolloutView } from "../../../lib/server/shapes/api_schema.ts";
import { RolloutBench } from "./rollout_bench.ts";

function testRollouts(
  name: string,
  test: (bench: RolloutBench) => Promise<void>,
): void {
  Deno.test(`Rollouts ${name}`, () => RolloutBench.run(test));
}

/** `done 1 of 1, waits`: each wave in a word. */
function told({ waves }: RolloutView): string {
  return waves.map(({ state, done, machines }) =>
    state === "waits" ? state : `${state} ${done}/${machines}`
  ).join(", ");
}

const TEN = [..."abcdefghij"];

testRollouts("begin with one machine and reach all", async (bench) => {
  await bench.enrol(...TEN);
  const begun = await bench.begin("1,30%,100%");
  assertEquals([begun.id, begun.state, begun.machines], [1, "running", 10]);
  await bench.pass(1);
  assertEquals(bench.asked.length, 1);
  await bench.pass(10);
  const view = await bench.view();
  assertEquals(view.state, "done");
  assertEquals(told(view), "passed 1/1, passed 2/2, passed 7/7");
  assertEquals(bench.asked.toSorted(), TEN);
  const orders = await bench.store.orders(10);
  assertEquals(orders.map(({ order }) => order.origin), [
    "rollout 1",
    "rollout 1",
    "rollout 1",
  ]);
});

testRollouts(
  "stop by themselves at a bad package, and take back what waits",
  async (bench) => {
    await bench.enrol(...TEN);
    for (const name of TEN) bench.behaviour.set(name, "fails");
    await bench.begin("1,100%");
    await bench.pass(10);
    const view = await bench.view();
    assertEquals(view.state, "stopped");
    assertEquals(view.reason, "1 of 1 machines of wave 1 failed, and 0 may");
    assertEquals(told(view), "halted 0/1, waits");
    assertEquals(bench.asked.length, 1);
    assertEquals(view.troubles.map(({ machine }) => machine), bench.asked);
  },
);

testRollouts(
  "stop within a wave: who has not begun is spared",
  async (bench) => {
    await bench.enrol(...TEN);
    const off = TEN.slice(5);
    for (const name of off) bench.off.add(name);
    await bench.close();
    await bench.open(); // Nobody of those is heard.
    for (const name of TEN) bench.behaviour.set(name, "fails");
    await bench.begin("100%", { mayFail: ["1"] });
    await bench.pass(10);
    assertEquals((await bench.view()).state, "stopped");
    for (const name of off) bench.comes(name);
    await bench.pass(600);
    assertEquals(bench.asked.toSorted(), TEN.slice(0, 5));
    assertEquals((await bench.view()).waves[0]?.cancelled, 5);
  },
);

testRollouts(
  "ask the failed and the spared again when they go on",
  async (bench) => {
    await bench.enrol(...TEN);
    for (const name of TEN) bench.behaviour.set(name, "fails");
    await bench.begin("2,100%");
    await bench.pass(10);
    assertEquals((await bench.view()).state, "stopped");
    bench.behaviour.clear();
    assertEquals((await bench.tell("resume")).state, "running");
    await bench.pass(10);
    const view = await bench.view();
    assertEquals([view.state, told(view)], ["done", "passed 2/2, passed 8/8"]);
    assertEquals(view.waves[0]?.orders, [1, 2]);
  },
);

testRollouts("watch a wave before the next begins", async (bench) => {
  await bench.enrol(...TEN);
  await bench.begin("1,100%", { soakS: 3_600 });
  await bench.pass(60);
  const soaking = await bench.view();
  assertEquals([soaking.state, told(soaking)], [
    "soaking",
    "soaks 1/1, waits",
  ]);
  assert(soaking.nextAt !== null);
  await bench.pass(3_400);
  assertEquals(bench.asked.length, 1);
  await bench.pass(300);
  assertEquals((await bench.view()).state, "done");
});

testRollouts(
  "survive a restart in a wave and while it soaks, C-14",
  async (bench) => {
    await bench.enrol(...TEN);
    for (const name of TEN) bench.behaviour.set(name, "is silent");
    await bench.begin("1,100%", { soakS: 600 });
    await bench.pass(5);
    await bench.close();
    bench.behaviour.clear();
    await bench.open();
    await bench.pass(60);
    assertEquals(told(await bench.view()), "soaks 1/1, waits");
    await bench.close();
    await bench.open();
    await bench.pass(300);
    assertEquals(told(await bench.view()), "soaks 1/1, waits");
    await bench.pass(400);
    const view = await bench.view();
    assertEquals([view.state, told(view)], ["done", "passed 1/1, passed 9/9"]);
    assertEquals(view.waves.map(({ orders }) => orders), [[1], [2]]);
  },
);

testRollouts(
  "do not wait for machines that are off, which come later",
  async (bench) => {
    await bench.enrol(...TEN);
    bench.off.add("j");
    await bench.close();
    await bench.open();
    await bench.begin("5,100%");
    await bench.pass(40);
    assert(!bench.asked.slice(0, 5).includes("j"), "it was asked first");
    const view = await bench.view();
    assertEquals([view.state, told(view)], ["running", "passed 5/5, runs 4/5"]);
    assertEquals(view.waves[1]?.absent, 1);
    bench.comes("j");
    await bench.pass(40);
    assertEquals((await bench.view()).state, "done");
  },
);

testRollouts(
  "rest while they are paused, and give what was taken back",
  async (bench) => {
    await bench.enrol(...TEN);
    for (const name of "hij") bench.off.add(name);
    await bench.close();
    await bench.open();
    for (const name of TEN) bench.behaviour.set(name, "is silent");
    await bench.begin("100%");
    await bench.pass(5);
    const paused = await bench.tell("pause");
    assertEquals([paused.state, paused.waves[0]?.cancelled], ["paused", 3]);
    for (const { end } of bench.endpoint.asked) {
      end({ kind: "done", version: "1.0", note: "" });
    }
    bench.behaviour.clear();
    for (const name of "hij") bench.comes(name);
    await bench.pass(3_600);
    assertEquals(told(await bench.view()), "halted 7/10");
    assertEquals(bench.asked.toSorted(), TEN.slice(0, 7));
    await bench.tell("resume");
    await bench.pass(40);
    const view = await bench.view();
    assertEquals([view.state, told(view)], ["done", "passed 10/10"]);
    assertEquals(bench.asked.toSorted(), TEN);
  },
);

testRollouts("take a selector for a wave", async (bench) => {
  await bench.enrol(...TEN);
  await bench.begin("c|d,100%");
  await bench.pass(10);
  assertEquals(bench.asked.slice(0, 2).toSorted(), ["c", "d"]);
  assertEquals(told(await bench.view()), "passed 2/2, passed 8/8");
});

testRollouts(
  "wake the machines of a wave before it is given",
  async (bench) => {
    await bench.enrol("a", "b");
    await bench.begin("1,100%", { wake: true });
    await bench.pass(10);
    assertEquals(bench.woken, bench.asked);
  },
);

testRollouts(
  "draw lots: not each begins with the same machine",
  async (bench) => {
    await bench.enrol(...TEN);
    const first = new Set<string | undefined>();
    for (let id = 1; id <= 4; id++) {
      const before = bench.asked.length;
      await bench.begin("1,100%");
      await bench.pass(10);
      first.add(bench.asked[before]);
    }
    assert(first.size > 1, "always the same one");
  },
);

testRollouts("refuse what cannot be, in a sentence", async (bench) => {
  await bench.enrol("a");
  const refuse = async (work: () => Promise<unknown>, sentence: string) => {
    const error = await assertRejects(() => bench.after(work()), ApiFault);
    assertEquals(error.message, sentence);
  };
  await refuse(
    () => bench.begin("1,50%"),
    "The last wave must be 100%, or some machines would never be reached",
  );
  await refuse(
    () => bench.begin("100%", {}, { verb: "install" }),
    'No program is called "editor"',
  );
  await refuse(
    () => bench.begin("100%", {}, { verb: "collect" }),
    "To collect needs no waves",
  );
  await refuse(() => bench.view(7), "There is no rollout 7");
  await bench.begin("100%");
  await bench.pass(5);
  await refuse(
    () => bench.tell("pause"),
    "Cannot pause rollout 1: it is done",
  );
  await refuse(
    () => bench.tell("resume"),
    "Cannot resume rollout 1: it is done",
  );
});

testRollouts(
  "end with their time, and cannot be resumed then",
  async (bench) => {
    await bench.enrol("a", "b");
    await bench.begin("1,100%", { soakS: 86_400 }, { expiresS: 3_600 });
    await bench.pass(3_000);
    assertEquals((await bench.view()).state, "soaking");
    await bench.pass(700);
    const view = await bench.view();
    assertEquals(view.state, "stopped");
    assertEquals(view.reason, "Its time was over before wave 2 could begin");
    await assertRejects(() => bench.tell("resume"), ApiFault);
  },
);

testRollouts("hurry from the deadline on", async (bench) => {
  await bench.enrol("a", "b");
  await bench.begin("1,100%", { soakS: 86_400 }, { deadlineS: 600 });
  await bench.pass(590);
  assertEquals((await bench.view()).state, "soaking");
  await bench.pass(60);
  assertEquals((await bench.view()).state, "done");
});
