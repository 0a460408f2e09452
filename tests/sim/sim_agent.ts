/**
 * An agent of a simulated world: the whole of it, through all its lives.
 *
 * @module
 */

import { AGENT_DEFAULTS } from "../../lib/agent/options.ts";
import { runAgent, type RunningAgent } from "../../lib/agent/run.ts";
import type { AgentStatus } from "../../lib/agent/status.ts";
import type { Log } from "../../lib/host/log.ts";
import type { RunOptions } from "../../lib/host/processes.ts";
import type { Computer } from "./computer.ts";
import type { DiskTree } from "./disk_tree.ts";
import { simHost } from "./sim_host.ts";

export const PROGRAMS = "/opt/flottille";
const JOIN = "/srv/join.json";

/** Quick for its age: worlds are short. */
const OPTIONS = {
  ...AGENT_DEFAULTS,
  joinPath: JOIN,
  programsDirectory: PROGRAMS,
  pingEverySeconds: 15,
};

/** One agent, one computer. */
export class SimAgent {
  readonly computer: Computer;
  readonly #log: Log;
  readonly #onProgram: (options: RunOptions) => void;
  readonly #onRekeyed: () => void;
  #running: RunningAgent | null = null;
  /** The machine's identifier, as soon as it has one. */
  machine: string | null = null;

  constructor(
    computer: Computer,
    { joinFile, log, onProgram, onRekeyed }: {
      readonly joinFile: Uint8Array;
      readonly log: Log;
      readonly onProgram: (options: RunOptions) => void;
      /** It has a new key, and is to be started anew. */
      readonly onRekeyed: () => void;
    },
  ) {
    this.computer = computer;
    this.#log = log;
    this.#onProgram = onProgram;
    this.#onRekeyed = onRekeyed;
    const { disk } = computer;
    if (disk.tree.find("/srv") !== null) return; // A cloned disk.
    for (
      const path of [
        "/srv",
        "/opt",
        "/var",
        "/var/lib",
        "/usr",
        "/usr/local",
        "/usr/local/bin",
      ]
    ) {
      disk.makeDirectory(path, 0o755);
    }
    disk.write(disk.makeFile(JOIN, 0o600), 0, joinFile);
    disk.syncTree("/");
  }

  get isReady(): boolean {
    return this.#running !== null;
  }

  async start(): Promise<void> {
    const life = this.computer.begin();
    const host = simHost(life, {
      onProgram: this.#onProgram,
      onDoor: () => {},
    });
    const running = await runAgent({ host, options: OPTIONS, log: this.#log });
    if (life.isOver) return;
    this.#running = running;
    this.machine = running.machine;
    running.rekeyed.then(() => {
      if (!life.isOver) this.#onRekeyed();
    });
  }

  die({ isPower }: { readonly isPower: boolean }): void {
    this.#running = null;
    if (isPower) this.computer.powerOff();
    else this.computer.kill();
  }

  /** What it says of itself; null while it does not run. */
  async status(): Promise<AgentStatus | null> {
    return await this.#running?.status() ?? null;
  }
}

/** The version of a program that a disk has in use; null: none. */
export function versionIn(tree: DiskTree, name: string): string | null {
  const found = tree.find(`${PROGRAMS}/${name}/current`);
  const node = found === null ? undefined : tree.nodes.get(found);
  return node?.kind === "symlink" ? node.target : null;
}
