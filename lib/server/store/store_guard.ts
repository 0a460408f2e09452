/**
 * What becomes of the server when its disk is full, or refuses to be written
 * (B-04): it goes on, and answers whatever needs no writing. Nothing new is
 * taken and no machine is told anything new, until a try to write succeeds,
 * which is made every few seconds. The alarm is in the log and in `status`.
 *
 * While the alarm lasts nothing is tried but that: what small changes would
 * still fit into the last corner of a disk, and what not, is nobody's guess.
 *
 * @module
 */

import type { Cancel, Clock } from "../../host/clock.ts";
import type { Disk } from "../../host/disk.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import type { NewOrder } from "../shapes/task.ts";
import type { OrderedTasks, Store, Write, Writer } from "./store.ts";
import { sqliteCode } from "./store_file.ts";

/** What the guard needs. */
export interface StoreGuardOptions {
  readonly store: Pick<Store, "commit" | "addOrders">;
  readonly clock: Clock;
  readonly disk: Pick<Disk, "spaceFree">;
  /** Where the store is. */
  readonly directory: string;
  readonly log: Log;
  /** It can be written again. */
  recovered(): void;
}

/** Nothing was changed; a whole sentence. */
export class StoreRefused extends Error {
  override name = "StoreRefused";
}

/** Between two tries. */
const TRY_MS = 5_000;

/** With less room than this the next change would fail again. */
const SPACE_MIN = 4 * 1_024 * 1_024;

/** By SQLite's code: what was found, and what to do. */
const TROUBLES: Readonly<Record<number, string>> = {
  3: "the system refuses to write it; see to the permissions",
  8: "its disk is read-only; mount it for writing",
  10: "its disk reports errors; see to the disk",
  13: "its disk is full; make room there",
  14: "the system refuses to open it; see to the permissions",
};

/** In front of the store, for everything that writes. */
export class StoreGuard implements Writer, Pick<Store, "addOrders"> {
  readonly #options: StoreGuardOptions;
  #alarm: string | null = null;
  #cancel: Cancel = () => {};
  #isClosed = false;

  constructor(options: StoreGuardOptions) {
    this.#options = options;
  }

  /** Why nothing can be written; a sentence. Null: it can. */
  get alarm(): string | null {
    return this.#alarm;
  }

  commit(writes: readonly Write[]): Promise<void> {
    return this.#watch((store) => store.commit(writes));
  }

  addOrders(
    orders: readonly NewOrder[],
    beside?: Parameters<Store["addOrders"]>[1],
  ): Promise<OrderedTasks[]> {
    return this.#watch((store) => store.addOrders(orders, beside));
  }

  /** No more tries. */
  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #watch<T>(
    work: (store: StoreGuardOptions["store"]) => Promise<T>,
  ): Promise<T> {
    if (this.#alarm !== null) throw new StoreRefused(this.#alarm);
    try {
      return await work(this.#options.store);
    } catch (error) {
      const trouble = TROUBLES[sqliteCode(error)];
      if (trouble === undefined) throw error;
      throw new StoreRefused(this.#raise(trouble), { cause: error });
    }
  }

  #raise(trouble: string): string {
    const { directory, log } = this.#options;
    const alarm =
      `The store in "${directory}" cannot be written: ${trouble}. ` +
      "Until then nothing new is taken or ordered; the server goes on by " +
      "itself";
    if (this.#alarm === null) {
      log("error", "The store cannot be written", { alarm });
      this.#alarm = alarm;
      this.#arm();
    }
    return alarm;
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.after(TRY_MS, () => void this.#try());
  }

  async #try(): Promise<void> {
    const { store, clock, disk, directory, log, recovered } = this.#options;
    try {
      const free = await disk.spaceFree(directory);
      if (free < SPACE_MIN) return this.#arm();
      const value = String(clock.wallMs());
      await store.commit([{ kind: "meta", key: "tried", value }]);
    } catch (error) {
      log("debug", "The store still cannot be written", {
        error: sentenceOf(error),
      });
      return this.#arm();
    }
    this.#alarm = null;
    log("info", "The store can be written again");
    recovered();
  }
}
