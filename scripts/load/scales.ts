/**
 * What a process costs the system: processor time, memory, open files, as
 * /proc tells them. Linux only.
 *
 * @module
 */

import { memoryOf } from "../kit/memory.ts";

/** What a process has taken by now. */
export interface Weight {
  /** Of the processor, in all its threads. */
  readonly cpuSeconds: number;
  readonly nowMib: number;
  /** The most since its beginning, or since `forgetMost`. */
  readonly mostMib: number;
  readonly files: number;
}

/** The kernel counts processor time in hundredths of a second, for programs. */
const TICKS_PER_S = 100;

/** Fields of /proc/PID/stat, behind the name's closing bracket. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** @throws when the process has ended. */
export async function weightOf(pid: number): Promise<Weight> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  const memory = await memoryOf(pid);
  if (memory === null) throw new Error(`The process ${pid} has ended`);
  let files = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) files++;
  return { cpuSeconds: ticks / TICKS_PER_S, ...memory, files };
}

/**
 * Datagrams that the kernel dropped because nobody had read those before, at
 * the sockets of this address since they were opened.
 */
export async function droppedAt(
  address: string,
  port: number,
): Promise<number> {
  const local = addressOf(address, port);
  const lines = (await Deno.readTextFile("/proc/net/udp")).split("\n");
  return lines.map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1] === local)
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0);
}

/** As the kernel writes it: hexadecimal, the address's last byte first. */
function addressOf(address: string, port: number): string {
  const hex = (number: number, digits: number) =>
    number.toString(16).toUpperCase().padStart(digits, "0");
  const bytes = address.split(".").map((part) => hex(Number(part), 2));
  return `${bytes.toReversed().join("")}:${hex(port, 4)}`;
}
