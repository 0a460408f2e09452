/**
 * What a target costs: how long its calls take, and whether memory grows while
 * nothing is kept on purpose.
 *
 * @module
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** No call may be longer; nobody waits so long for a reader of bytes. */
export const CALL_MS_MAX = 1_000;
/** What may be in use after the runs beyond what was after the warm-up. */
export const HEAP_GROWTH_MIB_MAX = 8;
/** Of the whole process: the allocator keeps what it may use again. */
export const RSS_GROWTH_MIB_MAX = 128;

const MIB = 2 ** 20;

/** How long calls took, in classes of a quarter of a power of two. */
export class Stopwatch {
  readonly #classes = new Float64Array(160);
  #count = 0;
  /** The longest call and which run it was. */
  longest = { ms: 0, run: -1 };

  add(ms: number, run: number): void {
    const microseconds = Math.max(1, ms * 1_000);
    const found = Math.min(159, Math.floor(4 * Math.log2(microseconds)));
    this.#classes[found] = (this.#classes[found] ?? 0) + 1;
    this.#count++;
    if (ms > this.longest.ms) this.longest = { ms, run };
  }

  /** To a fifth of it. */
  get medianMs(): number {
    let left = this.#count / 2;
    for (const [index, count] of this.#classes.entries()) {
      left -= count;
      if (left <= 0) return 2 ** ((index + 0.5) / 4) / 1_000;
    }
    return 0;
  }
}

/**
 * Milliseconds that this thread was at work; of the clock on the wall where the
 * system does not tell. A busy machine lets a thread wait for seconds.
 */
export function workedMs(): number {
  try {
    const text = Deno.readTextFileSync("/proc/thread-self/schedstat");
    return Number(text.split(" ")[0]) / 1_000_000;
  } catch {
    return performance.now();
  }
}

/** Memory at one moment, in MiB. */
export interface Memory {
  /** Of the engine's heap and what hangs on it. */
  readonly heapMib: number;
  /** Of the process. */
  readonly rssMib: number;
}

let collect: (() => void) | null = null;

/** What is in use when all garbage is gone. */
export function memoryNow(): Memory {
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  for (let turn = 0; turn < 2; turn++) collect();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { heapMib: (heapUsed + external) / MIB, rssMib: rss / MIB };
}

/** What grew beyond its bound, as a sentence; null when nothing did. */
export function faultOfMemory(before: Memory, after: Memory): string | null {
  const heap = after.heapMib - before.heapMib;
  const rss = after.rssMib - before.rssMib;
  if (heap > HEAP_GROWTH_MIB_MAX) {
    return `The heap grew by ${heap.toFixed(1)} MiB, more than ` +
      `${HEAP_GROWTH_MIB_MAX}`;
  }
  return rss <= RSS_GROWTH_MIB_MAX ? null : `The process grew by ` +
    `${rss.toFixed(1)} MiB, more than ${RSS_GROWTH_MIB_MAX}`;
}
