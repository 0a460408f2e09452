/**
 * A bound on the entries of a tree that people can make as large as they like:
 * what is too much is not looked at, and that is said once.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";

/** How many entries of one tree may still be looked at. */
export class Allowance {
  readonly #faults: FaultList;
  readonly #of: string;
  readonly #entriesMax: number;
  #taken = 0;

  /** `of` says in a fault which tree it is. */
  constructor(faults: FaultList, of: string, entriesMax: number) {
    this.#faults = faults;
    this.#of = of;
    this.#entriesMax = entriesMax;
  }

  /** Nothing more is looked at. */
  get isSpent(): boolean {
    return this.#taken > this.#entriesMax;
  }

  /** One more entry; false, and a fault once, when it is one too many. */
  take(): boolean {
    if (this.isSpent) return false;
    if (++this.#taken <= this.#entriesMax) return true;
    this.#faults.add(
      `Only ${this.#entriesMax} entries of ${this.#of} were looked at`,
    );
    return false;
  }
}
