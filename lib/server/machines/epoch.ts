/**
 * The epoch: a number that grows with every start of the server, so that
 * machines know an old server's ping from a new one's (C-13, C-14). No clock
 * takes part in it (N-02).
 *
 * It is max(stored + 1, the highest that a machine of the fleet has heard + 1)
 * and it is stored before it is used.
 *
 * @module
 */

import { META_EPOCH, type Store, type Writer } from "../store/store.ts";

/** Only so many bits travel. */
const EPOCH_MAX = 2n ** 64n - 1n;

/**
 * A machine that reports more than this above ours is lying: so many starts
 * and restored copies do not happen, and the last epoch must never be used up.
 */
const LEAP_MAX = 2n ** 32n;

/** This server's epoch. */
export class Epoch {
  readonly #writer: Writer;
  #current: bigint;
  #stored: bigint;

  private constructor(writer: Writer, current: bigint) {
    this.#writer = writer;
    this.#current = current;
    this.#stored = current;
  }

  /** Begins the next epoch; it is in the store when this resolves. */
  static async begin(store: Store, writer: Writer): Promise<Epoch> {
    const stored = await store.meta(META_EPOCH);
    const current = BigInt(stored ?? "0") + 1n;
    await store.commit([
      { kind: "meta", key: META_EPOCH, value: String(current) },
    ]);
    return new Epoch(writer, current);
  }

  /** What pings carry. */
  get current(): bigint {
    return this.#current;
  }

  /**
   * A machine of the fleet has heard this epoch of ours, or of the server that
   * our store is an older copy of: the next ping must be newer.
   */
  heard(reported: bigint): void {
    if (reported <= this.#current || reported >= EPOCH_MAX) return;
    if (reported - this.#current > LEAP_MAX) return;
    const next = reported + 1n;
    if (next <= this.#stored) return;
    this.#stored = next;
    this.#writer
      .commit([{ kind: "meta", key: META_EPOCH, value: String(next) }])
      .then(() => {
        if (next > this.#current) this.#current = next;
      }, () => {
        this.#stored = this.#current; // The next machine that tells tries again.
      });
  }
}
