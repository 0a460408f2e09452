/** Which orders the desired state gives, and when again after a failure. */

import { assertEquals } from "@std/assert";
import {
  afterTrial,
  amend,
  SETTLE_MS,
  type Trial,
  trialKey,
} from "../../../lib/server/state/amend.ts";
import type { Action, Difference } from "../../../lib/server/state/compare.ts";

const MINUTE_MS = 60_000;
const NOW_MS = 1_000 * MINUTE_MS;

function difference(machine: string, action: Action, to = "2.0"): Difference {
  return { machine, name: "editor", action, from: "", to, reason: "" };
}

function amended(
  differences: readonly Difference[],
  trials: readonly [machine: string, Trial][] = [],
  underWay: readonly string[] = [],
): string[] {
  return amend(differences, {
    isUnderWay: (machine, name) =>
      name === "editor" && underWay.includes(machine),
    trials: new Map(
      trials.map(([machine, trial]) => [trialKey(machine, "editor"), trial]),
    ),
    nowMs: NOW_MS,
  }).map(({ verb, name, version, machines }) =>
    [verb, name, version].join(" ").trim() + `: ${machines.join(" ")}`
  );
}

Deno.test("amend gives one order for all that need the same", () => {
  assertEquals(
    amended([
      difference("ada", "install"),
      difference("bob", "update"),
      difference("cyd", "remove", ""),
      difference("dan", "install", "1.0"),
    ]),
    [
      "ensure editor 2.0: ada bob",
      "remove editor: cyd",
      "ensure editor 1.0: dan",
    ],
  );
});

Deno.test("amend asks a machine once for a list that has not come", () => {
  const all = ["ada", "ada", "bob"].map((machine) =>
    difference(machine, "unknown", "")
  );
  assertEquals(amended(all), ["collect: ada bob"]);
  const failed = { to: "", failures: 1, notBeforeMs: NOW_MS + 1 };
  assertEquals(
    amend(all, {
      isUnderWay: (machine, name) => machine === "bob" && name === "",
      trials: new Map([[trialKey("ada", ""), failed]]),
      nowMs: NOW_MS,
    }),
    [],
  );
});

Deno.test("amend orders nothing that is right or impossible", () => {
  const idle: Action[] = ["right", "cannot"];
  assertEquals(amended(idle.map((action) => difference("ada", action))), []);
});

Deno.test("amend leaves a machine alone that has an order of the program", () => {
  const both = [difference("ada", "install"), difference("bob", "install")];
  assertEquals(amended(both, [], ["ada"]), ["ensure editor 2.0: bob"]);
});

Deno.test("amend waits after a failure, unless something else is wanted", () => {
  const later = { to: "2.0", failures: 1, notBeforeMs: NOW_MS + 1 };
  const wanted = [difference("ada", "install")];
  assertEquals(amended(wanted, [["ada", later]]), []);
  const due = { ...later, notBeforeMs: NOW_MS };
  assertEquals(amended(wanted, [["ada", due]]), ["ensure editor 2.0: ada"]);
  const other = { ...later, to: "1.0" };
  assertEquals(amended(wanted, [["ada", other]]), ["ensure editor 2.0: ada"]);
});

Deno.test("afterTrial doubles its waits, to one day at last", () => {
  let trial: Trial | undefined;
  const waits: number[] = [];
  for (let nth = 0; nth < 40; nth++) {
    trial = afterTrial(trial, { to: "2.0", isDone: false, nowMs: NOW_MS });
    waits.push((trial.notBeforeMs - NOW_MS) / MINUTE_MS);
  }
  assertEquals(waits.slice(0, 8), [15, 30, 60, 120, 240, 480, 960, 1_440]);
  assertEquals(Math.max(...waits), 1_440);
  assertEquals(trial?.failures, 40);
});

Deno.test("afterTrial begins anew when another version is wanted", () => {
  const before = { to: "1.0", failures: 5, notBeforeMs: NOW_MS };
  assertEquals(
    afterTrial(before, { to: "2.0", isDone: false, nowMs: NOW_MS }).failures,
    1,
  );
});

Deno.test("afterTrial gives a list the time to come after a success", () => {
  const before = { to: "2.0", failures: 5, notBeforeMs: NOW_MS };
  assertEquals(
    afterTrial(before, { to: "2.0", isDone: true, nowMs: NOW_MS }),
    { to: "2.0", failures: 0, notBeforeMs: NOW_MS + SETTLE_MS },
  );
});
