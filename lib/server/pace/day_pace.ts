/**
 * The pace of packages by the time of day.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Pace } from "../../sip/pace.ts";
import { type Limit, limitAt } from "./limit.ts";

/** What holds is looked up so often, not for each piece that is sent. */
const LOOK_MS = 1_000;

/** Knows what holds now. */
export class DayPace implements Pace {
  readonly #clock: Clock;
  readonly #limits: readonly Limit[];
  #rate: number | null = null;
  #lookMs = -Infinity;

  constructor(clock: Clock, limits: readonly Limit[]) {
    this.#clock = clock;
    this.#limits = limits;
  }

  bytesPerSecond(): number | null {
    if (this.#limits.length === 0) return null;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookMs >= LOOK_MS) {
      this.#lookMs = nowMs;
      this.#rate = limitAt(this.#limits, this.#clock.wallMs());
    }
    return this.#rate;
  }
}
