/**
 * Many changes, one sync of the disk: what comes within a short window goes
 * into one transaction. Whoever gave a change waits for it as before; he only
 * shares the price.
 *
 * One bad change must not take its neighbours with it: when a shared
 * transaction fails, each is tried again alone.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { Write, Writer } from "./store.ts";

/** Shorter than anybody notices, longer than a burst's distances. */
const WINDOW_MS = 5;

/** Changes in one transaction; the loop must not stall behind it (F-03). */
const WRITES_MAX = 1_000;

interface Batch {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A writer in front of the store's own. */
export class GroupCommit implements Writer {
  readonly #store: Writer;
  readonly #clock: Clock;
  #waiting: Batch[] = [];
  #isArmed = false;
  #last = Promise.resolve();

  constructor(store: Writer, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  commit(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, resolve, reject });
      if (this.#isArmed) return;
      this.#isArmed = true;
      this.#clock.after(WINDOW_MS, () => void this.flush());
    });
  }

  /** Commits what waits, now; resolves when it is done, and never rejects. */
  flush(): Promise<void> {
    this.#isArmed = false;
    const batches = this.#waiting;
    this.#waiting = [];
    // One group after the other: two changes of one thing keep their order.
    for (const group of groupsOf(batches)) {
      this.#last = this.#last.then(() => this.#commit(group));
    }
    return this.#last;
  }

  async #commit(group: readonly Batch[]): Promise<void> {
    try {
      await this.#store.commit(group.flatMap(({ writes }) => writes));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1) return group[0]?.reject(error);
      for (const batch of group) await this.#commit([batch]);
    }
  }
}

/** Batches stay whole, and in their order. */
function groupsOf(batches: readonly Batch[]): Batch[][] {
  const groups: Batch[][] = [];
  let last: Batch[] = [];
  let count = 0;
  for (const batch of batches) {
    if (last.length > 0 && count + batch.writes.length > WRITES_MAX) {
      groups.push(last);
      last = [];
      count = 0;
    }
    last.push(batch);
    count += batch.writes.length;
  }
  if (last.length > 0) groups.push(last);
  return groups;
}
