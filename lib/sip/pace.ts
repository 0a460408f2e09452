/**
 * How fast all packages together may leave the server: a queue in time. Who
 * wants to send is told when the bytes before his have gone, so those who send
 * at once go in turn, and each gets as much as the others.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";

/** The pace of all transfers together. */
export interface Pace {
  /** Bytes a second, now; null: as fast as they go. */
  bytesPerSecond(): number | null;
}

/** Nothing is held back. */
export const UNPACED: Pace = { bytesPerSecond: () => null };

/** Bytes that go at once: small, so that a slow pace is an even one. */
export const SLICE_BYTES = 16_384;

/**
 * A transfer that gets less than this may be given up as a dead one by the
 * machine (`rate.ts`): so many are served, no more.
 */
const BYTES_PER_SECOND_EACH = 4_096;

/** How many transfers this pace can feed, up to `max`. */
export function transfersAt(bytesPerSecond: number | null, max: number) {
  return bytesPerSecond === null ? max : Math.min(
    max,
    Math.max(1, Math.floor(bytesPerSecond / BYTES_PER_SECOND_EACH)),
  );
}

/** When the queue is empty again, and how long these bytes wait. Pure. */
export function stepPace(
  freeMs: number,
  { nowMs, bytes, bytesPerSecond }: {
    readonly nowMs: number;
    readonly bytes: number;
    readonly bytesPerSecond: number;
  },
): { readonly freeMs: number; readonly waitMs: number } {
  const beginsMs = Math.max(freeMs, nowMs);
  return {
    freeMs: beginsMs + bytes * 1_000 / bytesPerSecond,
    waitMs: beginsMs - nowMs,
  };
}

/** The queue, with a clock. */
export class PacedQueue {
  readonly #clock: Clock;
  readonly #pace: Pace;
  #freeMs = 0;

  constructor(clock: Clock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** So many transfers at once, of `max`. */
  transfersMax(max: number): number {
    return transfersAt(this.#pace.bytesPerSecond(), max);
  }

  /** Bytes that may go with one turn. */
  get sliceBytes(): number {
    return this.#pace.bytesPerSecond() === null ? Infinity : SLICE_BYTES;
  }

  /** Resolves when it is the turn of so many bytes. */
  turn(bytes: number): Promise<void> {
    const bytesPerSecond = this.#pace.bytesPerSecond();
    if (bytesPerSecond === null) return Promise.resolve();
    const nowMs = this.#clock.monotonicMs();
    const { freeMs, waitMs } = stepPace(this.#freeMs, {
      ...{ nowMs, bytes, bytesPerSecond },
    });
    this.#freeMs = freeMs;
    return waitMs === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#clock.after(waitMs, resolve));
  }
}
