/**
 * The seam of `lib/host/` for one process of a simulated world.
 *
 * @module
 */

import type { Host } from "../../lib/host/host.ts";
import { UNTOLD_SETTINGS } from "../../lib/host/kernel.ts";
import { UNTOLD_SIGNS } from "../../lib/host/vitals.ts";
import type { Http } from "../../lib/host/http.ts";
import type {
  Children,
  Processes,
  RunOptions,
  RunResult,
} from "../../lib/host/processes.ts";
import type { Life } from "./life.ts";
import { lifeDisk } from "./life_disk.ts";
import { EVERYBODY } from "./sim_network.ts";
import { simStreams } from "./sim_streams.ts";

/** What others than the world itself want to know of a process. */
export interface Watching {
  /** A program is begun: its environment, and the directory that it is in. */
  readonly onProgram: (options: RunOptions) => void;
  /** The local door was opened. */
  readonly onDoor: (handler: Handler) => void;
}

/** Answers requests of the local door. */
export type Handler = (request: Request) => Response | Promise<Response>;

/** How long a change of the disk, and a sync, may take. */
const CHANGE_MS = 1;
const SYNC_MS = 8;

/** How long a program may run, and how often it fails. */
const PROGRAM_MS = 2_000;
const FAILING = 0.2;

/** Everything outside, for this process. */
export function simHost(life: Life, watching: Watching): Host {
  const { computer } = life;
  const chance = computer.chance.of(`life ${computer.timeline.nowMs}`);
  const pace = chance.of("disk");
  return {
    clock: life.clock,
    randomness: chance,
    datagrams: life.datagrams,
    streams: simStreams(life),
    disk: lifeDisk({
      disk: computer.disk,
      locks: computer.locks,
      looking: () => life.now(),
      changing: () => life.pause(pace.between(0, CHANGE_MS)),
      syncing: () => life.pause(pace.between(0, SYNC_MS)),
    }),
    processes: simProcesses(life, watching),
    machine: {
      facts: () => ({
        hostName: computer.name,
        system: "linux",
        architecture: "x86_64",
        interfaces: [{
          name: "eth0",
          mac: computer.mac,
          address: computer.address,
          broadcast: EVERYBODY,
          loopback: false,
        }],
      }),
    },
    // It tells nothing of its settings, as some systems do.
    kernel: { settings: () => UNTOLD_SETTINGS },
    vitals: { signs: () => UNTOLD_SIGNS },
    names: { resolve: () => life.now().then(() => []) },
    http: simHttp(watching),
    terminal: unthinkable("a terminal"),
    workers: { count: 1, start: () => unthinkable("a thread") },
  };
}

function simProcesses(
  life: Life,
  { onProgram }: Watching,
): Processes & Children {
  const chance = life.computer.chance.of("programs");
  return {
    async run(options): Promise<RunResult> {
      onProgram(options);
      await life.pause(chance.between(1, PROGRAM_MS));
      const nothing = new Uint8Array(0);
      const code = chance.happens(FAILING) ? 1 : 0;
      return {
        ...{ code, signal: null, killed: false, truncated: false },
        ...{ stdout: nothing, stderr: nothing },
        both: { first: nothing, droppedBytes: 0, last: nothing },
      };
    },
    begin: () =>
      Promise.resolve({ ok: false, fault: "not found", detail: "no program" }),
  };
}

function simHttp({ onDoor }: Watching): Http {
  return {
    serve(at, handler) {
      onDoor(handler);
      const address = { hostname: at.hostname, port: at.port || 8_080 };
      return { address, stop: () => Promise.resolve() };
    },
    fetch: () => unthinkable("a request"),
  };
}

/** What nothing in a simulated world asks for. */
function unthinkable<T extends object>(what: string): T {
  return new Proxy({}, {
    get() {
      throw new Error(`There is no such thing here: ${what}`);
    },
  }) as T;
}
