/**
 * The faults of one source, gathered while it is read. A broken file can hold
 * a fault on every line, so only the first ones are kept and the rest counted.
 *
 * @module
 */

import { LIST_LIMITS, type ListFault, madeListable } from "./program.ts";

/** Gathers the faults of one source. */
export class FaultList {
  readonly #source: string;
  readonly #sentences: string[] = [];
  #dropped = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** A whole sentence; strange text in it is best quoted by `describe`. */
  add(sentence: string): void {
    if (this.#sentences.length < LIST_LIMITS.faultsMax - 1) {
      this.#sentences.push(
        madeListable(sentence, LIST_LIMITS.faultLengthMax),
      );
    } else {
      this.#dropped++;
    }
  }

  /** At most `LIST_LIMITS.faultsMax` of them. */
  all(): ListFault[] {
    const last = this.#dropped === 0
      ? []
      : [`${this.#dropped} more faults of this kind`];
    return [...this.#sentences, ...last].map((error) => ({
      source: this.#source,
      error,
    }));
  }
}
