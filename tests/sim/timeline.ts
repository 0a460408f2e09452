/**
 * The time of a simulated world: what is to happen, in order. One moment after
 * the other is lived; between two of them every promise that can go on has
 * gone on.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** Takes back what has not happened yet. */
export type TakeBack = () => void;

interface Moment {
  readonly atMs: number;
  readonly order: number;
  act: (() => void) | null;
}

/** What is to happen, soonest first. */
export class Timeline {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: the soonest is the first. */
  readonly #heap: Moment[] = [];
  /** Moments that were lived. */
  lived = 0;

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets it happen so many milliseconds from now. */
  after(delayMs: number, act: () => void): TakeBack {
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const moment: Moment = { atMs, order: this.#order++, act };
    this.#push(moment);
    return () => void (moment.act = null);
  }

  /** Lives on for so long, or until `isOver` says so between two moments. */
  async live(forMs: number, isOver: () => boolean = () => false) {
    const untilMs = this.#nowMs + forMs;
    await settled();
    while (!isOver()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = untilMs;
        return;
      }
      this.#pop();
      if (next.act === null) continue;
      this.#nowMs = next.atMs;
      this.lived++;
      next.act();
      await settled();
    }
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(moment, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = moment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (
        child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)
      ) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Moment, b: Moment): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/**
 * Lets every promise that can go on, go on. Nothing in a simulated world waits
 * for the real one, so one turn of the loop is enough: before it ends, the
 * queue of promises is empty.
 */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
