/**
 * A machine's list beside what fusioninventory-agent and ocsinventory-agent do
 * for theirs, each in turn, in one run: the collection alone beside
 * FusionInventory's software only, and the whole `flottille-agent list` beside
 * the whole of theirs. Nothing of it goes to any network: theirs print what
 * they find.
 *
 * @module
 */

import { Fleet } from "../kit/fleet.ts";
import { run } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";

const ROUNDS = 9;
const COLLECTION_RATIO_MAX = 0.1;
const WHOLE_RATIO_MAX = 0.5;

/** FusionInventory takes out what it is told; there is no way to ask for one. */
const ALL_BUT_SOFTWARE = [
  ...["antivirus", "batteries", "battery", "bios", "controller", "cpu"],
  ...["drive", "environment", "firewall", "hardware", "input", "licenseinfo"],
  ...["local_group", "local_user", "lvm", "memory", "modem", "monitor"],
  ...["network", "port", "printer", "process", "psu", "remote_mgmt", "slot"],
  ...["sound", "storage", "usb", "user", "video", "virtualmachine"],
].join(",");

/** What is run in each round, and its name in the report. */
const OTHERS = {
  software: ["fusioninventory-inventory", `--no-category=${ALL_BUT_SOFTWARE}`],
  fusion: ["fusioninventory-inventory"],
  ocs: ["ocsinventory-agent", "--stdout", "--basevardir"],
} as const;

/** Seconds of one round. */
interface Round {
  readonly software: number;
  readonly fusion: number;
  readonly ocs: number;
  readonly whole: number;
  /** The same, where no agent runs: it collects by itself. */
  readonly alone: number;
  readonly first: number;
  readonly again: number;
  readonly all: number;
}

/** Runs it and gives the lines of the report. */
export async function benchBesideOthers(
  programs: Programs,
): Promise<readonly string[]> {
  const missing = await missingPackages();
  if (missing.length > 0) {
    const names = missing.join(" ");
    return [`list: not measured; needs: apt-get install ${names}`];
  }
  const fleet = await Fleet.make({ programs, net: 18, pingEverySeconds: 600 });
  try {
    const machine = fleet.startAgent("lister", "silent");
    const list = [...programs.agent, "list", "--state"];
    const ours = [...list, machine.stateDirectory];
    const alone = [...list, `${fleet.directory}/nobody`];
    // The agent has to have started; whoever it belongs to is no matter.
    await untilItAnswers(fleet, ours);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await playRound(fleet, { ours, alone }));
    }
    return await report(rounds);
  } finally {
    await fleet.end();
  }
}

async function playRound(
  fleet: Fleet,
  commands: {
    readonly ours: readonly string[];
    readonly alone: readonly string[];
  },
): Promise<Round> {
  const software = await timed(OTHERS.software);
  const dpkg = await collection("dpkg");
  const all = await collection("all");
  const fusion = await timed(OTHERS.fusion);
  const whole = await timed(commands.ours);
  const alone = await timed(commands.alone);
  const ocs = await timed([...OTHERS.ocs, `${fleet.directory}/ocs`]);
  return {
    ...{ software, fusion, ocs, whole, alone },
    ...{ first: dpkg.firstMs / 1_000, again: dpkg.againMs / 1_000 },
    all: all.firstMs / 1_000,
  };
}

async function report(rounds: readonly Round[]): Promise<string[]> {
  const { programs } = await collection("dpkg");
  const { programs: all } = await collection("all");
  const seconds = (of: keyof Round) =>
    showSeconds(median(rounds.map((round) => round[of])));
  const ratio = (of: keyof Round, to: keyof Round) =>
    median(rounds.map((round) => round[of] / round[to]));
  return [
    `list: fusioninventory-inventory ${seconds("fusion")}, software only ` +
    `${seconds("software")}; ocsinventory-agent ${seconds("ocs")}`,
    `list: the collection of ${programs} dpkg packages: first in its process ` +
    `${seconds("first")}, again ${seconds("again")}; of all sources ` +
    `(${all} programs) first ${seconds("all")}; the whole flottille-agent ` +
    `list ${seconds("whole")}, where no agent runs ${seconds("alone")}`,
    judged(
      "first collection / fusioninventory's software only",
      ratio("first", "software"),
      COLLECTION_RATIO_MAX,
    ),
    judged(
      "collection again / fusioninventory's software only",
      ratio("again", "software"),
      COLLECTION_RATIO_MAX,
    ),
    judged(
      "flottille-agent list / the whole of fusioninventory",
      ratio("whole", "fusion"),
      WHOLE_RATIO_MAX,
    ),
    judged(
      "flottille-agent list where no agent runs / the same",
      ratio("alone", "fusion"),
      WHOLE_RATIO_MAX,
    ),
    `list: flottille-agent list / the whole of ocsinventory-agent: ` +
    ratio("whole", "ocs").toFixed(2),
  ];
}

async function collection(
  what: "dpkg" | "all",
): Promise<{ firstMs: number; againMs: number; programs: number }> {
  const script = new URL("./list_once.ts", import.meta.url).pathname;
  const flags = ["--allow-all", "--quiet", "--no-check"];
  const ran = await run([Deno.execPath(), "run", ...flags, script, what]);
  if (ran.code !== 0) throw new Error(`list_once.ts: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

async function timed(command: readonly string[]): Promise<number> {
  const begunMs = performance.now();
  const { code, stderr } = await run(command);
  const seconds = (performance.now() - begunMs) / 1_000;
  if (code === 0) return seconds;
  throw new Error(`${command[0]} ended with code ${code}: ${stderr}`);
}

async function untilItAnswers(
  fleet: Fleet,
  ours: readonly string[],
): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await fleet.run(ours)).code === 0) return;
    await new Promise((then) => setTimeout(then, 100));
  }
  throw new Error("The agent does not answer its command line");
}

async function missingPackages(): Promise<string[]> {
  const needed = {
    "fusioninventory-inventory": "fusioninventory-agent",
    "ocsinventory-agent": "ocsinventory-agent",
  };
  const missing: string[] = [];
  for (const [program, debianPackage] of Object.entries(needed)) {
    const found = await Deno.stat(`/usr/bin/${program}`).catch(() => null);
    if (found === null) missing.push(debianPackage);
  }
  return missing;
}

function judged(what: string, ratio: number, most: number): string {
  const verdict = ratio <= most ? "ok" : "NOT OK";
  return `list: ${what}: ${ratio.toFixed(3)} (at most ${most}: ${verdict})`;
}

function showSeconds(seconds: number): string {
  return seconds < 0.1
    ? `${(seconds * 1_000).toFixed(1)} ms`
    : `${seconds.toFixed(2)} s`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

if (import.meta.main) {
  const { fromDist } = await import("../kit/programs.ts");
  for (const line of await benchBesideOthers(fromDist())) console.log(line);
}
