/**
 * A real agent that kills itself with SIGKILL after a chosen step: `deno run
 * scripts/crash/dying_agent.ts LOG FROM AT run ...`.
 *
 * A step is anything that changes the disk below the programs' directory or
 * in the journal, and every program that is started and has ended. Counting
 * begins when the agent starts (`start`), which is where a recovery is, or with
 * the journal's begin record (`order`). Each step is a line of LOG, so that the
 * script that started this agent knows how many there are.
 *
 * @module
 */

import { agentMain } from "../../lib/cli/agent_main.ts";
import type { Disk, DiskFile } from "../../lib/host/disk.ts";
import type { Host } from "../../lib/host/host.ts";
import type { Processes } from "../../lib/host/processes.ts";
import { realHost } from "../../lib/host/real.ts";

/** The line of a log that says where a recovery has ended. */
export const ORDER_BEGINS = "an order begins";

/** Counts steps, and dies after one of them. */
class Steps {
  readonly #log: string;
  readonly #at: number;
  #isCounting: boolean;
  #count = 0;

  constructor(log: string, from: string, at: number) {
    this.#log = log;
    this.#at = at;
    this.#isCounting = from === "start";
  }

  /** The journal's begin record is on its way. */
  begin(): void {
    if (this.#isCounting) {
      Deno.writeTextFileSync(this.#log, `${ORDER_BEGINS}\n`, { append: true });
    }
    this.#isCounting = true;
  }

  /** After the step: on from here, nothing more is done by this process. */
  taken(what: string): void {
    if (!this.#isCounting) return;
    this.#count++;
    Deno.writeTextFileSync(this.#log, `${what}\n`, { append: true });
    if (this.#count !== this.#at) return;
    Deno.kill(Deno.pid, "SIGKILL");
    // The signal is on its way; not one instruction of the agent may follow.
    for (;;);
  }
}

/** Is this path part of what an install changes? */
type Concerns = (path: string) => boolean;

function dyingDisk(inner: Disk, steps: Steps, concerns: Concerns): Disk {
  const after = async <T>(
    what: string,
    path: string,
    act: Promise<T>,
  ): Promise<T> => {
    const result = await act;
    if (concerns(path)) steps.taken(`${what} ${path}`);
    return result;
  };
  return {
    stat: (path) => inner.stat(path),
    writtenMs: (paths) => inner.writtenMs(paths),
    list: (path) => inner.list(path),
    readFile: (path, bytesMax) => inner.readFile(path, bytesMax),
    readPlain: (path, options) => inner.readPlain(path, options),
    readLink: (path) => inner.readLink(path),
    spaceFree: (path) => inner.spaceFree(path),
    lock: (path) => inner.lock(path),
    open: async (path, options) => {
      const file = await inner.open(path, options);
      const creates = options.create || options.createNew || options.truncate;
      if (creates && concerns(path)) steps.taken(`open ${path}`);
      return concerns(path) ? dyingFile(file, path, steps) : file;
    },
    replaceFile: (path, ...rest) =>
      after("replace", path, inner.replaceFile(path, ...rest)),
    makeDirectory: (path, options) =>
      after("mkdir", path, inner.makeDirectory(path, options)),
    rename: (from, to) => after("rename", to, inner.rename(from, to)),
    remove: (path, options) =>
      after("remove", path, inner.remove(path, options)),
    symlink: (target, path) =>
      after("symlink", path, inner.symlink(target, path)),
    chmod: (path, mode) => after("chmod", path, inner.chmod(path, mode)),
    copyOwner: (from, to) => after("chown", to, inner.copyOwner(from, to)),
    syncDirectory: (path) =>
      after("sync directory", path, inner.syncDirectory(path)),
    syncTree: (path) => after("sync tree", path, inner.syncTree(path)),
  };
}

function dyingFile(inner: DiskFile, path: string, steps: Steps): DiskFile {
  const after = async (what: string, act: Promise<void>) => {
    await act;
    steps.taken(`${what} ${path}`);
  };
  return {
    read: (into) => inner.read(into),
    readAt: (offset, into) => inner.readAt(offset, into),
    write: (bytes) => {
      if (isBegin(bytes)) steps.begin();
      return after("write", inner.write(bytes));
    },
    truncate: (size) => after("truncate", inner.truncate(size)),
    seek: (offset) => inner.seek(offset),
    sync: () => after("sync", inner.sync()),
    close: () => inner.close(),
  };
}

/** The record that opens a transaction; see `lib/install/journal/entries.ts`. */
function isBegin(bytes: Uint8Array): boolean {
  return bytes.length < 65_536 &&
    new TextDecoder().decode(bytes).includes('{"do":"begin"');
}

function dyingProcesses<P extends Processes>(inner: P, steps: Steps): P {
  return {
    ...inner,
    run: async (options) => {
      const what = options.command.join(" ");
      steps.taken(`about to run ${what}`);
      const result = await inner.run(options);
      steps.taken(`run ${what}`);
      return result;
    },
  };
}

function optionOf(name: string): string {
  const value = Deno.args[Deno.args.indexOf(name) + 1];
  if (value === undefined) throw new Error(`${name} must be given`);
  return value;
}

async function main(): Promise<number> {
  const [log = "", from = "", at = ""] = Deno.args;
  const steps = new Steps(log, from, Number(at));
  const places = [optionOf("--programs"), `${optionOf("--state")}/journal`];
  for (const name of ["--commands", "--executable"]) {
    if (Deno.args.includes(name)) places.push(optionOf(name));
  }
  const concerns = (path: string) =>
    places.some((place) => path.startsWith(place));
  const real = realHost();
  const host: Host = {
    ...real,
    disk: dyingDisk(real.disk, steps, concerns),
    processes: dyingProcesses(real.processes, steps),
  };
  return await agentMain(host, Deno.args.slice(3), {
    environment: Deno.env.toObject(),
    inputEnds: async () => {
      while (await Deno.stdin.read(new Uint8Array(256)) !== null);
    },
  });
}

if (import.meta.main) Deno.exit(await main());
