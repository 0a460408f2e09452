/** When the schedule asks for the lists, and what is said of a round. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  decide,
  type LastRun,
  lastRunOf,
  LOOK_MS_MAX,
  namesInLine,
  roundState,
} from "../../../lib/server/inventory/collection.ts";
import { parseSchedule } from "../../../lib/server/inventory/schedule.ts";
import { newTask } from "../examples.ts";

const DAILY = parseSchedule("0 6 * * *", "UTC");

/** What is decided at this moment, when the last run was at that one. */
function decided(now: string, last: string | null): string | number {
  if (DAILY === null) throw new Error("The schedule is none");
  const run: LastRun | null = last === null
    ? null
    : { schedule: "0 6 * * *", atMs: Date.parse(last), order: 1 };
  const decision = decide(DAILY, run, Date.parse(now));
  return decision.kind === "wait" ? decision.delayMs : "collect";
}

Deno.test("decide waits until a run is due, and looks at the clock between", () => {
  const last = "2026-11-22T06:00:00Z";
  assertEquals(decided("2026-11-22T06:00:00Z", last), LOOK_MS_MAX);
  assertEquals(decided("2026-11-23T05:00:00Z", last), LOOK_MS_MAX);
  assertEquals(decided("2026-11-23T05:59:58Z", last), 2_000);
  assertEquals(decided("2026-11-23T06:00:00Z", last), "collect");
});

Deno.test("decide makes up once for what was missed within a day", () => {
  const last = "2026-11-20T06:00:00Z";
  assertEquals(decided("2026-11-23T07:00:00Z", last), "collect");
  // Afterwards the run is noted at the moment when it was made up for.
  assertEquals(
    decided("2026-11-23T07:00:01Z", "2026-11-23T07:00:00Z"),
    LOOK_MS_MAX,
  );
});

Deno.test("decide leaves alone what was missed before that", () => {
  const weekly = parseSchedule("0 6 * * 1", "UTC");
  if (weekly === null) throw new Error("The schedule is none");
  const run = (at: string): LastRun => (
    { schedule: "0 6 * * 1", atMs: Date.parse(at), order: 1 }
  );
  // The 23rd is a Monday.
  const at = (now: string) =>
    decide(weekly, run("2026-11-16T06:00:00Z"), Date.parse(now)).kind;
  assertEquals(at("2026-11-24T05:00:00Z"), "collect");
  assertEquals(at("2026-11-24T07:00:00Z"), "wait");
});

Deno.test("decide misses nothing of a schedule that is new", () => {
  assertEquals(decided("2026-11-23T07:00:00Z", null), LOOK_MS_MAX);
});

Deno.test("decide does not repeat a run when the clock is corrected, N-02", () => {
  const last = "2026-11-23T06:00:00.004Z";
  assertEquals(decided("2026-11-23T05:59:58Z", last), LOOK_MS_MAX);
  assertEquals(decided("2026-11-23T06:00:00Z", last), LOOK_MS_MAX);
});

Deno.test("decide is not stopped by a run of a wrong future, N-02", () => {
  const last = "2099-01-01T06:00:00Z";
  assertEquals(decided("2026-11-23T05:59:59Z", last), 1_000);
});

Deno.test("roundState tells who is asked from who is not there", () => {
  const task = (different: Parameters<typeof newTask>[1]) =>
    newTask("00", different);
  const state = roundState([
    task({ state: "running" }),
    task({ state: "waiting", reason: null }),
    task({ state: "waiting", reason: "The machine does not answer" }),
    task({ state: "failed", reason: "It cannot" }),
    task({ state: "cancelled" }),
    task({ state: "done", answer: "received" }),
    task({ state: "done", answer: "unchanged" }),
    task({ state: "done", answer: "unchanged" }),
  ]);
  assertEquals(state, { under: 2, received: 1, unchanged: 2, missing: 3 });
});

Deno.test("namesInLine stays one line for a thousand machines", () => {
  assertEquals(namesInLine(["pc-1", "pc-2"]), "pc-1, pc-2");
  const many = Array.from({ length: 1_000 }, (_, index) => `pc-${index}`);
  assertMatch(namesInLine(many), /^pc-0, pc-1, .*, pc-26 and 973 more$/);
  assertEquals(namesInLine([]), "");
});

Deno.test("lastRunOf forgets what another schedule has noted", () => {
  const run: LastRun = { schedule: "0 6 * * *", atMs: 7, order: null };
  const text = JSON.stringify(run);
  assertEquals(lastRunOf(text, "0 6 * * *"), run);
  assertEquals(lastRunOf(text, "0 7 * * *"), null);
  for (const bad of [null, "", "{", "[]", '{"atMs":7}']) {
    assertEquals(lastRunOf(bad, "0 6 * * *"), null);
  }
});
