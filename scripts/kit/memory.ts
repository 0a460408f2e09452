/**
 * How much memory a process has, and the most it had; Linux only.
 *
 * @module
 */

import { cleanEnvironment } from "./process.ts";

/** Resident memory, in MiB. */
export interface Memory {
  readonly nowMib: number;
  /** The most since the process began. */
  readonly mostMib: number;
}

/** Of a process that runs; null when it has ended. */
export async function memoryOf(pid: number): Promise<Memory | null> {
  const path = `/proc/${pid}/status`;
  const status = await Deno.readTextFile(path).catch(() => "");
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  const [now, most] = [kib("VmRSS"), kib("VmHWM")];
  if (Number.isNaN(now)) return null;
  return { nowMib: now / 1_024, mostMib: most / 1_024 };
}

/** From now on, the most is counted anew. */
export async function forgetMost(pid: number): Promise<void> {
  await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5");
}

/** A command that ran to its end. */
export interface Weighed {
  readonly code: number;
  readonly seconds: number;
  readonly mostMib: number;
  readonly stderr: string;
}

const LOOK_MS = 20;

/** Runs a command to its end and weighs it; its output goes nowhere. */
export async function weigh(
  [program = "", ...args]: readonly string[],
  directory: string,
): Promise<Weighed> {
  const begunMs = performance.now();
  const child = new Deno.Command(program, {
    args,
    cwd: directory,
    env: cleanEnvironment(),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let isOver = false;
  const ended = child.status.finally(() => isOver = true);
  const said = new Response(child.stderr).text();
  let mostMib = 0;
  while (!isOver) {
    const memory = await memoryOf(child.pid);
    mostMib = Math.max(mostMib, memory?.mostMib ?? 0);
    await Promise.race([
      ended,
      new Promise((then) => setTimeout(then, LOOK_MS)),
    ]);
  }
  const { code } = await ended;
  const seconds = (performance.now() - begunMs) / 1_000;
  return { code, seconds, mostMib, stderr: await said };
}
