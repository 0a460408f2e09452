/**
 * Questions about a fleet of 1,000 machines with 2,000 programs each: the
 * running server's answers, its memory, and what the whole command costs. The
 * machines are made (`scripts/kit/made_fleet.ts`), the server is real.
 *
 * @module
 */

import type { WhoHasView } from "../../lib/server/shapes/api_schema.ts";
import { Fleet } from "../kit/fleet.ts";
import { LocalApi } from "../kit/local_api.ts";
import { madeName, makeFleet } from "../kit/made_fleet.ts";
import { makeOsv } from "../kit/made_osv.ts";
import { forgetMost, memoryOf, weigh, type Weighed } from "../kit/memory.ts";
import type { Programs } from "../kit/programs.ts";

const MACHINES = 1_000;
const PROGRAMS = 2_000;
const ROUNDS = 9;
const WHO_HAS_SECONDS_MAX = 0.1;
/** What ten times the machines may cost more, of the server and the command. */
const MORE_MIB_MAX = 64;
const VULNERABILITIES = 40_000;
const LIST_DAYS = [20, 2];

const QUESTIONS: readonly (readonly string[])[] = [
  ["openssl < 3.0.15"],
  ["firefox-esr"],
  ["vim < 9.1"],
  ["libkamon-*"],
  ["--not", "firefox-esr"],
];

/** Runs it and gives the lines of the report. */
export async function benchQuestions(
  programs: Programs,
): Promise<readonly string[]> {
  const fleet = await Fleet.make({ programs, net: 16, pingEverySeconds: 600 });
  try {
    const begunMs = performance.now();
    await makeFleet(`${fleet.directory}/fleet`, {
      ...{ machines: MACHINES, programs: PROGRAMS, listDays: LIST_DAYS },
    });
    const madeSeconds = (performance.now() - begunMs) / 1_000;
    await fleet.startServer();
    const api = await LocalApi.of(`${fleet.directory}/fleet`);
    const store = await Deno.stat(`${fleet.directory}/fleet/data/flottille.db`);
    return [
      `fleet: ${MACHINES} machines with ${PROGRAMS} programs and 2 lists each, ` +
      `made in ${madeSeconds.toFixed(0)} s; the store has ` +
      `${megabytes(store.size)}`,
      ...await whoHas(fleet, api),
      ...await diffs(fleet, api),
      ...await exports(fleet),
      await vulnerable(fleet),
    ];
  } finally {
    await fleet.end();
  }
}

async function whoHas(fleet: Fleet, api: LocalApi): Promise<string[]> {
  const lines: string[] = [];
  for (const words of QUESTIONS) {
    const not = words.length > 1;
    const query = new URLSearchParams({ program: words.at(-1) ?? "" });
    if (not) query.set("not", "1");
    const path = `/v1/who-has?${query}`;
    const { holders } = await api.json<WhoHasView>(path);
    const times = await timesOf(async () => (await api.get(path)).seconds);
    const command = await timesOf(async () => {
      const begunMs = performance.now();
      await fleet.ok("who-has", ...words);
      return (performance.now() - begunMs) / 1_000;
    }, 3);
    lines.push(
      `fleet: who-has ${words.join(" ")}: ${holders.length} machines; ` +
        `${judged(median(times), WHO_HAS_SECONDS_MAX)}, slowest ` +
        `${showSeconds(Math.max(...times))}, the whole command ` +
        showSeconds(median(command)),
    );
  }
  return lines;
}

