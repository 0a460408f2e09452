/**
 * The wall clock, for what cannot be taken back: an order that expires is gone.
 * A clock that leaps ahead (a battery that is empty, a server of time that is
 * wrong, N-02, N-03) is not believed before it has kept to it for a while;
 * until then time goes on as it went before.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";

/** A leap is more than this: a day of drift is far less. */
const LEAP_MS = 3_600_000;

/** Who set the clock by mistake has noticed by then. */
const BELIEVED_AFTER_MS = 600_000;

/** What is taken for the time. */
export class SteadyWall {
  readonly #clock: Pick<Clock, "wallMs" | "monotonicMs">;
  #wallMs: number;
  #monotonicMs: number;
  /** When the leap was seen, on the monotonic clock; null: there is none. */
  #leaptMs: number | null = null;

  constructor(clock: Pick<Clock, "wallMs" | "monotonicMs">) {
    this.#clock = clock;
    this.#wallMs = clock.wallMs();
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Milliseconds since 1970, as far as they can be believed. */
  nowMs(): number {
    const wallMs = this.#clock.wallMs();
    const monotonicMs = this.#clock.monotonicMs();
    const expectedMs = this.#wallMs + monotonicMs - this.#monotonicMs;
    if (wallMs - expectedMs > LEAP_MS) {
      this.#leaptMs ??= monotonicMs;
      if (monotonicMs - this.#leaptMs < BELIEVED_AFTER_MS) return expectedMs;
    }
    this.#leaptMs = null;
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
    return wallMs;
  }
}
