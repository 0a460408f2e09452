/**
 * A machine's processes and its package manager, for the tests of the
 * installer.
 *
 * The hooks are those of `packages.ts`: the name of the file says how it ends.
 * The manager keeps what it holds in one file of the house, so that it outlives
 * the agent as a real one does; every question and every change passes the
 * watched disk, and can be where the world stops. Its packages are texts, and
 * it knows the right one from another.
 *
 * @module
 */

import { basename } from "node:path";
import type { Disk } from "../../lib/host/disk.ts";
import type { Processes, RunResult } from "../../lib/host/processes.ts";
import type { NativeOutcome } from "../../lib/install/native/outcome.ts";
import type { Natives } from "../../lib/install/site.ts";
import type { NativePackage } from "../../lib/ieo/manifest/types.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { WatchedDisk } from "./watched_disk.ts";

const NOTHING = new Uint8Array();
const ENDED: RunResult = {
  code: 0,
  signal: null,
  killed: false,
  stdout: NOTHING,
  stderr: NOTHING,
  truncated: false,
};

/** A hook that was run, and where. */
export interface HookSeen {
  readonly hook: string;
  readonly step: string;
  readonly version: string;
  readonly previous: string;
  readonly directory: string;
}

/** Runs the hooks of `packages.ts`, and nothing else. */
export class FakeProcesses implements Processes {
  readonly seen: HookSeen[] = [];
  /** The marks under which hooks were ended. */
  readonly ended: string[] = [];
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async run(
    { command, environment, directory = "" }: Parameters<Processes["run"]>[0],
  ): Promise<RunResult> {
    const hook = environment["FLOTTILLE_HOOK"];
    if (hook === undefined) {
      this.ended.push(command.at(-1) ?? "");
      return ENDED;
    }
    const program = basename(command[0]);
    const run = (): Promise<RunResult> => {
      this.seen.push({
        hook,
        step: environment["FLOTTILLE_STEP"] ?? "",
        version: environment["FLOTTILLE_VERSION"] ?? "",
        previous: environment["FLOTTILLE_PREVIOUS"] ?? "",
        directory,
      });
      return Promise.resolve(ENDS[program] ?? ENDED);
    };
    return this.#disk instanceof WatchedDisk
      ? await this.#disk.act("run", hook, run)
      : await run();
  }
}

/** The last line of a hook that fails. */
export const LAST_LINE = "the port is taken";

const ENDS: Readonly<Record<string, RunResult>> = {
  fail: {
    ...ENDED,
    code: 3,
    both: { first: utf8(`${LAST_LINE}\n`), droppedBytes: 0, last: NOTHING },
  },
  late: { ...ENDED, code: null, signal: "SIGKILL", killed: true },
};

type NativeName = Pick<NativePackage, "kind" | "package">;

/** The version of a package that is half installed. */
const HALF = "half";

/** What the manager holds: versions by package. */
export type Held = Readonly<Record<string, string>>;

/** A package manager whose memory is one file. */
export class FakeManager implements Natives {
  readonly #disk: Disk;
  readonly #path: string;

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  async query({ package: name }: NativeName): Promise<string | null> {
    const held = (await this.#read())[name];
    return held === undefined || held === HALF ? null : held;
  }

  async isBroken({ package: name }: NativeName): Promise<boolean> {
    return (await this.#read())[name] === HALF;
  }

  async install(
    one: NativePackage,
    filePath: string,
  ): Promise<NativeOutcome> {
    const text = fromUtf8(await this.#disk.readFile(filePath, 100)) ?? "";
    const [name = "", version = ""] = text.trim().split(" ");
    if (name !== one.package) return refused(`${filePath} is not ${name}`);
    if (version === "broken") {
      await this.#write({ ...await this.#read(), [name]: HALF });
      return refused("dpkg: error: it is broken");
    }
    await this.#write({ ...await this.#read(), [name]: version });
    return { ok: true, output: "", notes: [] };
  }

  async remove({ package: name }: NativePackage): Promise<NativeOutcome> {
    const { [name]: _, ...rest } = await this.#read();
    await this.#write(rest);
    return { ok: true, output: "", notes: [] };
  }

  async goBack(
    one: NativePackage,
    before: string | null,
    previousFile: string | null,
  ): Promise<NativeOutcome> {
    if (before === null) return await this.remove(one);
    return previousFile === null
      ? refused(`${one.package} ${before} is nowhere to be found`)
      : await this.install(one, previousFile);
  }

  async #read(): Promise<Held> {
    if (await this.#disk.stat(this.#path) === null) return {};
    const bytes = await this.#disk.readFile(this.#path, 10_000);
    return JSON.parse(fromUtf8(bytes) ?? "");
  }

  async #write(held: Held): Promise<void> {
    const sorted = Object.fromEntries(Object.entries(held).sort());
    await this.#disk.replaceFile(this.#path, utf8(JSON.stringify(sorted)));
  }
}

function refused(detail: string): NativeOutcome {
  return { ok: false, reason: "package", detail, output: "" };
}
