/**
 * How fast packages are made, against the tools people know, on the same tree
 * and disk: `zip -6 -r` for the default level, `7z -mx1 -mmt2` for `--fast`.
 *
 *     deno run -A scripts/bench/pack.ts [FILES] [MEGABYTES] [ROUNDS]
 *
 * The tools take turns; the figures are the medians of the rounds' ratios.
 * Each is measured with its start, ours with the sync to the disk as well,
 * which the others do not make. 7z makes an archive of its own kind unless it
 * is told to make a zip; both are measured, and the faster counts.
 *
 * Then the memory, for one file of 5 GiB and for as many files as a package
 * may hold. Needs zip and 7z.
 *
 * @module
 */

import { FILES_MAX } from "../../lib/ieo/manifest.ts";
import { copyProgramTree } from "./pack_tree.ts";

/** What the issue promises. */
const RATIO_MIN = 3;
const RATIO_FAST_MIN = 1;
const SIZE_RATIO_MAX = 1.03;
const MEMORY_MIB_MAX = 150;

const LARGE_BYTES = 5 * 2 ** 30;
const ONCE = new URL("pack_once.ts", import.meta.url).pathname;

export interface PackBenchOptions {
  readonly files?: number;
  readonly megabytes?: number;
  readonly rounds?: number;
}

/** One run of one tool. */
interface Run {
  readonly seconds: number;
  readonly bytes: number;
  /** Of ours only. */
  readonly memoryMib: number;
}

type ToolName = "zip" | "pack" | "7z" | "7z zip" | "fast";

