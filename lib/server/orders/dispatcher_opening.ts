/**
 * The first word of a task's next conversation, with what the dispatcher knows
 * of the house.
 *
 * @module
 */

import type { Opening } from "../../sep/server_api.ts";
import type { Order, Task } from "../shapes/task.ts";
import type { DispatcherOptions } from "./dispatcher_options.ts";
import { openingOf } from "./task_opening.ts";

/** What the task asks its machine. */
export function openingFor(
  { libraries, limits, deadlinesMs }: Pick<
    DispatcherOptions,
    "libraries" | "limits" | "deadlinesMs"
  >,
  { order, task, heldList }: {
    readonly order: Order;
    readonly task: Task;
    readonly heldList: string;
  },
): Opening {
  return openingOf(order, task, {
    ...{ heldList, libraries, workMs: limits.workMs },
    deadlinesMs: deadlinesMs(order),
  });
}
