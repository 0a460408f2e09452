/**
 * The paths of the tasks: for each verb, phase and answer of the machine, what
 * comes next. The table is the specification of an order's way through the
 * house; `orders.ts` walks it.
 *
 * Three rules give it its shape (DESIGN sections 3 and 7):
 *
 * - Done means proved. A `[reussi]` leads to `prove`, and only the answer to
 *   `[possede]` ends the task.
 * - A lost conversation says nothing about what the machine did. So after a
 *   lost order the next conversation begins with the question (`else`,
 *   `check`), and asks for the very same (order, attempt), which a machine
 *   that has done it answers without doing it again.
 * - Only a `[rate]` raises the attempt, because only then has the machine
 *   closed its books on the last one.
 *
 * A rollback has no version to ask for before the machine has told one. So a
 * lost one is ordered again, with the same pair: had it been done already, the
 * machine repeats its answer, and takes no second step back.
 *
 * @module
 */

import type { Verb } from "../shapes/api_schema.ts";
import type { Outcome as Ending } from "../../sep/server_api.ts";
import type { ListEnding } from "../lists/list_arrivals.ts";
import type { TaskPhase } from "../shapes/task.ts";

/** What a cell of the table says. */
export type Cell =
  /** The answer is proved: done. */
  | { readonly end: string }
  /** On with the same task, at once. */
  | { readonly go: TaskPhase }
  /** Begin again later, in this phase. */
  | { readonly retry: TaskPhase }
  /** By the reason, the machine's or ours; begin again, if at all, here. */
  | { readonly judge: TaskPhase }
  /** The machine contradicts itself. */
  | { readonly fail: string };

/** What a conversation, or the wait for a list, can bring. */
export type Input =
  | "owned"
  | "missing"
  | "done"
  | "unnamed"
  | "failed"
  | "absent"
  | "coming"
  | "unchanged"
  | "received"
  | "refused"
  | "lost";

const NOT_THERE =
  "The machine reported success, but says that it does not have the program";
const STILL_THERE =
  "The machine reported success, but says that it still has the program";

const NOT_NAMED =
  "The machine reported success, but not which version it has now";

type Path = Partial<Record<TaskPhase, Partial<Record<Input, Cell>>>>;

/** Each verb's path. A missing cell is an answer that nobody asked for. */
// deno-fmt-ignore
export const PATHS: Record<Verb, Path> = {
  has: {
    ask:   { owned: { end: "oui" },         missing: { end: "non" },                              lost: { retry: "ask" } },
  },
  ensure: {
    else:  { owned: { end: "oui" },         done: { go: "prove" },    failed: { judge: "else" },  lost: { retry: "else" } },
    prove: { owned: { end: "reussi" },      missing: { fail: NOT_THERE },                         lost: { retry: "prove" } },
  },
  install: {
    act:   {                                done: { go: "prove" },    failed: { judge: "else" },  lost: { retry: "else" } },
    else:  { owned: { end: "reussi" },      done: { go: "prove" },    failed: { judge: "else" },  lost: { retry: "else" } },
    prove: { owned: { end: "reussi" },      missing: { fail: NOT_THERE },                         lost: { retry: "prove" } },
  },
  update: {
    look:  { owned: { go: "else" },         missing: { end: "absent" },                           lost: { retry: "look" } },
    else:  { owned: { end: "oui" },         done: { go: "prove" },    failed: { judge: "else" },  lost: { retry: "else" } },
    prove: { owned: { end: "reussi" },      missing: { fail: NOT_THERE },                         lost: { retry: "prove" } },
  },
  remove: {
    act:   { done: { go: "prove" },         absent: { go: "gone" },   failed: { judge: "act" },   lost: { retry: "check" } },
    check: { owned: { go: "act" },          missing: { end: "reussi" },                           lost: { retry: "check" } },
    prove: { owned: { fail: STILL_THERE },  missing: { end: "reussi" },                           lost: { retry: "prove" } },
    gone:  { owned: { fail: STILL_THERE },  missing: { end: "absent" },                           lost: { retry: "gone" } },
  },
  rollback: {
    act:   { unnamed: { fail: NOT_NAMED },  done: { go: "prove" },    failed: { judge: "act" },   lost: { retry: "act" } },
    prove: { owned: { end: "reussi" },      missing: { fail: NOT_THERE },                         lost: { retry: "prove" } },
  },
  collect: {
    act:   { coming: { go: "list" },        unchanged: { end: "unchanged" },                      lost: { retry: "act" } },
    list:  { received: { end: "received" },                           refused: { judge: "act" },  lost: { retry: "act" } },
  },
};

/** Where each verb begins. */
export const FIRST_PHASE: Record<Verb, TaskPhase> = {
  has: "ask",
  ensure: "else",
  install: "act",
  update: "look",
  remove: "act",
  rollback: "act",
  collect: "act",
};

/** Which column of the table an ending is; what was not asked for is lost. */
export function inputOf(verb: Verb, ending: Ending | ListEnding): Input {
  switch (ending.kind) {
    case "list":
      return ending.coming ? "coming" : "unchanged";
    case "failed":
      return verb === "remove" && ending.reason === "absent"
        ? "absent"
        : "failed";
    case "done":
      // What a rollback has led to is known from nobody else.
      return verb === "rollback" && ending.version === "" ? "unnamed" : "done";
    case "owned":
    case "missing":
    case "received":
      return ending.kind;
    case "list refused":
      return "refused";
    default:
      return "lost";
  }
}
