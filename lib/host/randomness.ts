/**
 * The only source of chance: keys, nonces, conversation numbers and jitter all
 * come from here, so that a simulated world is decided by its seed.
 *
 * @module
 */

export interface Randomness {
  /** `count` unpredictable bytes; `count` at most 65,536. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A number in [0, 1), for jitter and random delays. */
  fraction(): number;
}
