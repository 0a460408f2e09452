/**
 * The machine's own two clocks. Timers run on the monotonic one, so a wall
 * clock that jumps fires nothing (N-01, N-03).
 *
 * @module
 */

import type { Cancel, Clock } from "./clock.ts";

/**
 * The longest delay that `setTimeout` keeps: it holds the milliseconds in 32
 * bits with a sign, and fires at once when they do not fit. Longer waits are
 * made of several.
 */
export const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The clock of this machine. */
export function realClock(): Clock {
  return {
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    after,
  };
}

function after(delayMs: number, then: () => void): Cancel {
  const dueMs = performance.now() + delayMs;
  let timer = arm();

  function arm() {
    const leftMs = Math.max(0, dueMs - performance.now());
    return leftMs > TIMEOUT_MS_MAX
      ? setTimeout(() => void (timer = arm()), TIMEOUT_MS_MAX)
      : setTimeout(then, leftMs);
  }
  return () => clearTimeout(timer);
}
