/**
 * How fast a package is installed, from the downloaded file to the synced tree
 * (signature, SHA-256 of the package, every check of the zip, SHA-256 of every
 * file), against `unzip` and `sync -f` of the same file on the same disk.
 *
 *     deno run -A scripts/bench/install_package.ts [--huge] [FILES] [MEGABYTES] [ROUNDS]
 *
 * The two take turns, and in turns the one or the other begins; the figure is
 * the ratio of their medians. Ours is a new process each time, so its code is
 * as cold as in an agent that installs for the first time; the start of the
 * process is not counted, because an agent is there already.
 *
 * Nothing is removed before the end: for seconds after it was removed ext4
 * searches long for an inode that it may use again, and whoever makes files
 * then waits for it.
 *
 * Then the memory; with `--huge` also for one file of 5 GiB and for as many
 * files as a package may hold, which takes 12 GB of disk and a few minutes.
 *
 * @module
 */

import { FILES_MAX } from "../../lib/ieo/manifest.ts";
import { writeLarge, writeMany } from "./pack.ts";
import { copyProgramTree } from "./pack_tree.ts";

/** What the issue promises. */
const RATIO_MIN = 1;
const MEMORY_MIB_MAX = 150;

const PACK = new URL("pack_once.ts", import.meta.url).pathname;
const INSTALL = new URL("install_once.ts", import.meta.url).pathname;

export interface InstallBenchOptions {
  readonly files?: number;
  readonly megabytes?: number;
  readonly rounds?: number;
  /** Measure the memory for 5 GiB and for 65,536 files, too. */
  readonly huge?: boolean;
}

interface Installed {
  readonly seconds: number;
  readonly memoryMib: number;
}

/** Runs it and gives the lines of the report. */
export async function benchInstall(
  { files = 6_000, megabytes = 400, rounds = 7, huge = false }:
    InstallBenchOptions = {},
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-bench-" });
  const path = `${directory}/bench.ieo`;
  try {
    const tree = copyProgramTree(`${directory}/tree`, {
      files,
      bytes: megabytes * 1e6,
    });
    await pack(`${directory}/tree`, path, 6);
    const ours: Installed[] = [];
    const theirs: number[] = [];
    // The first round warms the disk's cache for both.
    for (let round = 0; round <= rounds; round++) {
      const install = async () =>
        void ours.push(await installed(path, `${directory}/ours-${round}`));
      const unzip = async () =>
        void theirs.push(await unzipped(path, `${directory}/zip-${round}`));
      for (const one of round % 2 === 0 ? [unzip, install] : [install, unzip]) {
        await run("sync", ["-f", directory]);
        await one();
      }
    }
    ours.shift();
    theirs.shift();
    return [
      `install: ${tree.files} files, ${(tree.bytes / 1e6).toFixed(0)} MB, ` +
      `median of ${rounds} rounds`,
      ...report(ours, theirs),
      ...huge ? await memoryOfHuge(directory) : [],
    ];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function report(
  ours: readonly Installed[],
  theirs: readonly number[],
): string[] {
  const our = median(ours.map(({ seconds }) => seconds));
  const their = median(theirs);
  const ratio = their / our;
  const verdict = ratio >= RATIO_MIN ? "holds" : "DOES NOT HOLD";
  return [
    `install: unzip, sync -f   ${their.toFixed(2)} s`,
    `install: verify, install  ${our.toFixed(2)} s`,
    `install: install / unzip, speed: ${ratio.toFixed(2)} ` +
    `(${RATIO_MIN}: ${verdict})`,
    judgedMemory(
      "the tree",
      Math.max(...ours.map(({ memoryMib }) => memoryMib)),
    ),
  ];
}

async function memoryOfHuge(directory: string): Promise<string[]> {
  const lines: string[] = [];
  for (
    const [what, write] of [
      ["5 GiB", writeLarge],
      [`${FILES_MAX} files`, writeMany],
    ] as const
  ) {
    const below = `${directory}/${write.name}`;
    await Deno.mkdir(below);
    write(`${below}/tree`);
    await pack(`${below}/tree`, `${below}/bench.ieo`, 1);
    await Deno.remove(`${below}/tree`, { recursive: true });
    const { seconds, memoryMib } = await installed(
      `${below}/bench.ieo`,
      `${below}/ours`,
    );
    await Deno.remove(below, { recursive: true });
    lines.push(
      `install: ${what} in ${seconds.toFixed(1)} s`,
      judgedMemory(what, memoryMib),
    );
  }
  return lines;
}

async function pack(
  tree: string,
  output: string,
  level: number,
): Promise<void> {
  await run(Deno.execPath(), command(PACK, tree, output, String(level)));
}

async function installed(path: string, target: string): Promise<Installed> {
  return JSON.parse(await run(Deno.execPath(), command(INSTALL, path, target)));
}

function command(script: string, ...args: string[]): string[] {
  return ["run", "--allow-all", "--quiet", "--no-check", script, ...args];
}

/** Seconds that unzip and the sync took together. */
async function unzipped(path: string, target: string): Promise<number> {
  const began = performance.now();
  await run("unzip", ["-q", path, "-d", target]);
  await run("sync", ["-f", target]);
  return (performance.now() - began) / 1_000;
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
}

function judgedMemory(what: string, mib: number): string {
  const verdict = mib <= MEMORY_MIB_MAX ? "holds" : "DOES NOT HOLD";
  return `install: memory for ${what}: ${mib} MiB ` +
    `(${MEMORY_MIB_MAX}: ${verdict})`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

if (import.meta.main) {
  const [files = 6_000, megabytes = 400, rounds = 7] = Deno.args
    .filter((arg) => arg !== "--huge").map(Number);
  const huge = Deno.args.includes("--huge");
  const options = { files, megabytes, rounds, huge };
  for (const line of await benchInstall(options)) console.log(line);
}
