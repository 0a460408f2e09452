/** Orders that wait for other orders of the same machine. */

import { assertEquals } from "@std/assert";
import type { NewOrder } from "../../../lib/server/shapes/task.ts";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";
import { newOrder } from "../examples.ts";
import { DispatcherBench, testDispatcher } from "./dispatcher_bench.ts";

const DONE = { kind: "done", version: "17.0", note: "" } as const;

/** An install of java on these, and one of the editor after it. */
function twoOrders(java: string[], editor = java): NewOrder[] {
  return [
    {
      order: newOrder({ name: "java", version: "17.0" }),
      tasks: java.map((id) => taskAtStart(id, "act")),
    },
    {
      order: newOrder({ name: "editor", version: "2.0" }),
      tasks: editor.map((id) =>
        taskAtStart(id, "act", java.includes(id) ? 0 : null)
      ),
    },
  ];
}

/** Names and words of what was asked. */
function asked({ endpoint }: DispatcherBench): string[] {
  return endpoint.asked.map(({ opening }) =>
    opening.word === "install"
      ? `install ${opening.order.name}`
      : opening.word === "possede"
      ? `possede ${opening.name}`
      : opening.word
  );
}

testDispatcher(
  "begins an order after the one before it is proved",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const [java, editor] = await bench.give(...twoOrders([ada]));
    if (java === undefined || editor === undefined) throw new Error("none");
    assertEquals(asked(bench), ["install java"]);
    const waiting = await bench.task(editor);
    assertEquals(
      [waiting.state, waiting.reason],
      ["waiting", "Waits for order 1 (java 17.0)"],
    );
    bench.endpoint.asked[0]?.end(DONE);
    await bench.settle();
    assertEquals(asked(bench), ["install java", "possede java"]);
    bench.endpoint.asked[1]?.end({ kind: "owned" });
    await bench.settle();
    assertEquals(asked(bench).at(-1), "install editor");
    assertEquals((await bench.task(java)).state, "done");
  },
);

testDispatcher(
  "lets machines that need nothing before begin at once",
  async (bench) => {
    const [ada = "", bob = ""] = await bench.machines("ada", "bob");
    await bench.give(...twoOrders([ada], [ada, bob]));
    assertEquals(asked(bench).sort(), ["install editor", "install java"]);
  },
);

testDispatcher(
  "fails what comes after an order that failed, with its reason",
  async (bench) => {
    const [ada = "", bob = ""] = await bench.machines("ada", "bob");
    const [, editor] = await bench.give(...twoOrders([ada, bob]));
    if (editor === undefined) throw new Error("none");
    const onAda = bench.endpoint.asked.find(({ machine }) => machine === ada);
    onAda?.end({ kind: "failed", reason: "expired", note: "since noon" });
    await bench.settle();
    const task = await bench.task(editor);
    assertEquals(
      [task.machine, task.state, task.reason, task.note],
      [
        ada,
        "failed",
        "Order 1 (java 17.0) failed: The package has expired",
        "since noon",
      ],
    );
    // The other machine goes on.
    assertEquals((await bench.task(editor, 1)).state, "waiting");
    assertEquals(asked(bench), ["install java", "install java"]);
  },
);

testDispatcher(
  "fails what comes after an order that was cancelled",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    bench.states.set(ada, "dead");
    const [java, editor] = await bench.give(...twoOrders([ada]));
    if (java === undefined || editor === undefined) throw new Error("none");
    void bench.dispatcher.cancel(java.id);
    await bench.settle();
    const task = await bench.task(editor);
    assertEquals(
      [task.state, task.reason],
      ["failed", "Order 1 (java 17.0) was cancelled"],
    );
    assertEquals(bench.dispatcher.openOrders, 0);
  },
);

testDispatcher(
  "waits for the order before it over a wake and a restart, C-14",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    await bench.give(...twoOrders([ada]));
    bench.dispatcher.awake(ada);
    await bench.settle();
    assertEquals(asked(bench), ["install java"]);
    bench.dispatcher.close();

    const next = new DispatcherBench(bench.store);
    next.dispatcher.start();
    await next.settle();
    assertEquals(asked(next), ["possede java"]);
    next.endpoint.asked[0]?.end({ kind: "owned" });
    await next.settle();
    assertEquals(asked(next), ["possede java", "install editor"]);
    next.dispatcher.close();
  },
);

for (
  const [state, reason, expected] of [
    ["done", null, "running"],
    ["failed", "The package has expired", "failed"],
    ["cancelled", null, "failed"],
  ] as const
) {
  testDispatcher(
    `finds after a kill that the order before is ${state}, C-14`,
    async (bench) => {
      const [ada = ""] = await bench.machines("ada");
      const given = await bench.store.addOrders(twoOrders([ada]));
      const before = given[0]?.tasks[0];
      if (before === undefined) throw new Error("none");
      // The server died between this commit and what follows from it.
      const ended = { ...before, state, reason, endedMs: 1 };
      await bench.store.commit([{ kind: "task", task: ended }]);
      await bench.dispatcher.start();
      await bench.settle();
      const [task] = await bench.store.tasks(2);
      assertEquals(task?.state, expected);
      if (state === "failed") {
        assertEquals(
          task?.reason,
          "Order 1 (java 17.0) failed: The package has expired",
        );
      }
    },
  );
}

testDispatcher(
  "tells the store what a machine has after an order",
  async (bench) => {
    const [ada = ""] = await bench.machines("ada");
    const held = async () =>
      (await bench.store.held(["hello", "java"])).map(({ name, version }) =>
        `${name} ${version}`
      );
    bench.endpoint.script = (_, { word }) =>
      word === "possede" ? { kind: "owned" } : DONE;
    await bench.order("install", [ada], { name: "java", version: "17.0" });
    assertEquals(await held(), ["java 17.0"]);
    await bench.order("has", [ada], { name: "hello", version: "*" });
    await bench.order("ensure", [ada], { name: "hello", version: "1.0" });
    assertEquals(await held(), ["java 17.0"]);
    bench.endpoint.script = (_, { word }) =>
      word === "possede" ? { kind: "missing" } : DONE;
    await bench.order("remove", [ada], { name: "java", version: "*" });
    assertEquals(await held(), []);
  },
);
