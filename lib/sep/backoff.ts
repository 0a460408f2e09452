/**
 * How long to wait before a lost conversation is begun again from zero: twice
 * as long each time, within bounds, and never the same for two machines.
 *
 * @module
 */

/**
 * Milliseconds before try `attempt` (0 is the first repetition).
 *
 * The jitter takes the wait anywhere between half of and the whole of its
 * bound; `fraction` in [0, 1) is handed in, so a test can name the result.
 */
export function backoffMs(
  attempt: number,
  { firstMs, maxMs, fraction }: {
    readonly firstMs: number;
    readonly maxMs: number;
    readonly fraction: number;
  },
): number {
  // 2^30 times anything is over every bound we use; a larger power would only
  // invite infinities.
  const bound = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(bound / 2 + bound / 2 * fraction);
}