async function diffs(fleet: Fleet, api: LocalApi): Promise<string[]> {
  const [one, two] = [madeName(7), madeName(500)];
  const paths = { [`${one} ${two}`]: `/v1/diff?from=${one}&to=${two}` };
  const lines: string[] = [];
  for (const [words, path] of Object.entries(paths)) {
    const times = await timesOf(async () => (await api.get(path)).seconds);
    const command = await weigh(
      fleet.command("diff", ...words.split(" ")),
      "/",
    );
    lines.push(
      `fleet: diff ${words}: ${
        showSeconds(median(times))
      }, the whole command ` +
        showSeconds(command.seconds),
    );
  }
  const dates = await weigh(fleet.command("diff", one, "10d", "now"), "/");
  if (dates.code !== 0) throw new Error(`diff: ${dates.stderr}`);
  lines.push(
    `fleet: diff ${one} 10d now: the whole command ` +
      showSeconds(dates.seconds),
  );
  return lines;
}

async function exports(fleet: Fleet): Promise<string[]> {
  const lines: string[] = [];
  for (const format of ["cyclonedx", "csv", "json"]) {
    // A tenth of the fleet first: what is constant does not grow with it.
    const tenth = await exported(fleet, format, ["--on", "made-00*"]);
    const whole = await exported(fleet, format, []);
    const isConstant = whole.growthMib <= tenth.growthMib + MORE_MIB_MAX &&
      whole.mostMib <= tenth.mostMib + MORE_MIB_MAX;
    lines.push(
      `fleet: export ${format}: ${megabytes(whole.bytes)} in ` +
        `${showSeconds(whole.seconds)}; the server grew by ` +
        `${whole.growthMib.toFixed(0)} MiB, the command had ` +
        `${whole.mostMib.toFixed(0)} MiB (for a tenth of the fleet, ` +
        `${megabytes(tenth.bytes)}: ${tenth.growthMib.toFixed(0)} and ` +
        `${tenth.mostMib.toFixed(0)}; at most ${MORE_MIB_MAX} more: ` +
        `${isConstant ? "ok" : "NOT OK"})`,
    );
  }
  return lines;
}

interface Exported extends Weighed {
  readonly bytes: number;
  /** Of the server, while it exported. */
  readonly growthMib: number;
}

async function exported(
  fleet: Fleet,
  format: string,
  where: readonly string[],
): Promise<Exported> {
  const { pid } = fleet.server;
  await forgetMost(pid);
  const before = await memoryOf(pid);
  const file = `${fleet.directory}/fleet.${format}`;
  const to = ["--format", format, "--output", file, ...where];
  const ran = await weigh(fleet.command("export", ...to), "/");
  if (ran.code !== 0) throw new Error(`export: ${ran.stderr}`);
  const after = await memoryOf(pid);
  const growthMib = (after?.mostMib ?? NaN) - (before?.nowMib ?? NaN);
  const { size } = await Deno.stat(file);
  await Deno.remove(file);
  return { ...ran, bytes: size, growthMib };
}

async function vulnerable(fleet: Fleet): Promise<string> {
  const path = `${fleet.directory}/made.jsonl`;
  await makeOsv(path, VULNERABILITIES);
  const { size } = await Deno.stat(path);
  const command = fleet.command("vulnerable", "--db", path, "--json");
  const ran = await weigh(command, "/");
  if (ran.code !== 0) throw new Error(`vulnerable: ${ran.stderr}`);
  return `fleet: vulnerable, ${VULNERABILITIES} records (${
    megabytes(size)
  }): ` +
    `${showSeconds(ran.seconds)} with ${ran.mostMib.toFixed(0)} MiB`;
}

async function timesOf(
  once: () => Promise<number>,
  rounds = ROUNDS,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await once());
  return times;
}

function judged(seconds: number, most: number): string {
  const verdict = seconds <= most ? "ok" : "NOT OK";
  return `${showSeconds(seconds)} (at most ${showSeconds(most)}: ${verdict})`;
}

function showSeconds(seconds: number): string {
  return seconds < 1
    ? `${(seconds * 1_000).toFixed(0)} ms`
    : `${seconds.toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

if (import.meta.main) {
  const { fromSources } = await import("../kit/programs.ts");
  for (const line of await benchQuestions(fromSources())) console.log(line);
}
