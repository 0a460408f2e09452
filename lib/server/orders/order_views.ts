/**
 * Orders and tasks as fronts show them. Pure.
 *
 * @module
 */

import type {
  OrderView,
  PlanView,
  TaskState,
  TaskView,
} from "../shapes/api_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import type { OrderedTasks, OrderSummary, TaskCounts } from "../store/store.ts";
import type { Order, Task } from "../shapes/task.ts";
import type { PlanGroup } from "./order_plan.ts";

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
    expiresAt: isoOf(order.expiresMs),
    deadlineAt: isoOf(order.deadlineMs ?? null),
    anytime: order.anytime,
    origin: order.origin,
    on: [...order.on],
    state: stateOf(counts),
    counts: { ...counts },
    ...(tasks === undefined ? {} : { tasks }),
  };
}

/** The order, as if it were the machine's alone. */
export function viewAlone(order: Order, { state }: Task): OrderView {
  const none = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  return viewOrder({ order, counts: { ...none, [state]: 1 } });
}

/** What is known of a task beside what the store keeps. */
export interface TaskSurroundings {
  /** Bytes of its package that are at the machine; null: none was fetched. */
  readonly bytes: number | null;
  /** The open order of the same program that it waits behind. */
  readonly behind: Order | null;
}

/** The task of the machine that is called so now. */
export function viewTask(
  task: Task,
  machineName: string,
  { size, bytes, behind }: TaskSurroundings & Pick<Order, "size">,
): TaskView {
  const { machine, state, attempt, answer, reason, note, after } = task;
  return {
    ...{ machine, machineName, state, attempt, answer, note, after },
    version: task.toldVersion,
    reason: state !== "waiting"
      ? reason
      : behind !== null
      ? `Waits for order ${behind.id}, which is of the same program`
      : reason ?? "Waits for its turn",
    nextTryAt: isoOf(task.nextTryMs),
    endedAt: isoOf(task.endedMs),
    ...(bytes === null || state !== "running"
      ? {}
      : { progress: { bytes, size } }),
  };
}

/** Orders that were given to be done before another one. */
export function viewFirst(
  orders: readonly OrderedTasks[],
): NonNullable<OrderView["first"]> {
  return orders.map(({ order: { id, name, version }, tasks }) => (
    { id, name, version, machines: tasks.length }
  ));
}

/** What would be done to each group of machines. */
export function viewGroups(
  groups: readonly PlanGroup[],
): PlanView["groups"] {
  return groups.map(({ machines, steps, now, problem }) => ({
    machines: machines.map(({ name }) => name),
    steps: steps.map(({ name, version }, at) => (
      { name, version, now: now[at] ?? "" }
    )),
    problem,
  }));
}

/** Names that a sentence holds before it only counts the rest. */
const NAMES_TOLD_MAX = 8;

/** `pc-1, pc-2: Cannot install editor 2.0: ...`, one for each such group. */
export function problemsOf(groups: readonly PlanGroup[]): string[] {
  return groups.flatMap(({ machines, problem }) => {
    if (problem === null) return [];
    const names = machines.slice(0, NAMES_TOLD_MAX).map(({ name }) => name);
    const more = machines.length - names.length;
    const others = more === 0 ? "" : ` and ${more} more`;
    return [`${names.join(", ")}${others}: ${problem}`];
  });
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
