/** How far a wave is, counted from its machines' tasks. */

import { assertEquals } from "@std/assert";
import {
  askedAgain,
  countsOf,
  lastTasks,
} from "../../../lib/server/rollouts/wave_counts.ts";
import { newTask } from "../examples.ts";

Deno.test("countsOf counts a machine once, by the last order that names it", () => {
  const first = [
    newTask("a", { order: 1, state: "failed" }),
    newTask("b", { order: 1, state: "done" }),
    newTask("c", { order: 1, state: "waiting" }),
    newTask("d", { order: 1, state: "waiting" }),
    newTask("a", { order: 5, state: "done" }),
  ];
  const last = lastTasks([first, [
    newTask("c", { order: 7, state: "running" }),
  ]]);
  assertEquals(countsOf(last.values(), 2, (machine) => machine !== "d"), [
    { machines: 3, done: 2, failed: 0, cancelled: 0, running: 0, absent: 1 },
    { machines: 1, done: 0, failed: 0, cancelled: 0, running: 1, absent: 0 },
  ]);
});

Deno.test("askedAgain asks after a pause who was cancelled, and after a stop who failed, too", () => {
  const last = lastTasks([[
    newTask("a", { state: "failed" }),
    newTask("b", { state: "done" }),
    newTask("c", { state: "cancelled" }),
    newTask("d", { state: "running" }),
  ]]);
  assertEquals(askedAgain(last.values(), false), ["c"]);
  assertEquals(askedAgain(last.values(), true), ["a", "c"]);
});
