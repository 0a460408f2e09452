/** Going back to the version that a machine keeps. */

import { assert, assertEquals } from "@std/assert";
import {
  openingOf,
  workMsOf,
} from "../../../lib/server/orders/task_opening.ts";
import { newOrder, newTask } from "../examples.ts";
import { LIMITS, testDispatcher } from "./dispatcher_bench.ts";

const BACK = { name: "editor", version: "*", sha256: "", size: 0 } as const;
const CONTEXT = {
  heldList: "",
  libraries: [],
  workMs: 60_000,
  deadlinesMs: 0,
};

testDispatcher(
  "orders the way back, and has the version proved that it led to",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.deadlinesMs = 90_000;
    const order = await bench.order("rollback", [ada], BACK);
    const { order: ordered, deadlineMs } = bench.endpoint.opening(0, "install");
    const { order: _, ...wire } = ordered;
    assertEquals(wire, {
      ...{ attempt: 1, name: "editor", version: "*", how: "retour" },
      ...{ sha256: "0".repeat(64), size: 0 },
    });
    assertEquals(deadlineMs, LIMITS.workMs + 90_000 + 60_000);
    bench.endpoint.asked[0]?.end({
      ...{ kind: "done", version: "1.0", note: "kept the owner's editor.conf" },
    });
    await bench.settle();
    const question = bench.endpoint.opening(1, "possede");
    assertEquals([question.name, question.version, question.only], [
      "editor",
      "1.0",
      "ieo",
    ]);
    bench.endpoint.asked[1]?.end({ kind: "owned" });
    await bench.settle();
    const task = await bench.task(order);
    assertEquals(
      [task.state, task.answer, task.toldVersion, task.note],
      ["done", "reussi", "1.0", "kept the owner's editor.conf"],
    );
    assertEquals(await bench.store.held(["editor"]), [
      { machine: ada, name: "editor", version: "1.0" },
    ]);
  },
);

testDispatcher(
  "orders a lost rollback again with the same pair, C-02",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.order("rollback", [ada], BACK);
    bench.endpoint.asked[0]?.end({ kind: "lost", awaited: "reussi or rate" });
    await bench.settle(LIMITS.retryFirstMs);
    const { order, attempt } = bench.endpoint.opening(0, "install").order;
    const again = bench.endpoint.opening(1, "install").order;
    assertEquals([again.order, again.attempt], [order, attempt]);
  },
);

testDispatcher(
  "fails a rollback that names no version, or another one",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const unnamed = await bench.order("rollback", [ada], BACK);
    bench.endpoint.asked[0]?.end({ kind: "done", version: "", note: "" });
    await bench.settle();
    assertEquals((await bench.task(unnamed)).state, "failed");
    const exact = { ...BACK, version: "1.0" };
    const other = await bench.order("rollback", [ada], exact);
    bench.endpoint.asked[1]?.end({ kind: "done", version: "0.9", note: "" });
    await bench.settle();
    assertEquals(bench.endpoint.opening(2, "possede").version, "1.0");
    bench.endpoint.asked[2]?.end({ kind: "missing" });
    await bench.settle();
    assertEquals((await bench.task(other)).state, "failed");
  },
);

Deno.test("openingOf keeps the told version over a restart", () => {
  const order = { id: 1, ...newOrder({ verb: "rollback", ...BACK }) };
  const task = newTask("m", { phase: "prove", toldVersion: "1.0" });
  const opening = openingOf(order, task, CONTEXT);
  assert(opening.word === "possede" && opening.version === "1.0");
});

Deno.test("workMsOf gives hooks their deadlines and a minute, and no hooks nothing", () => {
  const order = { id: 1, ...newOrder({ size: 8_388_608 * 10 }) };
  const base = 60_000 + 10_000;
  assertEquals(workMsOf(order, CONTEXT), base);
  const hooks = { ...CONTEXT, deadlinesMs: 5_000 };
  assertEquals(workMsOf(order, hooks), base + 5_000 + 60_000);
});
