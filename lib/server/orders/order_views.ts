/**
 * Orders and tasks as fronts show them. Pure.
 *
 * @module
 */

import type { OrderView, TaskState, TaskView } from "../shapes/api_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import type { OrderSummary, TaskCounts } from "../store/store.ts";
import type { Task } from "../shapes/task.ts";

/** The order; with its tasks when they are given. */
export function viewOrder(
  { order, counts }: OrderSummary,
  tasks?: TaskView[],
): OrderView {
  return {
    id: order.id,
    verb: order.verb,
    name: order.name,
    version: order.version,
    createdAt: isoOf(order.createdMs),
    on: [...order.on],
    state: stateOf(counts),
    counts: { ...counts },
    ...(tasks === undefined ? {} : { tasks }),
  };
}

/** The task of the machine that is called so now. */
export function viewTask(task: Task, machineName: string): TaskView {
  const { machine, state, attempt, answer, reason } = task;
  return {
    machine,
    machineName,
    state,
    attempt,
    answer,
    reason: reason ?? (state === "waiting" ? "Waits for its turn" : null),
    nextTryAt: isoOf(task.nextTryMs),
    endedAt: isoOf(task.endedMs),
  };
}

/**
 * An order is under way while one of its tasks is; then one failure makes it
 * failed, and only when all are done is it done.
 */
const STATES_BY_WEIGHT: readonly TaskState[] = [
  "running",
  "waiting",
  "failed",
  "cancelled",
];

function stateOf(counts: TaskCounts): TaskState {
  return STATES_BY_WEIGHT.find((state) => counts[state] > 0) ?? "done";
}
