/** Following an order: to its end, to the timeout, to Ctrl-C. */

import { assertEquals, assertRejects } from "@std/assert";
import { CliFailure } from "../../lib/cli/failure.ts";
import { ABSENCE_MS_MAX, followOrder } from "../../lib/cli/follow.ts";
import { listenForStop } from "../../lib/cli/stop_signal.ts";
import type {
  OrderView,
  TaskState,
} from "../../lib/server/shapes/api_schema.ts";
import { QuickClock } from "./fake_clock.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { orderView } from "./views.ts";

/** Follows an order whose tasks are, look by look, in these states. */
async function follow(
  looks: readonly (readonly TaskState[] | Error)[],
  options: { timeoutMs?: number; interruptAtLook?: number } = {},
) {
  const clock = new QuickClock();
  const terminal = fakeTerminal();
  const signal = listenForStop(terminal);
  const ended: string[] = [];
  let count = 0;
  const look = (): Promise<OrderView> => {
    const states = looks[Math.min(count++, looks.length - 1)];
    if (count === options.interruptAtLook) terminal.interrupt();
    return states instanceof Error
      ? Promise.reject(states)
      : Promise.resolve(orderView({ states: states ?? [] }));
  };
  const result = await followOrder({
    clock,
    look,
    timeoutMs: options.timeoutMs ?? null,
    signal,
    onLook: (_, tasks) => ended.push(...tasks.map((task) => task.machineName)),
  });
  signal.release();
  return { ...result, ended, count, clock };
}

const AWAY = new CliFailure("notRunning", "The server is not running");

Deno.test("followOrder tells each task once, when it has ended", async () => {
  const { end, ended, count } = await follow([
    ["waiting", "waiting"],
    ["running", "done"],
    ["running", "done"],
    ["failed", "done"],
  ]);
  assertEquals(end, "ended");
  assertEquals(ended, ["machine-2", "machine-1"]);
  assertEquals(count, 4);
});

Deno.test("followOrder of no machine ends at once", async () => {
  assertEquals((await follow([[]])).end, "ended");
});

Deno.test("followOrder gives up at its timeout, in the clock's time", async () => {
  const { end, clock } = await follow([["waiting"]], { timeoutMs: 5_000 });
  assertEquals(end, "timeout");
  assertEquals(clock.monotonicMs(), 5_000);
  assertEquals(clock.pending, 0);
});

Deno.test("followOrder ends at Ctrl-C", async () => {
  const { end, count } = await follow([["waiting"]], { interruptAtLook: 3 });
  assertEquals(end, "interrupted");
  assertEquals(count, 3);
});

Deno.test("followOrder waits for a server that is restarted", async () => {
  const { end, ended } = await follow([["waiting"], AWAY, AWAY, ["done"]]);
  assertEquals(end, "ended");
  assertEquals(ended, ["machine-1"]);
});

Deno.test("followOrder does not wait for ever for a server", async () => {
  const clock = new QuickClock();
  const signal = listenForStop(fakeTerminal());
  await assertRejects(
    () =>
      followOrder({
        clock,
        look: () => Promise.reject(AWAY),
        timeoutMs: null,
        signal,
        onLook() {},
      }),
    CliFailure,
  );
  assertEquals(clock.monotonicMs(), ABSENCE_MS_MAX);
});

Deno.test("followOrder ends at any other error", async () => {
  const error = new CliFailure("notFound", "There is no order 7");
  await assertRejects(() => follow([error]), CliFailure, "There is no order 7");
});
