/**
 * One order at a time, journalled from its beginning to its end. This file
 * knows when things are recorded and what happens when an error comes between;
 * what an order changes is in `steps/`, and how it is closed in `recovery/`.
 *
 * @module
 */

import type { DiskLock } from "../../host/disk.ts";
import type { Transaction } from "../journal/entries.ts";
import type { Floors, UsedDowngrades } from "../journal/floors.ts";
import { Journal } from "../journal/journal.ts";
import { settle, settleAtStart, type Settled } from "../recovery/settle.ts";
import {
  cutText,
  type Failure,
  failure,
  failureOf,
  type Result,
} from "../result.ts";
import type { Site } from "../site.ts";
import type { Performed } from "../steps/step.ts";
import {
  owedBy,
  type PlannedTrial,
  type Trial,
  trialOn,
  type Verdict,
  type WaitingTrial,
  waitingTrial,
} from "./trial.ts";

/** The pair under which a result is kept. */
export interface Ordered {
  readonly order: bigint;
  readonly attempt: number;
}

/** Where the transactions work, and with what. */
export interface TransactionsOptions {
  readonly site: Site;
  /** The directory of the journal and the lock. */
  readonly state: string;
  /** The transaction to leave open, for this process is the one tried. */
  readonly trial: string | null;
  /** How the trial ended that another process was on. */
  readonly verdict: Verdict | null;
  /** Told once a new agent is to be tried; null: nobody could do it. */
  readonly onTrial: ((trial: Trial) => void) | null;
}

/** What is done, for the sentences; and the trial at its end, if there is one. */
export interface Doing {
  readonly doing: string;
  readonly trial: PlannedTrial | null;
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
  /** The trial that is under way, on either side of it. */
  #trial: WaitingTrial | null = null;
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
    const { site, state, trial, verdict } = options;
    const lock = await site.disk.lock(`${state}/installer.lock`);
    if (lock === null) {
      throw new Error(
        `Cannot install programs: another agent holds "${state}"; stop it, or ` +
          "give this one a state directory of its own",
      );
    }
    let journal: Journal | null = null;
    try {
      journal = await Journal.open(site.disk, `${state}/journal`);
      if (trial !== null) {
        const tried = new Transactions(options, journal, lock, null);
        tried.#trial = waitingTrial(journal.state, trial);
        return tried;
      }
      const owed = owedBy(verdict, journal.state);
      const recovered = await settleAtStart(site, journal, owed);
      const opened = new Transactions(options, journal, lock, recovered);
      if (!journal.isCompact && journal.state.open === null) {
        await opened.#compact();
      }
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

  /** The highest serials ever installed. */
  get floors(): Floors {
    return this.#journal.state.floors;
  }

  /** The downgrade statements that were used. */
  get downgrades(): UsedDowngrades {
    return this.#journal.state.downgrades;
  }

  /**
   * This process is the new agent, and it works: its transaction holds from
   * here on. Nothing is done when this process is on no trial.
   *
   * @throws what the disk throws before the commit; then the trial has failed.
   */
  async confirm(): Promise<void> {
    if (this.#trial === null) return;
    const { id, trial } = this.#trial;
    await this.#journal.append({ do: "commit", id, ...trial });
    this.#trial = null;
    try {
      await this.#settle();
    } catch (error) {
      this.#trouble("Cannot tidy up after the agent's update", error);
    }
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
    if (this.#trial !== null) {
      return failure("busy", `${doing}: a new agent is being tried`);
    }
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
   *
   * With a trial at its end the change is handed over instead of committed, and
   * what is returned is not recorded.
   */
  async transact(
    transaction: Transaction,
    { doing, trial }: Doing,
    perform: () => Promise<Performed>,
  ): Promise<Result> {
    let failed: Failure | null = null;
    try {
      await this.#journal.append({ do: "begin", ...transaction });
      const performed = await perform();
      if (performed.ok) {
        const { ok: _, ...commit } = performed;
        const note = cutText(commit.note);
        const { id } = transaction;
        const does = trial === null ? "commit" : "trial";
        await this.#journal.append({ do: does, id, ...commit, note });
        if (trial !== null) {
          this.#trial = waitingTrial(this.#journal.state, id);
          this.#options.onTrial?.(trialOn(this.#trial, trial));
          return failure("busy", `${doing}: it is being tried now`);
        }
      } else failed = performed;
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
    // Undoing may have had something to add to the failure.
    const recorded = this.resultOf(transaction);
    if (recorded !== null) return recorded;
    if (failed === null) throw new TypeError("A commit records its result");
    return await this.#recordFailure(transaction, failed);
  }

  async #settle(): Promise<void> {
    await settle(this.#options.site, this.#journal, this.#owed);
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
    this.#options.site.trouble(failureOf(error, doing).detail);
  }
}
