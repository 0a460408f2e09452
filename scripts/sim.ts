/**
 * Simulated worlds: `deno task sim [--seed N] [--runs N] [--agents N] [--ticks N]
 * [--first] [--verbose]`. Each seed is one world; the seed of one that broke a law is
 * printed, and given again it is the same world to the last datagram.
 *
 * @module
 */

import { makeTemplate, quickDirectory } from "../tests/sim/fleet_template.ts";
import { LAWS } from "../tests/sim/laws.ts";
import { COUNTS, type Ending, liveWorld } from "../tests/sim/course.ts";

const USAGE = `Usage: deno task sim [OPTIONS]

Lives simulated worlds: a server and its machines, and everything that can go
wrong. Ends with 1 when a law was broken, and prints how to see it again.

  --seed N     the first world (default: 1)
  --runs N     how many worlds (default: 20; with --seed: 1)
  --agents N   machines in each (default: 3)
  --ticks N    seconds of trouble in each (default: 240)
  --first      stop at the first world that breaks a law
  --verbose    print what happens`;

interface Wanted {
  readonly seed: number;
  readonly runs: number;
  readonly agents: number;
  readonly ticks: number;
  readonly isFirst: boolean;
  readonly isVerbose: boolean;
}

/** What is counted, in words. */
const WORDS = {
  moments: "moments",
  troubles: "troubles",
  deaths: "deaths of processes",
  attacks: "attacks",
  datagrams: "datagrams",
  orders: "orders",
  ended: "tasks done",
  programs: "hooks run",
} as const;

/** Lines of the record that are printed of a world that broke a law. */
const LINES = 40;

async function main(given: readonly string[]): Promise<number> {
  const wanted = wantedBy(given);
  if (wanted === null) {
    console.error(USAGE);
    return 2;
  }
  const template = await makeTemplate();
  const directory = quickDirectory();
  const begunMs = performance.now();
  const endings: Ending[] = [];
  try {
    for (let run = 0; run < wanted.runs; run++) {
      const ending = await liveWorld({
        ...{ ...wanted, template, directory, seed: wanted.seed + run },
        ...(wanted.isVerbose ? { tell: (line) => console.log(line) } : {}),
      });
      endings.push(ending);
      if (ending.breach === null) continue;
      tellBreach(ending, wanted);
      if (wanted.isFirst) break;
    }
  } finally {
    await template.close();
    await Deno.remove(directory, { recursive: true });
  }
  tellAll(endings, performance.now() - begunMs);
  return endings.some(({ breach }) => breach !== null) ? 1 : 0;
}

function wantedBy(given: readonly string[]): Wanted | null {
  const numbers: Record<string, number> = {};
  const words = new Set<string>();
  for (let at = 0; at < given.length; at++) {
    const [option = "", value = ""] = given.slice(at, at + 2);
    if (option === "--verbose" || option === "--first") {
      words.add(option);
      continue;
    }
    const isKnown = /^--(seed|runs|agents|ticks)$/.test(option);
    if (!isKnown || !/^[1-9]\d{0,8}$/.test(value)) return null;
    numbers[option.slice(2)] = Number(value);
    at++;
  }
  const { seed, runs, agents = 3, ticks = 240 } = numbers;
  return {
    ...{ agents, ticks },
    isFirst: words.has("--first"),
    isVerbose: words.has("--verbose"),
    seed: seed ?? 1,
    runs: runs ?? (seed === undefined ? 20 : 1),
  };
}

function tellBreach(
  { seed, breach, record, fingerprint }: Ending,
  { agents, ticks }: Wanted,
): void {
  if (breach === null) return;
  console.log(`\nWorld ${seed} (${fingerprint}) broke a law.`);
  console.log(`  ${LAWS[breach.law]} (${breach.law})`);
  console.log(`  ${breach.found}\n`);
  for (const line of record.slice(-LINES)) console.log(`  ${line}`);
  console.log(
    `\nThe same again: deno task sim --seed ${seed} --agents ${agents} ` +
      `--ticks ${ticks} --verbose\n`,
  );
}

function tellAll(endings: readonly Ending[], tookMs: number): void {
  const sum = (of: (ending: Ending) => number) =>
    endings.reduce((all, ending) => all + of(ending), 0).toLocaleString("en");
  const broken = endings.filter(({ breach }) => breach !== null);
  console.log(
    `${endings.length} worlds in ${(tookMs / 1_000).toFixed(1)} s: ` +
      `${sum(({ seconds }) => seconds / 3_600)} hours, ` +
      COUNTS.map((what) =>
        `${sum(({ counts }) => counts[what])} ${WORDS[what]}`
      )
        .join(", "),
  );
  const [only] = endings;
  if (endings.length === 1 && only) console.log(`World ${only.fingerprint}`);
  console.log(
    broken.length === 0
      ? "Every law held."
      : `Laws were broken in: ${broken.map(({ seed }) => seed).join(", ")}`,
  );
}

if (import.meta.main) Deno.exit(await main(Deno.args));
