/** A task over time: waits, attempts, restarts, late results, cancelling. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Reason } from "../../../lib/sep/reasons.ts";
import { stepTask } from "../../../lib/server/orders/orders.ts";
import { VERBS } from "../../../lib/server/shapes/api_schema.ts";
import type { TaskEvent } from "../../../lib/server/orders/task_events.ts";
import { isEnded } from "../../../lib/server/shapes/task.ts";
import { FIRST_PHASE, PATHS } from "../../../lib/server/orders/task_paths.ts";
import { newTask, NOON_MS } from "../examples.ts";
import {
  type AnyEnding,
  DONE,
  end,
  ENDINGS,
  late,
  LIMITS,
  LOST,
  OWNED,
  rate,
  running,
  step,
  told,
} from "./order_steps.ts";

Deno.test("stepTask doubles its waits up to the longest, with jitter", () => {
  let task = running("act");
  const waits: number[] = [];
  for (let count = 0; count < 9; count++) {
    const lost = end("install", task, LOST);
    if (lost.action.kind === "wait") waits.push(lost.action.delayMs);
    assertEquals(lost.task.nextTryMs, NOON_MS + (waits.at(-1) ?? 0));
    task = step("install", lost.task, { kind: "start" }).task;
  }
  // Three quarters of the bound: the jitter of 0.5 lies between half and all.
  assertEquals(waits, [
    750,
    1_500,
    3_000,
    6_000,
    12_000,
    24_000,
    45_000,
    45_000,
    45_000,
  ]);
  assertEquals(task.attempt, 1);
});

Deno.test("stepTask gives up after attempts_max [rate]s, and says so", () => {
  let task = running("act");
  for (let count = 1; count < LIMITS.attemptsMax; count++) {
    task = end("install", task, rate("disk")).task;
    assertEquals([task.state, task.attempt], ["waiting", count + 1]);
    task = step("install", task, { kind: "start" }).task;
  }
  const last = end("install", task, rate("disk"));
  assertEquals(last.task.state, "failed");
  assertEquals(last.task.reason, "The machine's disk is full, 3 times");
  assertEquals(last.task.nextTryMs, null);
});

Deno.test("stepTask counts no attempt for busy, later and occupied, S-14", () => {
  for (const reason of ["busy", "later", "occupied"] as const) {
    let task = running("act");
    for (let count = 0; count < 50; count++) {
      task = end("install", task, rate(reason)).task;
      assertEquals(task.state, "waiting");
      task = step("install", task, { kind: "start" }).task;
    }
    assertEquals([task.failures, task.attempt], [0, 51]);
  }
});

Deno.test("stepTask asks a machine that a person works at again within a quarter of an hour", () => {
  const waits = (reason: Reason) => {
    const task = running("act", { tries: 20 });
    const { action } = stepTask(task, { kind: "ended", ending: rate(reason) }, {
      verb: "install",
      limits: { ...LIMITS, retryMaxMs: 86_400_000 },
      at: { nowMs: NOON_MS, jitter: 0.5 },
    });
    return action.kind === "wait" ? action.delayMs : NaN;
  };
  assertEquals(waits("occupied"), 0.75 * 15 * 60_000);
  assertEquals(waits("busy"), 0.75 * 86_400_000);
});

Deno.test("stepTask asks again with the same pair after a restart, C-14", () => {
  const task = running("act", { attempt: 2, failures: 1 });
  const { task: waiting, action } = step("install", task, { kind: "restart" });
  assertEquals(waiting.state, "waiting");
  assertEquals([waiting.phase, waiting.attempt], ["else", 2]);
  assertEquals(action, { kind: "wait", delayMs: 0, eager: true });
});

Deno.test("stepTask keeps a wait over a restart, but no longer than lawful, N-02", () => {
  const waiting = newTask("m", { nextTryMs: NOON_MS + 500 });
  assertEquals(step("install", waiting, { kind: "restart" }), {
    task: waiting,
    action: { kind: "wait", delayMs: 500, eager: true },
  });
  // The wall clock went back by years while the server was down.
  const absurd = newTask("m", { nextTryMs: NOON_MS + 10 ** 11 });
  const { action } = step("install", absurd, { kind: "restart" });
  assertEquals(action.kind === "wait" && action.delayMs, LIMITS.retryMaxMs);
});

Deno.test("stepTask takes a late result as a fact to be proved, C-19", () => {
  const lost = end("install", running("act"), LOST).task;
  assertEquals(told(step("install", lost, late())), "waiting prove");
  const other = late({ attempt: 2 });
  assertEquals(step("install", lost, other).task, lost);
  const failed = late({ reason: "signature" });
  assertEquals(told(step("install", lost, failed)), "failed");
  const again = late({ reason: "disk" });
  assertEquals(told(step("install", lost, again)), "waiting else #2");
  const removal = end("remove", running("act"), LOST).task;
  const absent = late({ reason: "absent" });
  assertEquals(step("remove", removal, absent).task, removal);
  // A conversation that runs will tell the same by itself.
  assertEquals(step("install", running("else"), late()).task, running("else"));
});

Deno.test("stepTask cancels at once what waits, at its next halt what runs", () => {
  const waiting = newTask("m");
  assertEquals(told(step("install", waiting, { kind: "cancel" })), "cancelled");
  const flagged = step("install", running("act"), { kind: "cancel" });
  assertEquals([flagged.task.state, flagged.action.kind], ["running", "none"]);
  assertEquals(told(end("install", flagged.task, LOST)), "cancelled");
  assertEquals(told(end("install", flagged.task, rate("disk"))), "cancelled");
  const proving = end("install", flagged.task, DONE);
  assertEquals(told(proving), "running prove");
  // What was done is done: the truth goes before the wish.
  assertEquals(told(end("install", proving.task, OWNED)), "done reussi");
  const restarted = step("install", flagged.task, { kind: "restart" });
  assertEquals(told(restarted), "cancelled");
});

Deno.test("stepTask notes that a cancelled order was done after all, C-19", () => {
  const cancelled = step("install", newTask("m"), { kind: "cancel" }).task;
  const told = late({ version: "1.0", note: "kept etc/hello.conf" });
  const { task } = step("install", cancelled, told);
  assertEquals(task.state, "cancelled");
  assertEquals(task.reason, "Cancelled, but the machine had done it already");
  assertEquals([task.note, task.toldVersion], ["kept etc/hello.conf", "1.0"]);
});

Deno.test("stepTask keeps what the machine said with its last result", () => {
  const said = { kind: "failed", reason: "deadline", note: "hook: slow" };
  const failed = end("install", running("act"), said as AnyEnding).task;
  assertEquals([failed.state, failed.note], ["waiting", "hook: slow"]);
  // A loss says nothing, so what was said still stands; a new try is new.
  const again = step("install", failed, { kind: "start" }).task;
  assertEquals([again.phase, again.note], ["else", ""]);
  const done = { kind: "done", version: "1.0", note: "kept etc/a" } as const;
  const proving = end("install", again, done).task;
  assertEquals([proving.note, proving.toldVersion], ["kept etc/a", "1.0"]);
  const lost = end("install", proving, LOST).task;
  const proved = end(
    "install",
    step("install", lost, { kind: "start" }).task,
    OWNED,
  );
  assertEquals([proved.task.state, proved.task.note], ["done", "kept etc/a"]);
});

Deno.test("stepTask keeps the note of the end that a hook has made, I-08", () => {
  const note = "The hook check ended with code 1\nno port 8080";
  const said = { kind: "failed", reason: "hook", note } as const;
  const { task } = end("update", running("else"), said);
  assertEquals([task.state, task.note], ["failed", note]);
  assertEquals(task.reason, "One of the package's hooks failed");
});

Deno.test("stepTask has a late rollback proved by the version it told, C-19", () => {
  const lost = end("rollback", running("act"), LOST).task;
  assertEquals([lost.state, lost.phase], ["waiting", "act"]);
  const { task } = step("rollback", lost, late({ version: "1.0" }));
  assertEquals([task.phase, task.toldVersion], ["prove", "1.0"]);
  // Without a version it proves nothing; the machine is asked again.
  assertEquals(step("rollback", lost, late()).task, lost);
});

Deno.test("stepTask holds what cannot be asked, with the reason", () => {
  const hold = { kind: "hold", reason: "It is off" } as const;
  const held = step("install", newTask("m", { nextTryMs: NOON_MS }), hold);
  assertEquals(held.task.reason, "It is off");
  assertEquals([held.task.nextTryMs, held.action.kind], [null, "hold"]);
  // Nothing changes the second time, so nothing is written.
  assertEquals(step("install", held.task, hold).task === held.task, true);
  const given = step("install", held.task, {
    kind: "abandon",
    reason: "The machine is revoked",
  });
  assertEquals(told(given), "failed");
  assertEquals(given.task.reason, "The machine is revoked");
});

const anyEvent: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.constant<TaskEvent>({ kind: "start" }),
  fc.constantFrom(...ENDINGS).map((ending): TaskEvent => ({
    kind: "ended",
    ending,
  })),
  fc.constant<TaskEvent>({ kind: "restart" }),
  fc.constant<TaskEvent>({ kind: "hold", reason: "off" }),
  fc.constant<TaskEvent>({ kind: "cancel" }),
  fc.record({
    attempt: fc.nat(3),
    reason: fc.constantFrom(null, "disk" as const, "absent" as const),
    version: fc.constantFrom("", "1.0"),
  }).map(late),
);

Deno.test("stepTask keeps its promises over any history of events", () => {
  fc.assert(fc.property(
    fc.constantFrom(...VERBS),
    fc.array(anyEvent, { maxLength: 40 }),
    (verb, events) => {
      let task = newTask("m", { phase: FIRST_PHASE[verb] });
      for (const event of events) {
        const { task: next } = step(verb, task, event);
        const isRate = event.kind === "late" ||
          event.kind === "ended" && event.ending.kind === "failed";
        // Only a [rate] raises the attempt, and by one.
        assert(
          next.attempt === task.attempt ||
            isRate && next.attempt === task.attempt + 1,
        );
        assert(next.failures < LIMITS.attemptsMax || next.state === "failed");
        assert(PATHS[verb][next.phase] !== undefined);
        // An end is for ever.
        if (isEnded(task)) {
          assertEquals(next.state, task.state);
          assertEquals(next.answer, task.answer);
        }
        if (isEnded(next)) assertEquals(next.nextTryMs, null);
        if (next.state === "failed") assert(next.reason !== null);
        if (next.state === "done") assert(next.answer !== null);
        task = next;
      }
    },
  ));
});
