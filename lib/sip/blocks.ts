/**
 * The buffers of the server's transfers, used again and again: memory follows
 * the number of transfers that run at once, not the number that ever ran.
 *
 * @module
 */

import { type Blocks, makeBlocks } from "./pump.ts";

/** Pairs that are kept while nothing is transferred. */
const IDLE_MAX = 4;

export class BlockPool {
  readonly #blockBytes: number;
  readonly #idle: Blocks[] = [];
  #made = 0;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /** Pairs that were ever made. */
  get made(): number {
    return this.#made;
  }

  /** Pairs that are kept for the next transfers. */
  get idle(): number {
    return this.#idle.length;
  }

  /** A pair that nobody else uses. */
  take(): Blocks {
    return this.#idle.pop() ?? this.#make();
  }

  /** Gives a pair back; only one that no connection can still be using. */
  give(blocks: Blocks): void {
    if (this.#idle.length < IDLE_MAX) this.#idle.push(blocks);
  }

  #make(): Blocks {
    this.#made += 1;
    return makeBlocks(this.#blockBytes);
  }
}
