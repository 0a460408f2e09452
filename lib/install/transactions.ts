/**
 * One order at a time, journalled from its beginning to its end. This file
 * knows when things are recorded and what happens when an error comes between;
 * what an install or a removal does is `install_steps.ts`, and how it is
 * closed is `settle.ts`.
 *
 * @module
 */

import type { Disk, DiskLock } from "../host/disk.ts";
import { Journal } from "./journal.ts";
import type { Transaction } from "./journal_record.ts";
import type { Layout } from "./layout.ts";
import {
  DONE,
  type Failure,
  failure,
  failureOf,
  type Result,
} from "./result.ts";
import { settle, type Settled, sweep } from "./settle.ts";

/** The pair under which a result is kept. */
export interface Ordered {
  readonly order: bigint;
  readonly attempt: number;
}

/** Where the transactions work, and with what. */
export interface TransactionsOptions {
  readonly disk: Disk;
  readonly layout: Layout;
  /** The directory of the journal and the lock. */
  readonly state: string;
  /** Told of errors that are not the outcome of any order: a sentence. */
  readonly onTrouble?: (sentence: string) => void;
}

interface Running {
  readonly key: string;
  readonly order: bigint;
  readonly result: Promise<Result | null>;
}

/** The journal, its lock, and whose turn it is. */
export class Transactions {
  /** What the start found to close; null when all was well. */
  readonly recovered: Settled | null;
  readonly #options: TransactionsOptions;
  readonly #journal: Journal;
  readonly #lock: DiskLock;
  #running: Running | null = null;
  /** The failure of a transaction that could not be undone yet. */
  #owed: Failure | null = null;

  private constructor(
    options: TransactionsOptions,
    journal: Journal,
    lock: DiskLock,
    recovered: Settled | null,
  ) {
    this.#options = options;
    this.#journal = journal;
    this.#lock = lock;
    this.recovered = recovered;
  }

  /** As `Installer.open`, which says what it throws. */
  static async open(options: TransactionsOptions): Promise<Transactions> {
    const { disk, layout, state } = options;
    const lock = await disk.lock(`${state}/installer.lock`);
    if (lock === null) {
      throw new Error(
        `Cannot install programs: another agent holds "${state}"; stop it, or ` +
          "give this one a state directory of its own",
      );
    }
    let journal: Journal | null = null;
    try {
      journal = await Journal.open(disk, `${state}/journal`);
      const recovered = await settle({ disk, layout, journal, owed: null });
      await sweep(disk, layout);
      const opened = new Transactions(options, journal, lock, recovered);
      if (!journal.isCompact) await opened.#compact();
      return opened;
    } catch (error) {
      journal?.close();
      lock.release();
      throw error;
    }
  }

  /** The recorded result of this attempt of this order, or null. */
  resultOf({ order, attempt }: Ordered): Result | null {
    return this.#journal.state.resultOf(order, attempt);
  }

  /** Waits for the order that runs, then lets go of journal and lock. */
  async close(): Promise<void> {
    await this.#running?.result;
    this.#journal.close();
    this.#lock.release();
  }

  /**
   * Runs `act` for an order that has no result yet, unless another order runs.
   * The same order asked for twice at once is one order: a conversation that
   * was restarted must not hear that the machine is busy with itself.
   *
   * What `act` throws becomes a failure, which is recorded.
   */
  async exclusively<R extends Result | null>(
    what: string,
    ordered: Ordered,
    doing: string,
    act: () => Promise<R>,
  ): Promise<R | Result> {
    const recorded = this.resultOf(ordered);
    if (recorded !== null) return recorded;
    const { order, attempt } = ordered;
    const key = `${what}/${order}/${attempt}`;
    const running = this.#running;
    if (running !== null) {
      // Not recorded: the same attempt may be done when the machine is free.
      return running.key === key
        ? await running.result as R | Result
        : failure("busy", `${doing}: order ${running.order} is being done`);
    }
    const result = this.#attempt(ordered, doing, act);
    this.#running = { key, order, result };
    try {
      return await result;
    } finally {
      this.#running = null;
    }
  }

  async #attempt<R extends Result | null>(
    ordered: Ordered,
    doing: string,
    act: () => Promise<R>,
  ): Promise<R | Result> {
    try {
      await this.#settle();
      if (this.#journal.isLarge) await this.#compact();
      return await act();
    } catch (error) {
      return await this.#recordFailure(ordered, failureOf(error, doing));
    }
  }

  /** Records the result of an order that changed nothing, and returns it. */
  async record(ordered: Ordered, result: Result): Promise<Result> {
    if (!result.ok) return await this.#recordFailure(ordered, result);
    const { order, attempt } = ordered;
    await this.#journal.append({ do: "result", order, attempt, result });
    return result;
  }

  async #recordFailure(
    { order, attempt }: Ordered,
    result: Failure,
  ): Promise<Failure> {
    if (this.#journal.state.open !== null) return result;
    try {
      await this.#journal.append({ do: "result", order, attempt, result });
    } catch (error) {
      this.#trouble(`Cannot record the failure of order ${order}`, error);
    }
    return result;
  }

  /** The name of the next transaction. */
  nextId({ order, attempt }: Ordered): string {
    return `${this.#journal.nextSequence}-${order}-${attempt}`;
  }

  /**
   * One change: begin, `perform`, commit. When `perform` returns a failure, or
   * anything throws, the change is undone. Inside `exclusively` only.
   */
  async transact(
    transaction: Transaction,
    doing: string,
    perform: () => Promise<Failure | null>,
  ): Promise<Result> {
    let failed: Failure | null = null;
    try {
      await this.#journal.append({ do: "begin", ...transaction });
      failed = await perform();
      if (failed === null) {
        await this.#journal.append({ do: "commit", id: transaction.id });
      }
    } catch (error) {
      failed = failureOf(error, doing);
    }
    this.#owed = failed;
    try {
      await this.#settle();
    } catch (error) {
      // It stays open, and is closed before the next order or at the next
      // start. What is told now is true either way.
      this.#trouble(`Cannot tidy up after order ${transaction.order}`, error);
    }
    if (failed === null) return DONE;
    const isRecorded = this.resultOf(transaction) !== null;
    return isRecorded ? failed : await this.#recordFailure(transaction, failed);
  }

  async #settle(): Promise<void> {
    const { disk, layout } = this.#options;
    const journal = this.#journal;
    await settle({ disk, layout, journal, owed: this.#owed });
    this.#owed = null;
  }

  /** A journal that stays long is no reason to refuse work. */
  async #compact(): Promise<void> {
    try {
      await this.#journal.compact();
    } catch (error) {
      this.#trouble("Cannot compact the installer's journal", error);
    }
  }

  #trouble(doing: string, error: unknown): void {
    this.#options.onTrouble?.(failureOf(error, doing).detail);
  }
}
