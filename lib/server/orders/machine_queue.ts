/**
 * The open tasks of one machine, and which of them may run next. Pure memory:
 * no clock, no store.
 *
 * Orders of one program run in the order they were given, or a removal could
 * overtake the install that it is to undo. Orders of other programs need not
 * wait for one that is being put off.
 *
 * @module
 */

import type { Cancel } from "../../host/clock.ts";
import type { ListArrival } from "../lists/list_arrivals.ts";
import { isEnded, type Order, type Task } from "../shapes/task.ts";

/** One open task in memory. */
export interface Slot {
  readonly order: Order;
  task: Task;
  /** It may run as soon as the machine can be asked. */
  isDue: boolean;
  /** A new session of the machine ends its waiting. */
  isEager: boolean;
  /** Ends its timer. */
  cancelTimer: Cancel;
  /** The list that is waited for. */
  arrival: ListArrival | null;
}

/** A task's place in the queue, at its beginning. */
export function slotOf(order: Order, task: Task): Slot {
  return {
    order,
    task,
    isDue: true,
    isEager: false,
    cancelTimer: () => {},
    arrival: null,
  };
}

/** What the order that is given now makes superfluous, and why. */
export function superseded(
  slots: readonly Slot[],
  given: Order,
  isThere: boolean,
): { readonly slot: Slot; readonly reason: string }[] {
  const { id, verb } = given;
  if (verb === "collect") {
    const reason = `Order ${id} asks for the same list`;
    return collections(slots, isThere).map((slot) => ({ slot, reason }));
  }
  const reason = `Order ${id} takes its place, at any time`;
  return overtaken(slots, given).map((slot) => ({ slot, reason }));
}

/**
 * The collections that a new one makes superfluous: a machine that is there
 * answers each; one put off needs the last only.
 */
function collections(slots: readonly Slot[], isThere: boolean): Slot[] {
  return slots.filter(({ order, task }) =>
    order.verb === "collect" && !(isThere && task.reason === null)
  );
}

/**
 * What an order that may be done at any time takes the place of: orders of the
 * same program that have not begun and wait for a window. Else it would wait
 * behind them for that very window. Not what others come after.
 */
function overtaken(slots: readonly Slot[], by: Order): Slot[] {
  if (!by.anytime || by.verb === "has") return [];
  return slots.filter(({ order, task }) =>
    order.name === by.name && !order.anytime && order.verb !== "has" &&
    task.state === "waiting" && task.attempt === 1 && task.tries === 0 &&
    !slots.some(({ task: { after } }) => after === order.id)
  );
}

/** The open tasks of one machine, oldest order first. */
export class MachineQueue {
  #slots: Slot[] = [];

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  add(slot: Slot): void {
    this.#slots.push(slot);
  }

  find(order: number): Slot | null {
    return this.#slots.find((slot) => slot.order.id === order) ?? null;
  }

  /** The open order that must be done before this one; null when none is. */
  before({ task: { after } }: Slot): Slot | null {
    return after === null ? null : this.find(after);
  }

  /** The open order of the same program that was given before it. */
  behind(order: number): Order | null {
    const own = this.find(order);
    const first = this.#slots.find((slot) =>
      slot.order.name === own?.order.name
    );
    return first === undefined || first === own ? null : first.order;
  }

  /** The tasks that come after this order. */
  after(order: number): readonly Slot[] {
    return this.#slots.filter(({ task }) => task.after === order);
  }

  /**
   * The oldest task that is due, and is neither behind another of its program
   * nor after an order that has not ended.
   */
  next(): Slot | null {
    const programs = new Set<string>();
    for (const slot of this.#slots) {
      const mayRun = slot.isDue && !programs.has(slot.order.name) &&
        this.before(slot) === null;
      if (mayRun) return slot;
      programs.add(slot.order.name);
    }
    return null;
  }

  /** Forgets what has ended. */
  tidy(): void {
    this.#slots = this.#slots.filter(({ task }) => !isEnded(task));
  }
}
