/**
 * Moves a counted number of bytes from one place to another through two
 * buffers: while one is being emptied, the other is filled. The memory that a
 * transfer needs is those two buffers, whatever the size of the file.
 *
 * Knows neither connections nor files: download and upload, at both ends, give
 * it the two halves.
 *
 * @module
 */

import type { Fill } from "./fill.ts";

/** The two buffers of a transfer, of one length. */
export type Blocks = readonly [Uint8Array, Uint8Array];

export interface PumpOptions {
  /** Bytes to move. */
  readonly count: number;
  readonly blocks: Blocks;
  readonly fill: Fill;
  /** Takes all of the bytes; false when no more can be taken. */
  readonly drain: (bytes: Uint8Array) => Promise<boolean>;
}

/** How far it went, and which half stopped it. */
export interface Pumped {
  /** Bytes that went all the way. */
  readonly bytes: number;
  /** Null: all of them are through. */
  readonly stopped: "fill" | "drain" | null;
  /** What the half that stopped threw; null when it ended by itself. */
  readonly error: unknown;
}

/** Two buffers of `blockBytes` each. */
export function makeBlocks(blockBytes: number): Blocks {
  return [new Uint8Array(blockBytes), new Uint8Array(blockBytes)];
}

/**
 * Moves `count` bytes. When it returns, neither half is at work any more, and
 * everything that was filled in before the end has been drained: a cut
 * download keeps each byte that arrived (S-01).
 */
export async function pump(options: PumpOptions): Promise<Pumped> {
  const { count, blocks, fill } = options;
  const drain = new Drain(options.drain);
  for (let left = count, turn = 0; left > 0; turn ^= 1) {
    const whole = turn === 0 ? blocks[0] : blocks[1];
    const block = whole.subarray(0, Math.min(left, whole.length));
    const filled = await outcomeOf(() => fill(block));
    if (!await drain.settle()) return drain.pumped();
    if (filled.error !== null) return drain.pumped("fill", filled.error);
    const got = filled.value ?? 0;
    if (got > 0) drain.start(block.subarray(0, got));
    if (got < block.length) {
      return await drain.settle() ? drain.pumped("fill") : drain.pumped();
    }
    left -= got;
  }
  await drain.settle();
  return drain.pumped();
}

/** The half that takes bytes, one block at a time, in the background. */
class Drain {
  readonly #drain: PumpOptions["drain"];
  #pending: Promise<Tried<boolean>> | null = null;
  #pendingBytes = 0;
  #bytes = 0;
  #stopped: Pick<Pumped, "stopped" | "error"> = { stopped: null, error: null };

  constructor(drain: PumpOptions["drain"]) {
    this.#drain = drain;
  }

  start(bytes: Uint8Array): void {
    this.#pendingBytes = bytes.length;
    this.#pending = outcomeOf(() => this.#drain(bytes));
  }

  /** Waits for the block under way; false when it was not taken. */
  async settle(): Promise<boolean> {
    if (this.#pending === null) return true;
    const { value, error } = await this.#pending;
    this.#pending = null;
    if (value === true) {
      this.#bytes += this.#pendingBytes;
      return true;
    }
    this.#stopped = { stopped: "drain", error };
    return false;
  }

  pumped(stopped?: "fill", error: unknown = null): Pumped {
    const end = stopped === undefined ? this.#stopped : { stopped, error };
    return { bytes: this.#bytes, ...end };
  }
}

/** A value, or what was thrown in its place. */
interface Tried<T> {
  readonly value: T | null;
  readonly error: unknown;
}

async function outcomeOf<T>(act: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await act(), error: null };
  } catch (error) {
    return { value: null, error: error ?? new Error("unknown") };
  }
}
