/**
 * The open tasks of the whole fleet, each in its machine's queue. Pure memory.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { Order, Task } from "../shapes/task.ts";
import { MachineQueue, type Slot, slotOf } from "./machine_queue.ts";

/** A queue for each machine that has something to do. */
export class OpenTasks {
  readonly #queues = new Map<MachineId, MachineQueue>();

  add(order: Order, task: Task): Slot {
    const queue = this.#queues.get(task.machine) ?? new MachineQueue();
    this.#queues.set(task.machine, queue);
    const slot = slotOf(order, task);
    queue.add(slot);
    return slot;
  }

  /** One machine's, oldest order first. */
  of(machine: MachineId): readonly Slot[] {
    return this.#queues.get(machine)?.slots ?? [];
  }

  /** Those that have something to do. */
  get machines(): MachineId[] {
    return [...this.#queues.keys()];
  }

  all(): Slot[] {
    return [...this.#queues.values()].flatMap(({ slots }) => slots);
  }

  find(machine: MachineId, order: number): Slot | null {
    return this.#queues.get(machine)?.find(order) ?? null;
  }

  /** What the machine may be asked next, as far as its orders are concerned. */
  next(machine: MachineId): Slot | null {
    return this.#queues.get(machine)?.next() ?? null;
  }

  /** The open order of the same program that this one waits behind. */
  behind(machine: MachineId, order: number): Order | null {
    return this.#queues.get(machine)?.behind(order) ?? null;
  }

  /** The open order that must be done before this one. */
  before(slot: Slot): Slot | null {
    return this.#queues.get(slot.task.machine)?.before(slot) ?? null;
  }

  /** Forgets what has ended on the machine; the tasks that come after it. */
  end({ order, task: { machine } }: Slot): readonly Slot[] {
    const queue = this.#queues.get(machine);
    if (queue === undefined) return [];
    queue.tidy();
    if (queue.isEmpty) this.#queues.delete(machine);
    return queue.after(order.id);
  }

  /** Orders that have not ended. */
  get orderCount(): number {
    return new Set(this.all().map(({ order }) => order.id)).size;
  }
}