/** Runs it and gives the lines of the report. */
export async function benchPack(
  { files = 6_000, megabytes = 400, rounds = 5 }: PackBenchOptions = {},
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-bench-" });
  try {
    const tree = copyProgramTree(`${directory}/tree`, {
      files,
      bytes: megabytes * 1e6,
    });
    const all: Record<ToolName, Run>[] = [];
    // The first round warms the disk's cache for all of them.
    for (let round = 0; round <= rounds; round++) {
      const result = await runAll(directory);
      if (round > 0) all.push(result);
    }
    return [
      `pack: ${tree.files} files, ${(tree.bytes / 1e6).toFixed(0)} MB, ` +
      `median of ${rounds} rounds`,
      ...report(all),
      ...await memoryOf(directory),
    ];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function runAll(directory: string): Promise<Record<ToolName, Run>> {
  const output = (name: string) => `${directory}/out/${name}`;
  await Deno.mkdir(`${directory}/out`);
  const seven = ["7z", "a", "-bd", "-mx1", "-mmt2"];
  const run = (name: string, command: string[]) =>
    timed(`${directory}/tree`, output(name), command);
  const runs = {
    "zip": await run("a.zip", ["zip", "-q", "-6", "-r", output("a.zip"), "."]),
    "pack": await run("a.ieo", ours(directory, output("a.ieo"))),
    "7z": await run("a.7z", [...seven, output("a.7z"), "."]),
    "7z zip": await run("b.zip", [...seven, "-tzip", output("b.zip"), "."]),
    "fast": await run("b.ieo", ours(directory, output("b.ieo"), 1)),
  };
  await Deno.remove(`${directory}/out`, { recursive: true });
  return runs;
}

function ours(directory: string, output: string, level?: number): string[] {
  return [
    ...[Deno.execPath(), "run", "--allow-all", "--quiet", "--no-check", ONCE],
    ...[`${directory}/tree`, output],
    ...(level === undefined ? [] : [String(level)]),
  ];
}

async function timed(
  cwd: string,
  output: string,
  [program = "", ...args]: string[],
): Promise<Run> {
  const began = performance.now();
  const { code, stdout } = await new Deno.Command(program, {
    ...{ args, cwd, stdout: "piped", stderr: "inherit" },
  }).output();
  const seconds = (performance.now() - began) / 1_000;
  if (code !== 0) throw new Error(`${program} ended with code ${code}`);
  const { size } = await Deno.stat(output);
  const said = new TextDecoder().decode(stdout);
  const memoryMib = program === Deno.execPath()
    ? JSON.parse(said).memoryMib
    : 0;
  return { seconds, bytes: size, memoryMib };
}

function report(all: readonly Record<ToolName, Run>[]): string[] {
  const ratio = (of: (runs: Record<ToolName, Run>) => number) =>
    median(all.map(of));
  const speed = ratio((runs) => runs.zip.seconds / runs.pack.seconds);
  const size = ratio((runs) => runs.pack.bytes / runs.zip.bytes);
  const fast = ratio((runs) =>
    Math.min(runs["7z"].seconds, runs["7z zip"].seconds) / runs.fast.seconds
  );
  const memory = Math.max(...all.map((runs) => runs.pack.memoryMib));
  return [
    ...(["zip", "pack", "7z", "7z zip", "fast"] as const).map((tool) =>
      `pack: ${tool.padEnd(6)} ${
        median(all.map((runs) => runs[tool].seconds)).toFixed(2).padStart(6)
      } s, ${(ratio((runs) => runs[tool].bytes) / 1e6).toFixed(1)} MB`
    ),
    judged("pack / zip -6, speed", speed, speed >= RATIO_MIN, RATIO_MIN),
    judged("pack / zip -6, size", size, size <= SIZE_RATIO_MAX, SIZE_RATIO_MAX),
    judged(
      "pack --fast / 7z -mx1 -mmt2, speed",
      fast,
      fast >= RATIO_FAST_MIN,
      RATIO_FAST_MIN,
    ),
    judgedMemory("the tree", memory),
  ];
}

async function memoryOf(directory: string): Promise<string[]> {
  const output = `${directory}/out.ieo`;
  await Deno.remove(`${directory}/tree`, { recursive: true });
  writeLarge(`${directory}/tree`);
  const large = await timed(directory, output, ours(directory, output, 1));
  await Deno.remove(`${directory}/tree`, { recursive: true });
  writeMany(`${directory}/tree`);
  const many = await timed(directory, output, ours(directory, output));
  return [
    `pack: 5 GiB in ${large.seconds.toFixed(1)} s, ${FILES_MAX} files in ` +
    `${many.seconds.toFixed(1)} s`,
    judgedMemory("5 GiB", large.memoryMib),
    judgedMemory(`${FILES_MAX} files`, many.memoryMib),
  ];
}

/** Deno's own program again and again, each time with another beginning. */
export function writeLarge(directory: string): void {
  Deno.mkdirSync(directory);
  const content = Deno.readFileSync(Deno.execPath());
  using file = Deno.openSync(`${directory}/large`, {
    ...{ write: true, createNew: true },
  });
  let written = 0;
  while (written < LARGE_BYTES) {
    new DataView(content.buffer).setFloat64(0, written);
    written += file.writeSync(content.subarray(0, LARGE_BYTES - written));
  }
}

export function writeMany(directory: string): void {
  for (let index = 0; index < FILES_MAX; index++) {
    const below = `${directory}/part-${index >> 8}`;
    if ((index & 0xff) === 0) Deno.mkdirSync(below, { recursive: true });
    Deno.writeTextFileSync(
      `${below}/a-file-with-a-name-of-some-length-${index}.txt`,
      `This is file ${index}\n`.repeat(20),
    );
  }
}

function judged(
  what: string,
  ratio: number,
  holds: boolean,
  bound: number,
): string {
  const verdict = holds ? "holds" : "DOES NOT HOLD";
  return `pack: ${what}: ${ratio.toFixed(2)} (${bound}: ${verdict})`;
}

function judgedMemory(what: string, mib: number): string {
  const verdict = mib <= MEMORY_MIB_MAX ? "holds" : "DOES NOT HOLD";
  return `pack: memory for ${what}: ${mib} MiB (${MEMORY_MIB_MAX}: ${verdict})`;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

if (import.meta.main) {
  const [files = 6_000, megabytes = 400, rounds = 5] = Deno.args.map(Number);
  const lines = await benchPack({ files, megabytes, rounds });
  for (const line of lines) console.log(line);
}
