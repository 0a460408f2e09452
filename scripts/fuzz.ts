/**
 * Random input for everything that reads what others wrote: `deno task fuzz
 * [TARGET...] [--count N] [--minutes M] [--seed N] [--from RUN]`. Each target
 * gets `--count` inputs (fewer where one is a whole scene), or `--minutes` of
 * time, whatever is over first. What must hold is said with each target: no exception, nothing taken that must
 * not be, memory that does not grow, no call of more than a second.
 *
 * A failure is printed with its seed, its run and its input; `--seed S --from
 * RUN --count 1` repeats it alone.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { Report, Span } from "./fuzz/run_target.ts";
import type { Target } from "./fuzz/target.ts";
import { TARGETS } from "./fuzz/targets.ts";
import type { Work } from "./fuzz/worker.ts";

const COUNT = 20_000;
const MINUTES = 10;
/** A run that takes so long will never end. */
const STUCK_MS = 60_000;
const LOOK_MS = 1_000;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      count: { type: "string", default: String(COUNT) },
      minutes: { type: "string", default: String(MINUTES) },
      seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
      from: { type: "string", default: "0" },
    },
  });
  const unknown = positionals.find((name) => targetOf(name) === undefined);
  const numbers = [values.count, values.minutes, values.seed, values.from];
  if (unknown !== undefined || numbers.some((text) => !(Number(text) >= 0))) {
    const what = unknown === undefined
      ? "an option is not a number"
      : `there is no target "${unknown}"`;
    const lines = TARGETS.map(({ name, about }) => `  ${name}: ${about}`);
    console.error(`fuzz: ${what}; targets are\n${lines.join("\n")}`);
    return 2;
  }
  const span = {
    seed: Number(values.seed),
    from: Number(values.from),
    count: Number(values.count),
    seconds: Number(values.minutes) * 60,
  };
  console.log(`fuzz: seed ${span.seed}`);
  const wanted = positionals.length === 0
    ? TARGETS
    : TARGETS.filter(({ name }) => positionals.includes(name));
  const failed: string[] = [];
  for (const target of wanted) {
    const isGood = await runWatched(target, span);
    if (!isGood) failed.push(target.name);
  }
  console.log(failed.length === 0 ? "fuzz: ok" : `fuzz: failed: ${failed}`);
  return failed.length === 0 ? 0 : 1;
}

function targetOf(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

/** Runs a target in a worker of its own, so that a loop can be ended. */
async function runWatched(
  { name, costs = 1 }: Target,
  wanted: Span,
): Promise<boolean> {
  const span = { ...wanted, count: Math.ceil(wanted.count / costs) };
  const run = new SharedArrayBuffer(4);
  const begun = new Int32Array(run);
  const url = new URL("./fuzz/worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", name });
  let last = { run: -1, sinceMs: performance.now() };
  let looking: ReturnType<typeof setInterval> | undefined;
  const end = await new Promise<Report | string>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(`Run ${Atomics.load(begun, 0)}: ${event.message}`);
    };
    looking = setInterval(() => {
      const now = Atomics.load(begun, 0);
      const nowMs = performance.now();
      if (now !== last.run) last = { run: now, sinceMs: nowMs };
      if (nowMs - last.sinceMs < STUCK_MS) return;
      resolve(`Run ${now} has not ended after ${STUCK_MS / 1_000} s`);
    }, LOOK_MS);
    worker.postMessage({ name, span, run } satisfies Work);
  });
  clearInterval(looking);
  worker.terminate();
  return typeof end === "string"
    ? say(`${name}: FAILED, seed ${span.seed}: ${end}`)
    : print(end, span);
}

function say(failure: string): false {
  console.error(failure);
  return false;
}

function print(report: Report, { seed }: Span): boolean {
  const { name, runs, seconds, longest, before, after, fault } = report;
  const tally = Object.entries(report.tally).sort(([, a], [, b]) => b - a)
    .map(([end, count]) => `${end} ${count}`).join(", ");
  const heap = after.heapMib - before.heapMib;
  const rss = after.rssMib - before.rssMib;
  console.log(
    `${name}: ${runs} inputs in ${seconds.toFixed(1)} s; ${tally}\n` +
      `  a call: median ${(report.medianMs * 1_000).toFixed(0)} us, longest ` +
      `${longest.ms.toFixed(1)} ms (run ${longest.run}); memory: heap ` +
      `${signed(heap)} MiB, process ${signed(rss)} to ` +
      `${after.rssMib.toFixed(0)} MiB`,
  );
  return fault === null || say(`${name}: FAILED, seed ${seed}: ${fault}`);
}

function signed(mib: number): string {
  return `${mib < 0 ? "" : "+"}${mib.toFixed(1)}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
