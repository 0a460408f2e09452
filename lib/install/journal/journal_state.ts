/**
 * What a journal's entries mean together: the one transaction that may be
 * open, and how the last orders ended. Also the order in which entries may
 * follow each other: the journal is ours alone, so an entry out of order is
 * our own mistake, and stopping beats going on from it.
 *
 *     begin -> commit -> end          it holds, and is tidied up
 *     begin -> trial -> commit -> end the same, of the agent itself
 *     begin -> undone                 it never was
 *     result                          nothing was changed; between the others
 *     floor, downgrade                what a compaction carries over
 *
 * Pure.
 *
 * @module
 */

import { done, type Result } from "../result.ts";
import type { Commit, JournalEntry, Transaction } from "./entries.ts";
import { Floors, UsedDowngrades } from "./floors.ts";

/** How many results are kept, the last ones. */
export const RESULTS_MAX = 1_000;

/** A transaction that was begun and not closed. */
export type OpenTransaction = Transaction & {
  readonly committed: boolean;
  /** What the commit will say that the new agent may write; null: none may. */
  readonly trial: Commit | null;
};

/** The result of one order's attempt. */
export interface RecordedResult {
  readonly order: bigint;
  readonly attempt: number;
  readonly result: Result;
}

/** What the entries so far say. */
export class JournalState {
  /** The transaction that was begun and not closed; null when there is none. */
  open: OpenTransaction | null = null;
  readonly floors = new Floors();
  readonly downgrades = new UsedDowngrades();
  readonly #results = new Map<string, RecordedResult>();

  /**
   * Takes in the next entry.
   *
   * @throws {Error} when it may not follow what was there; nothing is changed.
   */
  apply(entry: JournalEntry): void {
    switch (entry.do) {
      case "journal":
        return;
      case "begin": {
        this.#demand(this.open === null, entry);
        const { do: _, ...transaction } = entry;
        this.open = { ...transaction, committed: false, trial: null };
        return;
      }
      case "trial": {
        const open = this.#openOf(entry, false);
        this.#demand(open.trial === null, entry);
        const { do: _, id: __, ...trial } = entry;
        this.open = { ...open, trial };
        return;
      }
      case "commit": {
        const open = this.#openOf(entry, false);
        this.open = { ...open, committed: true };
        if (entry.floor !== null) {
          this.floors.raise({ name: open.name, ...entry.floor });
        }
        if (entry.downgrade !== null) this.downgrades.take(entry.downgrade);
        return this.#keep(open, done(entry.version, entry.note));
      }
      case "undone": {
        const open = this.#openOf(entry, false);
        this.open = null;
        if (entry.result !== null) this.#keep(open, entry.result);
        return;
      }
      case "end":
        this.#openOf(entry, true);
        this.open = null;
        return;
      case "result":
        this.#demand(this.open === null, entry);
        return this.#keep(entry, entry.result);
      case "floor":
        return this.floors.raise(entry);
      case "downgrade":
        return this.downgrades.take(entry);
    }
  }

  /** How this attempt of this order ended; null when it did not, or long ago. */
  resultOf(order: bigint, attempt: number): Result | null {
    return this.#results.get(`${order}/${attempt}`)?.result ?? null;
  }

  /** Nobody will ask for them again. */
  forgetResults(): void {
    this.#results.clear();
  }

  /** The results that are kept, the oldest first. */
  results(): readonly RecordedResult[] {
    return [...this.#results.values()];
  }

  #openOf(
    entry: JournalEntry & { readonly id: string },
    committed: boolean,
  ): OpenTransaction {
    const { open } = this;
    this.#demand(open?.id === entry.id && open.committed === committed, entry);
    if (open === null) throw new TypeError("There is no open transaction");
    return open;
  }

  #keep(
    { order, attempt }: { readonly order: bigint; readonly attempt: number },
    result: Result,
  ): void {
    const key = `${order}/${attempt}`;
    this.#results.delete(key);
    this.#results.set(key, { order, attempt, result });
    const [oldest] = this.#results.keys();
    if (this.#results.size > RESULTS_MAX && oldest !== undefined) {
      this.#results.delete(oldest);
    }
  }

  #demand(holds: boolean, entry: JournalEntry): void {
    if (holds) return;
    const before = this.open === null
      ? "no transaction is open"
      : `${this.open.id} is open${this.open.committed ? ", committed" : ""}`;
    throw new Error(`The journal cannot go on with ${entry.do}: ${before}`);
  }
}
