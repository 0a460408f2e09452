/**
 * Ends the orders whose time is over, also those of machines that nobody hears
 * of any more: an order given in June must not run in September.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import type { Slot } from "./machine_queue.ts";
import { SteadyWall } from "./steady_wall.ts";

/** What the sweep needs. */
export interface ExpirySweepOptions {
  readonly clock: Clock;
  /** All open tasks. */
  all(): readonly Slot[];
  /** It is too late for this one; never rejects. */
  expire(slot: Slot): void;
}

/** How late an expiry may come. */
const SWEEP_MS = 60_000;

/** Looks at every open task again and again. */
export class ExpirySweep {
  readonly #options: ExpirySweepOptions;
  readonly #wall: SteadyWall;
  #cancel: Cancel = () => {};

  constructor(options: ExpirySweepOptions) {
    this.#options = options;
    this.#wall = new SteadyWall(options.clock);
  }

  /** Begins; may be called once. */
  start(): void {
    this.#cancel = this.#options.clock.after(SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** The time, as far as an expiry may go by it. */
  nowMs(): number {
    return this.#wall.nowMs();
  }

  #sweep(): void {
    const nowMs = this.nowMs();
    for (const slot of this.#options.all()) {
      const { expiresMs } = slot.order;
      const isLate = expiresMs !== null && expiresMs <= nowMs;
      if (isLate && slot.task.state === "waiting") this.#options.expire(slot);
    }
  }
}
