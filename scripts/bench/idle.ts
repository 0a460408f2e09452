/**
 * What an idle agent costs, beside a compiled program that only holds one UDP
 * socket: memory, processor, size of the executable, and the time from its
 * start to its first datagram. Ratios, measured in turn in one run.
 *
 * @module
 */

import { Fleet } from "../kit/fleet.ts";
import { Running } from "../kit/process.ts";
import type { Programs } from "../kit/programs.ts";
import { compileForBench } from "./compile_socket_only.ts";

const HOSTNAME = "127.0.17.9";
const STARTS = 9;
const IDLE_SECONDS = 20;
/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** What a process cost so far. */
interface Cost {
  readonly rssKib: number;
  readonly ticks: number;
}

/** Runs it and gives the lines of the report. */
export async function benchIdle(
  programs: Programs,
  { runtimeForTests }: { readonly runtimeForTests: boolean },
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-idle-" });
  const fleet = await Fleet.make({ programs, net: 17, pingEverySeconds: 2 });
  try {
    const socketOnly = await compileForBench(directory, { runtimeForTests });
    return [
      await sizes(programs, socketOnly),
      ...await starts(fleet, programs, socketOnly),
      ...await idle(fleet, socketOnly),
    ];
  } finally {
    await fleet.end();
    await Deno.remove(directory, { recursive: true });
  }
}

async function sizes(programs: Programs, socketOnly: string) {
  const base = (await Deno.stat(socketOnly)).size;
  const parts: string[] = [];
  for (const name of ["server", "agent"] as const) {
    const { size } = await Deno.stat(programs[name][0] ?? "");
    parts.push(`${name} ${(size / base).toFixed(3)}`);
  }
  return `size, of a program with one socket: ${
    parts.join(", ")
  } (at most 1.1)`;
}

/** From the start of a process to its first datagram, each in turn. */
async function starts(
  fleet: Fleet,
  programs: Programs,
  socketOnly: string,
): Promise<string[]> {
  const ear = Deno.listenDatagram({
    transport: "udp",
    hostname: HOSTNAME,
    port: 0,
  });
  const { port } = ear.addr as Deno.NetAddr;
  const base: number[] = [];
  const ours: number[] = [];
  const measure = async (command: readonly string[], to: number[]) => {
    const begunMs = performance.now();
    const process = new Running("start", command, fleet.directory);
    await ear.receive();
    to.push(performance.now() - begunMs);
    await process.kill();
  };
  try {
    for (let start = 0; start < STARTS; start++) {
      await measure([socketOnly, HOSTNAME, String(port), HOSTNAME], base);
      await measure([
        ...programs.agent,
        ...["run", "--join", fleet.joinFile, "--address", "127.0.17.8"],
        ...["--state", `${fleet.directory}/start/state`],
        ...["--programs", `${fleet.directory}/start/programs`],
        ...["--broadcast", "127.255.255.255", "--first-ping-after", "0"],
        ...["--server", `${HOSTNAME}:${port}`],
      ], ours);
    }
  } finally {
    ear.close();
  }
  const ratios = ours.map((ms, index) => ms / (base[index] ?? ms));
  return [
    `start to first datagram, of that program's: ` +
    `${median(ratios).toFixed(2)} (at most 2.5)`,
  ];
}

/** Memory and processor of an agent that its server pings every two seconds. */
async function idle(fleet: Fleet, socketOnly: string): Promise<string[]> {
  await fleet.startServer();
  const { process } = fleet.startAgent("idle", "silent");
  await fleet.untilState("idle", "alive");
  const held = new Running(
    "socket",
    [socketOnly, HOSTNAME, "9", HOSTNAME],
    "/",
  );
  try {
    await new Promise((then) => setTimeout(then, 5_000));
    const before = await costOf(process.pid);
    await new Promise((then) => setTimeout(then, IDLE_SECONDS * 1_000));
    const after = await costOf(process.pid);
    const base = await costOf(held.pid);
    const share = (after.ticks - before.ticks) / TICKS_PER_SECOND /
      IDLE_SECONDS;
    return [
      `idle agent's memory, of that program's: ` +
      `${(after.rssKib / base.rssKib).toFixed(2)} (at most 1.3; ` +
      `${mib(after)} against ${mib(base)})`,
      `idle agent's processor: ${(100 * share).toFixed(2)} % of a core while ` +
      `pinged every 2 s (at most 0.5)`,
    ];
  } finally {
    await held.kill();
  }
}

async function costOf(pid: number): Promise<Cost> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name in brackets: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    rssKib: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
    ticks: Number(fields[11]) + Number(fields[12]),
  };
}

function mib({ rssKib }: Cost): string {
  return `${(rssKib / 1_024).toFixed(1)} MiB`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

if (import.meta.main) {
  const { fromDist } = await import("../kit/programs.ts");
  const runtimeForTests = Deno.args.includes("--runtime-for-tests");
  const lines = await benchIdle(fromDist(), { runtimeForTests });
  for (const line of lines) console.log(line);
}
