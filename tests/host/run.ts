/**
 * Short ways to run a real program and to look at what it left.
 *
 * @module
 */

import type { RunOptions } from "../../lib/host/processes.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";

const processes = realProcesses();

export const text = (of: Uint8Array) => new TextDecoder().decode(of);

/** Runs a script of the shell. */
export function shell(script: string, options: Partial<RunOptions> = {}) {
  return run({ command: ["/bin/sh", "-c", script], ...options });
}

/** Runs a program, with defaults that fit most tests. */
export function run(
  options: Partial<RunOptions> & Pick<RunOptions, "command">,
) {
  return processes.run({
    environment: { PATH: "/usr/bin:/bin" },
    deadlineMs: 20_000,
    outputBytesMax: 65_536,
    ...options,
  });
}

/** Returns when no process has this number, or only a dead one has. */
export async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (!await isAlive(pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Process ${pid} still runs`);
}

/** Does a process of this number run, and is it not only waited for? */
export async function isAlive(pid: number): Promise<boolean> {
  const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return state !== "" && !/ Z /.test(state);
}
