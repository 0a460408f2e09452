/**
 * Time, as the rest of the house sees it. Two clocks that must not be mixed:
 * the monotonic one drives every timer and deadline, so that a wall clock that
 * jumps fires nothing (N-03); the wall clock is for people and for the expiry
 * of signed statements only.
 *
 * @module
 */

/** Ends a timer that has not fired yet; harmless when it has. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z, as the machine believes. */
  wallMs(): number;
  /** Calls `then` once, `delayMs` from now on the monotonic clock. */
  after(delayMs: number, then: () => void): Cancel;
}

/** Resolves after `delayMs` (milliseconds) on the clock's monotonic time. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}
