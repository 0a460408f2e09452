/**
 * Chance that is decided by a seed: a 32-bit xorshift, good enough for nonces
 * that nobody attacks.
 *
 * @module
 */

import type { Randomness } from "../../lib/host/randomness.ts";

export class FakeRandomness implements Randomness {
  #state: number;

  constructor(seed: number) {
    // Zero would stay zero for ever; a few turns spread small seeds apart.
    this.#state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let turn = 0; turn < 16; turn++) this.#next();
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.#next() >>> 24);
  }

  fraction(): number {
    return this.#next() / 0x1_0000_0000;
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }
}
