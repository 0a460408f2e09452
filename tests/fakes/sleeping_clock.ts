/**
 * The clock of a laptop: while its lid is closed the monotonic time stands
 * still and no timer fires; when it opens, each timer goes on where it was.
 *
 * @module
 */

import type { Cancel, Clock } from "../../lib/host/clock.ts";

export class SleepingClock implements Clock {
  readonly #clock: Clock;
  #asleepSinceMs: number | null = null;
  #sleptMs = 0;
  readonly #held: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  monotonicMs(): number {
    return (this.#asleepSinceMs ?? this.#clock.monotonicMs()) - this.#sleptMs;
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, then: () => void): Cancel {
    const dueMs = this.monotonicMs() + delayMs;
    let cancelled = false;
    const arm = () => {
      const restMs = dueMs - this.monotonicMs();
      this.#clock.after(Math.max(0, restMs), () => {
        if (cancelled) return;
        if (this.#asleepSinceMs !== null) this.#held.push(arm);
        else if (this.monotonicMs() < dueMs) arm();
        else then();
      });
    };
    arm();
    return () => void (cancelled = true);
  }

  /** Closes the lid. */
  sleep(): void {
    this.#asleepSinceMs ??= this.#clock.monotonicMs();
  }

  /** Opens it. */
  wake(): void {
    if (this.#asleepSinceMs === null) return;
    this.#sleptMs += this.#clock.monotonicMs() - this.#asleepSinceMs;
    this.#asleepSinceMs = null;
    for (const arm of this.#held.splice(0)) arm();
  }
}
