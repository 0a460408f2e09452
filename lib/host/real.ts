/**
 * The real world, put together. Only the entry files and the tests of real
 * sockets start from here.
 *
 * @module
 */

import type { Host } from "./host.ts";
import { realClock } from "./real_clock.ts";
import { realDatagrams } from "./real_datagrams.ts";
import { realDisk } from "./real_disk.ts";
import { realHttp } from "./real_http.ts";
import { realKernel } from "./real_kernel.ts";
import { realMachine } from "./real_machine.ts";
import { realNames } from "./real_names.ts";
import { realProcesses } from "./real_processes.ts";
import { realRandomness } from "./real_randomness.ts";
import { realStreams } from "./real_streams.ts";
import { realTerminal } from "./real_terminal.ts";
import { realVitals } from "./real_vitals.ts";
import { realWorkers } from "./real_workers.ts";

/** The machine this process runs on. */
export function realHost(): Host {
  return {
    clock: realClock(),
    randomness: realRandomness(),
    datagrams: realDatagrams(),
    streams: realStreams(),
    disk: realDisk(),
    processes: realProcesses(),
    machine: realMachine(),
    kernel: realKernel(),
    vitals: realVitals(),
    names: realNames(),
    http: realHttp(),
    terminal: realTerminal(),
    workers: realWorkers(),
  };
}
