/**
 * Long work in turns with everything else: the machines' messages come in on
 * the same loop, and must not wait for somebody's table (B-09, F-03).
 *
 * @module
 */

import { type Clock, sleep } from "../../host/clock.ts";

/** How long the loop may be held. */
const HOLD_MS_MAX = 15;

/** One for each piece of long work. */
export class Breaths {
  readonly #clock: Clock;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** Call it often: it lets others run when the work has had its time. */
  async take(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs < HOLD_MS_MAX) return;
    await sleep(this.#clock, 0);
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
