/**
 * The system's own source of randomness. Jitter uses it too: it is fast
 * enough, and one source is easier to reason about than two.
 *
 * @module
 */

import type { Randomness } from "./randomness.ts";

/** The randomness of this machine. */
export function realRandomness(): Randomness {
  return {
    bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    fraction,
  };
}

/** 53 random bits over 2^53: every value a double can hold evenly in [0, 1). */
function fraction(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}
