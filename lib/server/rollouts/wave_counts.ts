/**
 * How far the machines of each wave are. Pure.
 *
 * A machine belongs to the last order that names it: who had a wave go on again
 * does not want its first try to count.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { isEnded, type Task } from "../shapes/task.ts";

/** How many machines of a wave are where. */
export interface WaveCounts {
  readonly machines: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** They are at it, or can be asked. */
  readonly running: number;
  /** They have not answered yet, because they are off. */
  readonly absent: number;
}

/** Nobody. */
export const NO_COUNTS: WaveCounts = {
  ...{ machines: 0, done: 0, failed: 0, cancelled: 0, running: 0, absent: 0 },
};

/** A machine's last task, and the wave whose order it is of. */
export interface LastTask {
  readonly wave: number;
  readonly task: Task;
}

/** The last task of each machine. */
export function lastTasks(
  tasksOf: readonly (readonly Task[])[],
): Map<MachineId, LastTask> {
  const last = new Map<MachineId, LastTask>();
  for (const [wave, tasks] of tasksOf.entries()) {
    for (const task of tasks) {
      const before = last.get(task.machine);
      if (before !== undefined && before.task.order > task.order) continue;
      last.set(task.machine, { wave, task });
    }
  }
  return last;
}

/** The counts of each of so many waves. */
export function countsOf(
  last: Iterable<LastTask>,
  waves: number,
  isThere: (machine: MachineId) => boolean,
): WaveCounts[] {
  const counts = Array.from({ length: waves }, () =>
    ({ ...NO_COUNTS }) as {
      -readonly [K in keyof WaveCounts]: number;
    });
  for (const { wave, task } of last) {
    const count = counts[wave];
    if (count === undefined) continue;
    count.machines++;
    if (task.state === "running") count.running++;
    else if (task.state !== "waiting") count[task.state]++;
    else if (isThere(task.machine)) count.running++;
    else count.absent++;
  }
  return counts;
}

/** Whom a rollout that goes on asks again: not who did it, nor who is at it. */
export function askedAgain(
  last: Iterable<LastTask>,
  isStopped: boolean,
): MachineId[] {
  return [...last].filter(({ task }) =>
    isEnded(task) && task.state !== "done" &&
    (isStopped || task.state === "cancelled")
  ).map(({ task }) => task.machine);
}
