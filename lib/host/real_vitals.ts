/**
 * The process's own signs of life, from the runtime and from /proc.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import type { Vitals } from "./vitals.ts";

const MICROS_PER_SECOND = 1_000_000;

/**
 * The signs of this process.
 *
 * @param proc Where the kernel tells them.
 */
export function realVitals(proc = "/proc"): Vitals {
  return {
    signs() {
      const { rss, heapUsed } = Deno.memoryUsage();
      const { user, system } = cpuUsage();
      return {
        residentBytes: rss,
        heapBytes: heapUsed,
        cpuSeconds: (user + system) / MICROS_PER_SECOND,
        openFiles: countOpen(`${proc}/self/fd`),
      };
    },
  };
}

function countOpen(path: string): number | null {
  try {
    let count = 0;
    for (const _ of Deno.readDirSync(path)) count++;
    // One of them is the directory that was just read.
    return count - 1;
  } catch {
    return null;
  }
}
