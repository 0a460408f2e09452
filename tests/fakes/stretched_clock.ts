/**
 * A clock whose timers all fire early, or all fire late, by one factor; the
 * time it tells is right.
 *
 * @module
 */

import type { Clock } from "../../lib/host/clock.ts";

/** `clock`, with every delay multiplied by `factor`. */
export function stretched(clock: Clock, factor: number): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, then) => clock.after(delayMs * factor, then),
  };
}
