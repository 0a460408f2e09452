/** `collect --wait`, the line for cron, against a server that is made up. */

import { assert, assertEquals } from "@std/assert";
import type {
  MachineState,
  MachineView,
  TaskView,
} from "../../lib/server/shapes/api_schema.ts";
import { LOCAL_ZONE, showLocal } from "../../lib/cli/local_time.ts";
import { type Answers, withServer } from "./fake_server.ts";
import {
  before,
  machineView,
  orderView,
  statusView,
  taskView,
} from "./views.ts";

const COLLECT = { verb: "collect", name: "", version: "" } as const;
const LINE = ["collect", "--on", "all", "--wait"];

/** A machine's task and the machine, which has one identifier. */
function pair(
  name: string,
  task: Partial<TaskView>,
  machine: Partial<MachineView> = {},
): [TaskView, MachineView] {
  return [
    taskView({ machine: `id-${name}`, machineName: name, ...task }),
    machineView({ id: `id-${name}`, name, ...machine }),
  ];
}

/** A server that has these, and a task that is looked at so often. */
function fleet(
  pairs: readonly [TaskView, MachineView][],
  changed: Answers = {},
): Answers {
  const order = orderView({ ...COLLECT, tasks: pairs.map(([task]) => task) });
  return {
    "POST /v1/orders": order,
    "GET /v1/orders/7": order,
    "GET /v1/machines": { machines: pairs.map(([, machine]) => machine) },
    "GET /v1/status": statusView(),
    ...changed,
  };
}

const WAITING = { state: "waiting", answer: null, endedAt: null } as const;

Deno.test("collect --wait is silent when all lists came", async () => {
  const pairs = [
    pair("a", { answer: "unchanged" }),
    pair("b", { answer: "received" }),
  ];
  await withServer(fleet(pairs), async (server) => {
    assertEquals(await server.run(LINE), { code: 0, stdout: "", stderr: "" });
    assertEquals(server.asked.length, 2);
  });
});

Deno.test("collect --wait is silent in a fleet without machines", async () => {
  await withServer(fleet([]), async (server) => {
    assertEquals(await server.run(LINE), { code: 0, stdout: "", stderr: "" });
  });
});

Deno.test("collect --wait does not wait for machines that are off", async () => {
  const seen = before(40_000);
  const pairs = [
    pair("a", {}),
    pair("b", { ...WAITING, reason: "The machine does not answer" }, {
      state: "dead",
      lastSeen: seen,
    }),
    // Its turn has not come, and never will.
    pair("c", { ...WAITING }, { state: "dead", lastSeen: null }),
    pair("d", { ...WAITING }, { state: "pending" }),
  ];
  const since = showLocal(Date.parse(seen), LOCAL_ZONE);
  await withServer(fleet(pairs), async (server) => {
    assertEquals(await server.run(LINE), {
      code: 1,
      stdout: [
        `b: waiting: it is off since ${since}; ` +
        "it will be asked when it is back",
        "c: waiting: it is off; it will be asked when it is back",
        "d: waiting: the owner has not approved it; " +
        "it will be asked when it is approved",
        "",
      ].join("\n"),
      stderr: "",
    });
  });
});

Deno.test("collect --wait waits while one of the open machines is on", async () => {
  let looks = 0;
  const [on] = pair("a", { ...WAITING });
  const [off] = pair("b", { ...WAITING });
  const answers = fleet([pair("a", {}), pair("b", {}, { state: "dead" })], {
    "GET /v1/orders/7": () =>
      orderView({
        ...COLLECT,
        tasks: [++looks < 4 ? on : taskView({ ...on, state: "done" }), off],
      }),
  });
  await withServer(answers, async (server) => {
    const { code, stdout } = await server.run(LINE);
    assertEquals(looks, 4);
    assertEquals(code, 1);
    assert(stdout.startsWith("b: waiting: it is off since "), stdout);
    assertEquals(stdout.split("\n").length, 2);
  });
});

Deno.test("collect --wait waits for a task that runs, whatever its machine's state", async () => {
  let looks = 0;
  const answers = fleet([pair("a", {}, { state: "dead" })], {
    "GET /v1/orders/7": () =>
      orderView({
        ...COLLECT,
        states: [++looks < 4 ? "running" : "done"],
      }),
  });
  await withServer(answers, async (server) => {
    assertEquals(await server.run(LINE), { code: 0, stdout: "", stderr: "" });
    assertEquals(looks, 4);
  });
});

Deno.test("collect --wait gives a server that has just started time to find its machines", async () => {
  let state: MachineState = "dead";
  let looks = 0;
  const [task] = pair("a", { ...WAITING });
  const answers = fleet([], {
    "GET /v1/status": statusView({ startedAt: before(1) }),
    "GET /v1/machines": () => ({
      machines: [machineView({ id: "id-a", name: "a", state })],
    }),
    "GET /v1/orders/7": () => {
      if (++looks === 8) state = "alive";
      const isDone = looks === 12;
      return orderView({
        ...COLLECT,
        tasks: [isDone ? taskView({ ...task, state: "done" }) : task],
      });
    },
  });
  await withServer(answers, async (server) => {
    assertEquals(await server.run(LINE), { code: 0, stdout: "", stderr: "" });
  });
});

Deno.test("collect --wait prints one line for each machine that failed, notes and all", async () => {
  const pairs = [
    pair("a", {
      state: "failed",
      answer: null,
      reason: "The list is too large",
      note: "one\ntwo\n",
    }),
    pair("b\x1b[2J", {
      state: "failed",
      answer: null,
      reason: "The signature is wrong",
    }),
  ];
  await withServer(fleet(pairs), async (server) => {
    assertEquals(await server.run(LINE), {
      code: 1,
      stdout: "a: failed: The list is too large (one; two)\n" +
        "b\\u001b[2J: failed: The signature is wrong\n",
      stderr: "",
    });
  });
});

Deno.test("collect --wait ends by itself when a machine that is on never answers", async () => {
  const pairs = [pair("a", { ...WAITING, reason: "The machine is busy" })];
  await withServer(fleet(pairs), async (server) => {
    const ran = await server.run([...LINE, "--timeout", "2"]);
    assertEquals(ran, {
      code: 1,
      stdout: "a: no answer yet: The machine is busy\n",
      stderr: "Gave up waiting after 2 s; the order goes on\n",
    });
  });
});
