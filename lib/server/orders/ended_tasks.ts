/**
 * Tasks that have ended, read back from the store: a late word of a machine
 * may still complete one, and a start finds tasks that waited for one.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { isEnded, type Order, type Task } from "../shapes/task.ts";
import { type Slot, slotOf } from "./machine_queue.ts";
import type { Store } from "../store/store.ts";

/** An order, and one machine's share of it that has ended. */
export interface EndedTask {
  readonly order: Order;
  readonly task: Task;
}

/** Looks orders up, each once: make one for one look, and let it go. */
export class EndedTasks {
  readonly #store: Pick<Store, "order" | "tasks">;
  readonly #known = new Map<number, Promise<Map<MachineId, EndedTask>>>();

  constructor(store: Pick<Store, "order" | "tasks">) {
    this.#store = store;
  }

  /** The machine's share of this order; null when there is none that ended. */
  async find(machine: MachineId, order: number): Promise<EndedTask | null> {
    const known = this.#known.get(order) ?? this.#read(order);
    this.#known.set(order, known);
    return (await known).get(machine) ?? null;
  }

  /** The same, in a queue's place: its note may still be completed. */
  async slot(machine: MachineId, order: number): Promise<Slot | null> {
    const found = await this.find(machine, order);
    return found === null ? null : slotOf(found.order, found.task);
  }

  async #read(number: number): Promise<Map<MachineId, EndedTask>> {
    const found = await this.#store.order(number);
    if (found === null) return new Map();
    const tasks = (await this.#store.tasks(number)).filter(isEnded);
    const { order } = found;
    return new Map(tasks.map((task) => [task.machine, { order, task }]));
  }
}
