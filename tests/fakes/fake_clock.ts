/**
 * A clock that moves only when told to, and fires its timers in order of time,
 * then of their making.
 *
 * @module
 */

import type { Cancel, Clock } from "../../lib/host/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly then: () => void;
}

export interface FakeClockOptions {
  /** Lets every promise that can go on, go on; the default does real turns. */
  readonly settle?: () => Promise<void>;
  /** Of timers due at one millisecond, the one made last fires first. */
  readonly lastFirst?: boolean;
}

export class FakeClock implements Clock {
  #nowMs = 1_000;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #settle: () => Promise<void>;
  readonly #lastFirst: boolean;
  /** Added to the monotonic time to make the wall clock: jumps as you like. */
  wallOffsetMs = 1_700_000_000_000;

  constructor({ settle: how, lastFirst }: FakeClockOptions = {}) {
    this.#settle = how ?? settle;
    this.#lastFirst = lastFirst ?? false;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  after(delayMs: number, then: () => void): Cancel {
    const timer = { atMs: this.#nowMs + delayMs, order: this.#order++, then };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Fires what is due within `ms`, letting promises settle in between.
   *
   * @param ms How far the clock moves.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.#settle();
    for (let fired = 0; fired < 1_000_000; fired++) {
      if (!await this.#fire(untilMs)) break;
    }
    this.#nowMs = untilMs;
  }

  /**
   * Moves to the first timer that is due within `ms` and fires it alone.
   * False, and time stands still, when there is none.
   */
  async fireNext(ms: number): Promise<boolean> {
    await this.#settle();
    return await this.#fire(this.#nowMs + ms);
  }

  async #fire(untilMs: number): Promise<boolean> {
    const next = this.#next(untilMs);
    if (next === null) return false;
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.then();
    await this.#settle();
    return true;
  }

  #next(untilMs: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.atMs > untilMs) continue;
      if (first === null || this.#isBefore(timer, first)) first = timer;
    }
    return first;
  }

  #isBefore(a: Timer, b: Timer): boolean {
    if (a.atMs !== b.atMs) return a.atMs < b.atMs;
    return this.#lastFirst ? a.order > b.order : a.order < b.order;
  }
}

/** Lets every promise that can go on, go on, timers and files included. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
