/**
 * What one order means to another: a task that comes after it on the same
 * machine, and what is known of the machine's programs once it is done. Pure.
 *
 * @module
 */

import { ANY_VERSION } from "../../trust/names.ts";
import { isEnded, type Order, type Task } from "../shapes/task.ts";
import type { Write } from "../store/store.ts";
import type { TaskEvent } from "./task_events.ts";
import { provedVersion } from "./task_opening.ts";

/** What happens to a task while the order before it has not ended. */
export function waitFor(before: Order): TaskEvent {
  return { kind: "hold", reason: `Waits for order ${named(before)}` };
}

/**
 * What happens to a task when the order before it has ended so; null: it may
 * begin. A program without what it requires is never sent.
 */
export function verdictOf(before: Order, ended: Task): TaskEvent | null {
  if (!isEnded(ended) || ended.state === "done") return null;
  const how = ended.state === "cancelled" ? "was cancelled" : "failed";
  const because = ended.reason === null ? "" : `: ${ended.reason}`;
  const reason = `Order ${named(before)} ${how}${because}`;
  return { kind: "abandon", reason, note: ended.note };
}

/**
 * What the store is told of a task: the task, and which version of its program
 * the machine has now, when its end says so.
 */
export function writesOf(order: Order, task: Task): Write[] {
  const write: Write = { kind: "task", task };
  const version = task.state === "done" ? versionAfter(order, task) : null;
  if (version === null) return [write];
  const told = { machine: task.machine, name: order.name, version };
  return [write, { kind: "told", told }];
}

/** Null: it does not say. */
function versionAfter(order: Order, task: Task): string | null {
  const { answer } = task;
  switch (order.verb) {
    case "install":
      return order.version;
    case "ensure":
      // Else it may be the system's own.
      return answer === "reussi" ? order.version : null;
    case "update":
      return answer === "absent" ? "" : order.version;
    case "remove":
      // That one version is not there says nothing of another one.
      return answer === "absent" && order.version !== ANY_VERSION ? null : "";
    case "rollback":
      return provedVersion(order, task);
    case "has":
    case "collect":
      return null;
  }
}

function named({ id, name, version }: Order): string {
  return `${id} (${name} ${version})`;
}
