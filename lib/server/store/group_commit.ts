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

import { type Clock, sleep } from "../../host/clock.ts";
import type { Write, Writer } from "./store.ts";

/** Shorter than anybody notices, longer than a burst's distances. */
const WINDOW_MS = 5;

/** Changes in one transaction; the loop must not stall behind it (F-03). */
const WEIGHT_MAX = 1_000;

/** A list of so much is a transaction of some milliseconds (B-09). */
const LISTS_WEIGHT_MAX = 500;

/** These may each cost a signature, for the journal. */
const SIGNED: ReadonlySet<Write["kind"]> = new Set<Write["kind"]>([
  "machine",
  "secret used",
  "task",
  "tags",
]);

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
      this.#last = this.#last.then(() => this.#commit(group))
        .then(() => this.#breathe(group));
    }
    return this.#last;
  }

  /** A transaction knows no pause, so others get their turn behind it. */
  async #breathe(group: readonly Batch[]): Promise<void> {
    const lists = sumOf(group, ({ writes }) => sumOf(writes, listWeight));
    if (lists >= LISTS_WEIGHT_MAX) await sleep(this.#clock, 0);
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
  let sum = 0;
  for (const batch of batches) {
    const weight = sumOf(batch.writes, weightOf);
    if (last.length > 0 && sum + weight > WEIGHT_MAX) {
      groups.push(last);
      last = [];
      sum = 0;
    }
    last.push(batch);
    sum += weight;
  }
  if (last.length > 0) groups.push(last);
  return groups;
}

function weightOf(write: Write): number {
  return 1 + (SIGNED.has(write.kind) ? 1 : 0) + listWeight(write);
}

/** What a change costs beside being one: each program is a line or two. */
function listWeight(write: Write): number {
  if (write.kind === "list part") return write.programs.length;
  // In the worst case every line of it has changed.
  return write.kind === "list" ? write.list.programs : 0;
}

function sumOf<T>(of: readonly T[], weight: (one: T) => number): number {
  return of.reduce((sum, one) => sum + weight(one), 0);
}
