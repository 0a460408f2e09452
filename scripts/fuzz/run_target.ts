/**
 * Runs one target: draws inputs, checks them, measures, and stops at the first
 * that shows a fault.
 *
 * @module
 */

import { Chance } from "./chance.ts";
import {
  CALL_MS_MAX,
  faultOfMemory,
  type Memory,
  memoryNow,
  Stopwatch,
  workedMs,
} from "./gauge.ts";
import type { Probe, Target } from "./target.ts";

/** How many runs, and which. */
export interface Span {
  readonly seed: number;
  /** The first run; to repeat one of many. */
  readonly from: number;
  readonly count: number;
  readonly seconds: number;
}

/** What came of it. */
export interface Report {
  readonly name: string;
  readonly runs: number;
  readonly seconds: number;
  /** How inputs ended, and how many. */
  readonly tally: Readonly<Record<string, number>>;
  readonly medianMs: number;
  readonly longest: { readonly ms: number; readonly run: number };
  readonly before: Memory;
  readonly after: Memory;
  /** What does not hold; null when all does. */
  readonly fault: string | null;
}

/** Runs before memory is measured the first time: caches fill, code is made. */
const WARM_PART = 10;
const WARM_RUNS_MAX = 100_000;
/** Runs in one turn of the event loop. */
const RUNS_OF_TASK = 200;
/** So few runs need not come to every end. */
const RUNS_FOR_ENDS = 5_000;
/** Characters of an input that are printed. */
const SHOWN_CHARS_MAX = 2_000;

/** Runs it; `began` is told of each run before it. */
export async function runTarget(
  target: Target,
  span: Span,
  began: (run: number) => void,
): Promise<Report> {
  const session = new Session(target, span);
  try {
    return await session.run(began);
  } finally {
    await session.close();
  }
}

class Session {
  readonly #target: Target;
  readonly #span: Span;
  readonly #chance: Chance;
  readonly #tally: Record<string, number> = {};
  readonly #watch = new Stopwatch();
  #probe: Probe<unknown> | null = null;

  constructor(target: Target, span: Span) {
    this.#target = target;
    this.#span = span;
    this.#chance = new Chance(span.seed);
  }

  async close(): Promise<void> {
    await this.#probe?.close?.();
    this.#probe = null;
  }

  async run(began: (run: number) => void): Promise<Report> {
    const { from, count, seconds } = this.#span;
    const { life = Infinity } = this.#target;
    // A probe that remembers is asked everything that it was asked before.
    const first = life === Infinity ? from : from - from % life;
    const warm = Math.min(Math.ceil(count / WARM_PART), WARM_RUNS_MAX);
    const begunMs = performance.now();
    let before: Memory | null = null;
    let fault: string | null = null;
    let run = first;
    for (; run < from + count && fault === null; run++) {
      if (performance.now() - begunMs > seconds * 1_000) break;
      const isWarm = run - from >= warm ||
        performance.now() - begunMs > seconds * 1_000 / WARM_PART;
      if (before === null && isWarm) before = memoryNow();
      began(run);
      // The runtime gives some of its memory back between two tasks only.
      if (run % RUNS_OF_TASK === 0) await new Promise((go) => setTimeout(go));
      if (run % life === 0) await this.close();
      this.#probe ??= await this.#target.open();
      fault = await this.#try(this.#probe, run);
    }
    // What a probe remembers in its life is no leak.
    if (life !== Infinity) await this.close();
    const after = memoryNow();
    before ??= after;
    const took = (performance.now() - begunMs) / 1_000;
    return {
      name: this.#target.name,
      runs: run - first,
      seconds: took,
      tally: this.#tally,
      medianMs: this.#watch.medianMs,
      longest: this.#watch.longest,
      ...{ before, after },
      fault: fault ?? faultOfMemory(before, after) ??
        this.#missing(run - first),
    };
  }

  /** One input; the fault as a text of several lines. */
  async #try(probe: Probe<unknown>, run: number): Promise<string | null> {
    this.#chance.begin(this.#span.seed, run);
    const input = probe.draw(this.#chance);
    const said = (problem: string) => {
      const shown = probe.show(input);
      const cut = shown.length > SHOWN_CHARS_MAX
        ? `${shown.slice(0, SHOWN_CHARS_MAX)}... (${shown.length} characters)`
        : shown;
      return `${problem}\n  input of run ${run}: ${cut}`;
    };
    try {
      const ms = await this.#timed(probe, input);
      this.#watch.add(ms, run);
      return ms > CALL_MS_MAX
        ? said(`A call took ${ms.toFixed(0)} ms, more than ${CALL_MS_MAX}`)
        : null;
    } catch (error) {
      const text = error instanceof Error ? error.stack : String(error);
      return said(text ?? "Something was thrown");
    }
  }

  async #timed(probe: Probe<unknown>, input: unknown): Promise<number> {
    const begunMs = performance.now();
    const ending = probe.check(input);
    const end = typeof ending === "string" ? ending : await ending;
    this.#tally[end] = (this.#tally[end] ?? 0) + 1;
    const ms = performance.now() - begunMs;
    if (ms <= CALL_MS_MAX) return ms;
    // It may be the machine that was busy: once more, and only work counts.
    const before = workedMs();
    await probe.check(input);
    return workedMs() - before;
  }

  #missing(runs: number): string | null {
    if (runs < RUNS_FOR_ENDS) return null;
    const missing = this.#target.ends.find((end) => !this.#tally[end]);
    return missing === undefined
      ? null
      : `No input came as far as "${missing}": the target tests too little`;
  }
}
