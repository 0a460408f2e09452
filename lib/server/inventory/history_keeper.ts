/**
 * Forgets old lists: at the start and then every day, in pieces, so that
 * nothing else waits for it.
 *
 * @module
 */

import { type Cancel, type Clock, sleep } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import { HISTORY_LIMITS, type ListStore } from "../store/store.ts";

/** What the keeper needs. */
export interface HistoryKeeperOptions {
  readonly store: Pick<ListStore, "prune" | "lists">;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a list is kept after a newer one has come. */
  readonly keepDays: number;
}

const DAY_MS = 86_400_000;

/** Between two pieces; the disk is others' as well. */
const PAUSE_MS = 10;

/** Runs until it is stopped. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  #cancel: Cancel = () => {};
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#prune();
    this.#cancel = this.#options.clock.after(DAY_MS, () => this.start());
  }

  /** Resolves when the store is not touched any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#running;
  }

  async #prune(): Promise<void> {
    const { store, clock, log, keepDays } = this.#options;
    try {
      const beforeMs = await this.#nowMs() - keepDays * DAY_MS;
      const retention = { ...HISTORY_LIMITS, beforeMs };
      while (!this.#isStopped && await store.prune(retention)) {
        await sleep(clock, PAUSE_MS);
      }
    } catch (error) {
      log("error", "Cannot forget old lists; trying again in a day", {
        error: sentenceOf(error),
      });
    }
  }

  /**
   * The wall clock, but not later than the newest word of any machine: a
   * clock that is years ahead when the computer starts must not make the whole
   * history old (N-03).
   */
  async #nowMs(): Promise<number> {
    const { store, clock } = this.#options;
    const words = (await store.lists()).map(({ confirmedMs }) => confirmedMs);
    return Math.min(
      clock.wallMs(),
      words.reduce((a, b) => Math.max(a, b), 0),
    );
  }
}
