/**
 * An order and its tasks: the order is what the owner wants of some machines,
 * a task is one machine's share of it. Only shapes; what happens to a task is
 * in `orders.ts`, how it is kept in `store.ts`.
 *
 * @module
 */

import type { TaskState, Verb } from "./api_schema.ts";
import type { MachineId } from "../../sep/server_api.ts";

/** What the owner ordered; it never changes. */
export interface Order {
  /** Given by the store, never twice: machines remember results under it. */
  readonly id: number;
  readonly verb: Verb;
  /** The program, "" for `collect`. */
  readonly name: string;
  /** `*` for whichever, "" for `collect`. */
  readonly version: string;
  /** Of the package, hex; "" when no file belongs to the order. */
  readonly sha256: string;
  /** Of the package, bytes. */
  readonly size: number;
  readonly createdMs: number;
  /** From then on no machine is asked for it any more; null: never. */
  readonly expiresMs: number | null;
  /** From then on no maintenance window is waited for; absent: none is set. */
  readonly deadlineMs?: number;
  /** Whatever the maintenance windows of the machines' groups say. */
  readonly anytime: boolean;
  /** Who gave it: "" is the owner, else `schedule`, `state`, `rollout 3`. */
  readonly origin: string;
  /** The WHEREs as they were given. */
  readonly on: readonly string[];
}

/**
 * Where a task is on its path:
 *
 * - `look`: does the machine have the program in any version?
 * - `ask`: does it have this version? (only a question)
 * - `else`: does it have this version? If not, install it.
 * - `act`: the order itself.
 * - `list`: the list is on its way.
 * - `check`: a removal's result was lost; is the program still there?
 * - `prove`: the machine reported success; does it have what it should?
 * - `gone`: the machine had nothing to remove; is that so?
 */
export type TaskPhase =
  | "look"
  | "ask"
  | "else"
  | "act"
  | "list"
  | "check"
  | "prove"
  | "gone";

/** One machine's share of an order. */
export interface Task {
  readonly order: number;
  /** The order that must be done on this machine before; null: none. */
  readonly after: number | null;
  readonly machine: MachineId;
  readonly state: TaskState;
  readonly phase: TaskPhase;
  /** The number that travels, from 1; only a `[rate]` raises it. */
  readonly attempt: number;
  /** `[rate]`s that count against `attemptsMax`. */
  readonly failures: number;
  /** Times in a row that it was put off: the exponent of the back-off. */
  readonly tries: number;
  /** The owner cancelled it while it was under way. */
  readonly cancelling: boolean;
  readonly answer: string | null;
  /** A sentence. */
  readonly reason: string | null;
  /** What the machine added to its last result; lines, "" for nothing. */
  readonly note: string;
  /** The version in use, by the machine's last `[reussi]`; "" for none. */
  readonly toldVersion: string;
  /** On the wall clock, for people; null when it waits for the machine. */
  readonly nextTryMs: number | null;
  readonly endedMs: number | null;
}

/** Has the task come to its end? */
export function isEnded(task: Task): boolean {
  return task.state !== "waiting" && task.state !== "running";
}

/** A task before its order has a number; `after` is a place among its orders. */
export type NewTask = Omit<Task, "order">;

/** An order before the store has given it its number. */
export interface NewOrder {
  readonly order: Omit<Order, "id">;
  readonly tasks: readonly NewTask[];
}

/** A machine's task at its beginning. */
export function taskAtStart(
  machine: MachineId,
  phase: TaskPhase,
  after: number | null = null,
): NewTask {
  return {
    machine,
    after,
    state: "waiting",
    phase,
    attempt: 1,
    failures: 0,
    tries: 0,
    cancelling: false,
    answer: null,
    reason: null,
    note: "",
    toldVersion: "",
    nextTryMs: null,
    endedMs: null,
  };
}
