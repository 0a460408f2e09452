/** A task's paths: every cell of the table, and what no path may ever do. */

import { assert, assertEquals } from "@std/assert";
import { type Verb, VERBS } from "../../../lib/server/shapes/api_schema.ts";
import { isEnded, type TaskPhase } from "../../../lib/server/shapes/task.ts";
import { FIRST_PHASE, PATHS } from "../../../lib/server/orders/task_paths.ts";
import { newTask, NOON_MS } from "../examples.ts";
import {
  type AnyEnding,
  BACK,
  COMING,
  DONE,
  end,
  ENDINGS,
  LOST,
  MISSING,
  OWNED,
  rate,
  refusal,
  running,
  step,
  told,
  UNCHANGED,
} from "./order_steps.ts";

type Row = [Verb, TaskPhase, AnyEnding, string];

// deno-fmt-ignore
const ROWS: Row[] = [
  ["has",     "ask",   OWNED,                    "done oui"],
  ["has",     "ask",   MISSING,                  "done non"],
  ["has",     "ask",   LOST,                     "waiting ask"],

  ["ensure",  "else",  OWNED,                    "done oui"],
  ["ensure",  "else",  DONE,                     "running prove"],
  ["ensure",  "else",  rate("disk"),             "waiting else #2"],
  ["ensure",  "else",  rate("signature"),        "failed"],
  ["ensure",  "else",  LOST,                     "waiting else"],
  ["ensure",  "prove", OWNED,                    "done reussi"],
  ["ensure",  "prove", MISSING,                  "failed"],
  ["ensure",  "prove", LOST,                     "waiting prove"],

  ["install", "act",   DONE,                     "running prove"],
  ["install", "act",   rate("disk"),             "waiting else #2"],
  ["install", "act",   rate("hash"),             "waiting else #2"],
  ["install", "act",   rate("downgrade"),        "failed"],
  ["install", "act",   LOST,                     "waiting else"],
  ["install", "else",  OWNED,                    "done reussi"],
  ["install", "else",  DONE,                     "running prove"],
  ["install", "else",  rate("network"),          "waiting else #2"],
  ["install", "else",  LOST,                     "waiting else"],
  ["install", "prove", OWNED,                    "done reussi"],
  ["install", "prove", MISSING,                  "failed"],
  ["install", "prove", LOST,                     "waiting prove"],

  ["update",  "look",  OWNED,                    "running else"],
  ["update",  "look",  MISSING,                  "done absent"],
  ["update",  "look",  LOST,                     "waiting look"],
  ["update",  "else",  OWNED,                    "done oui"],
  ["update",  "else",  DONE,                     "running prove"],
  ["update",  "else",  rate("busy"),             "waiting else #2"],
  ["update",  "else",  LOST,                     "waiting else"],
  ["update",  "prove", OWNED,                    "done reussi"],
  ["update",  "prove", MISSING,                  "failed"],
  ["update",  "prove", LOST,                     "waiting prove"],

  ["remove",  "act",   DONE,                     "running prove"],
  ["remove",  "act",   rate("absent"),           "running gone"],
  ["remove",  "act",   rate("protected"),        "failed"],
  ["remove",  "act",   rate("busy"),             "waiting act #2"],
  ["remove",  "act",   LOST,                     "waiting check"],
  ["remove",  "check", OWNED,                    "running act"],
  ["remove",  "check", MISSING,                  "done reussi"],
  ["remove",  "check", LOST,                     "waiting check"],
  ["remove",  "prove", MISSING,                  "done reussi"],
  ["remove",  "prove", OWNED,                    "failed"],
  ["remove",  "prove", LOST,                     "waiting prove"],
  ["remove",  "gone",  MISSING,                  "done absent"],
  ["remove",  "gone",  OWNED,                    "failed"],
  ["remove",  "gone",  LOST,                     "waiting gone"],

  ["rollback", "act",   BACK,                    "running prove"],
  ["rollback", "act",   DONE,                    "failed"],
  ["rollback", "act",   rate("downgrade"),       "failed"],
  ["rollback", "act",   rate("disk"),            "waiting act #2"],
  ["rollback", "act",   LOST,                    "waiting act"],
  ["rollback", "prove", OWNED,                   "done reussi"],
  ["rollback", "prove", MISSING,                 "failed"],
  ["rollback", "prove", LOST,                    "waiting prove"],

  ["collect", "act",   UNCHANGED,                "done unchanged"],
  ["collect", "act",   COMING,                   "running list"],
  ["collect", "act",   LOST,                     "waiting act"],
  ["collect", "list",  { kind: "received" },     "done received"],
  ["collect", "list",  { kind: "not received" }, "waiting act"],
  ["collect", "list",  refusal("hash"),          "waiting act #2"],
  ["collect", "list",  refusal("later"),         "waiting act #2"],
  ["collect", "list",  refusal("signature"),     "failed"],
  ["collect", "list",  refusal("package"),       "failed"],
];

for (const [verb, phase, ending, expected] of ROWS) {
  const word = "reason" in ending ? `rate{${ending.reason}}` : ending.kind;
  Deno.test(`stepTask: ${verb}, ${phase}, ${word}: ${expected}, C-02`, () => {
    assertEquals(told(end(verb, running(phase), ending)), expected);
  });
}

Deno.test("stepTask's table has a row for each of its cells here", () => {
  for (const verb of VERBS) {
    for (const [phase, cells] of Object.entries(PATHS[verb])) {
      for (const input of Object.keys(cells)) {
        const isHere = ROWS.some(([v, p, ending, told]) => {
          const found = "reason" in ending && ending.reason === "absent"
            ? "absent"
            : ending.kind === "list"
            ? (ending.coming ? "coming" : "unchanged")
            : ending.kind === "not received"
            ? "lost"
            : ending.kind === "list refused"
            ? "refused"
            : v === "rollback" && ending === DONE
            ? "unnamed"
            : ending.kind;
          return v === verb && p === phase && found === input && told !== "";
        });
        assert(isHere, `${verb} ${phase} ${input}`);
      }
    }
  }
});

Deno.test("stepTask takes every ending in every phase, and is never done unproved, C-21", () => {
  const proofs = new Set(["owned", "missing", "list", "received"]);
  for (const verb of VERBS) {
    for (const phase of Object.keys(PATHS[verb]) as TaskPhase[]) {
      for (const ending of ENDINGS) {
        const { task, action } = end(verb, running(phase), ending);
        const label = `${verb} ${phase} ${JSON.stringify(ending)}`;
        if (task.state === "done") assert(proofs.has(ending.kind), label);
        if (isEnded(task)) assertEquals(task.endedMs, NOON_MS, label);
        if (task.state !== "done" && !isEnded(task)) {
          assertEquals(task.endedMs, null, label);
        }
        if (task.state === "waiting") {
          assert(task.reason !== null && task.nextTryMs !== null, label);
          assertEquals(action.kind, "wait", label);
        }
        const raised = task.attempt > 1;
        const refused = ["failed", "list refused"].includes(ending.kind);
        if (raised) assert(refused, label);
      }
    }
  }
});

Deno.test("stepTask begins each verb in a phase of its path", () => {
  for (const verb of VERBS) {
    assert(PATHS[verb][FIRST_PHASE[verb]] !== undefined, verb);
    const start = newTask("m", { phase: FIRST_PHASE[verb] });
    const { task, action } = step(verb, start, { kind: "start" });
    assertEquals([task.state, action.kind], ["running", "converse"]);
  }
});
