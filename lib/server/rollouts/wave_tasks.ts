/**
 * What the store says of a rollout's waves.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { MachineState } from "../shapes/api_schema.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import type { Task } from "../shapes/task.ts";
import type { Store } from "../store/store.ts";
import {
  askedAgain,
  countsOf,
  type LastTask,
  lastTasks,
  NO_COUNTS,
  type WaveCounts,
} from "./wave_counts.ts";

/** What looking needs. */
export interface WaveTasksOptions {
  readonly store: Pick<Store, "order" | "tasks">;
  readonly registry: { stateOf(machine: MachineId): MachineState | null };
}

/** Looks. */
export class WaveTasks {
  readonly #options: WaveTasksOptions;

  constructor(options: WaveTasksOptions) {
    this.#options = options;
  }

  /** How far each wave is. */
  async counts(record: RolloutRecord): Promise<WaveCounts[]> {
    const { registry } = this.#options;
    const swift = await this.#swiftly(record);
    if (swift !== null) return swift;
    const last = await this.last(record);
    return countsOf(
      last.values(),
      record.waves.length,
      (machine) => registry.stateOf(machine) === "alive",
    );
  }

  /** The last task of each machine that a wave has taken. */
  async last({ waves }: RolloutRecord): Promise<Map<MachineId, LastTask>> {
    const { store } = this.#options;
    const tasks: Task[][] = [];
    for (const { orders } of waves) {
      const ofWave: Task[] = [];
      for (const order of orders) ofWave.push(...await store.tasks(order));
      tasks.push(ofWave);
    }
    return lastTasks(tasks);
  }

  /** Whom it asks again when it goes on. */
  async again(record: RolloutRecord): Promise<MachineId[]> {
    const last = await this.last(record);
    return askedAgain(last.values(), record.state === "stopped");
  }

  /**
   * By the orders' counts, without each of ten thousand tasks; null: they do
   * not say it all.
   */
  async #swiftly({ waves }: RolloutRecord): Promise<WaveCounts[] | null> {
    const all: WaveCounts[] = [];
    for (const { orders } of waves) {
      const [order, ...more] = orders;
      if (more.length > 0) return null;
      const summary = order === undefined
        ? null
        : await this.#options.store.order(order);
      if (summary === null) {
        all.push(NO_COUNTS);
        continue;
      }
      const { waiting, running, done, failed, cancelled } = summary.counts;
      // Who of those that wait is off, only the tasks themselves say.
      if (waiting > 0 && running === 0) return null;
      const ended = done + failed + cancelled;
      const counts = { done, failed, cancelled, running: running + waiting };
      all.push({ ...counts, machines: ended + counts.running, absent: 0 });
    }
    return all;
  }
}
