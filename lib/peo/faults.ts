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

/** Faults of one document, whatever the number of sources. */
export const DOCUMENT_FAULTS_MAX = 64;

/** Their characters together: the line they stand on has a limit. */
const DOCUMENT_FAULT_CHARS_MAX = 10_240;

/**
 * As many of them as a document's first line has room for, in their order, and
 * one that counts the others. Each source's first fault goes before the second
 * of any.
 */
export function boundedFaults(faults: readonly ListFault[]): ListFault[] {
  const turns = new Map<string, number>();
  const inTurn = faults.map((fault, index) => {
    const turn = turns.get(fault.source) ?? 0;
    turns.set(fault.source, turn + 1);
    return { fault, index, turn };
  }).sort((a, b) => a.turn - b.turn || a.index - b.index);
  let chars = 0;
  const kept = inTurn.slice(0, DOCUMENT_FAULTS_MAX - 1).filter(({ fault }) => {
    chars += fault.error.length;
    return chars <= DOCUMENT_FAULT_CHARS_MAX;
  }).sort((a, b) => a.index - b.index).map(({ fault }) => fault);
  const dropped = faults.length - kept.length;
  if (dropped === 0) return [...faults];
  const error = `${dropped} more faults are not told`;
  return [...kept, { source: LIST_SOURCE, error }];
}

/** Stands for a source where the fault is the list's own. */
export const LIST_SOURCE = "list";
