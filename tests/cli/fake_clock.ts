/**
 * Two clocks for tests: one that stands still until it is told to move, and
 * one that runs through short waits as fast as it can.
 */

import type { Clock } from "../../lib/host/clock.ts";

/** 2026-01-02T03:04:05.000Z. */
export const WALL_START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

interface Timer {
  readonly dueMs: number;
  readonly then: () => void;
}

/** A clock that moves when it is told to. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return WALL_START_MS + this.#nowMs;
  }

  after(delayMs: number, then: () => void): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), then };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves on, and fires what is due, in order. */
  moveTo(nowMs: number): void {
    for (;;) {
      const due = [...this.#timers]
        .filter((timer) => timer.dueMs <= nowMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.then();
    }
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }
}

/** Waits longer than this are deadlines, and are not run through. */
const SHORT_MS_MAX = 1_000;

/** A clock on which a short wait takes no time at all. */
export class QuickClock extends FakeClock {
  override after(delayMs: number, then: () => void): () => void {
    const forget = super.after(delayMs, then);
    if (delayMs > SHORT_MS_MAX) return forget;
    const dueMs = this.monotonicMs() + delayMs;
    const timer = setTimeout(() => this.moveTo(dueMs), 0);
    return () => {
      clearTimeout(timer);
      forget();
    };
  }
}
