/**
 * Where transactions work, and with what: the disk and its layout, the hooks,
 * the system's package manager. Handed to every step and to every recovery, so
 * that what a crash leaves is closed with the same hands.
 *
 * What most orders never need (the runner of hooks, the managers) is loaded at
 * its first use: an idle agent stays small.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";
import type { Processes } from "../host/processes.ts";
import type { HookOutcome, HookRun } from "./hooks.ts";
import type { Layout } from "./layout.ts";
import type { NativeManager } from "./native/manager.ts";

/** The system's package manager, as the transactions need it. */
export type Natives = Pick<
  NativeManager,
  "query" | "isBroken" | "install" | "remove" | "goBack"
>;

/** The runner of hooks, as the transactions need it. */
export interface HookRunner {
  run(
    run: Omit<HookRun, "processes" | "disk" | "clock">,
  ): Promise<HookOutcome>;
  /** Ends what still runs of the hooks under this mark. */
  end(mark: string): Promise<void>;
}

/** Where transactions work, and with what. */
export interface Site {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly natives: Natives;
  readonly hooks: HookRunner;
  readonly processes: Processes;
  /** Told of errors that are not the outcome of any order: a sentence. */
  readonly trouble: (sentence: string) => void;
}

/** What runs things on this machine. */
export interface RunnerOptions {
  readonly processes: Processes;
  readonly disk: Disk;
  readonly clock: Clock;
}

/** The hooks of this machine. */
export function hookRunner({ processes, ...rest }: RunnerOptions): HookRunner {
  return {
    async run(run) {
      const { runHook } = await import("./hooks.ts");
      return await runHook({ ...run, ...rest, processes });
    },
    async end(mark) {
      const { endHooks } = await import("./hooks.ts");
      await endHooks(processes, mark);
    },
  };
}

/** The package managers of this machine, whose system is called `system`. */
export function systemNatives(
  options: RunnerOptions & {
    readonly system: () => Promise<string>;
    /** A system root other than this machine's; for tests. */
    readonly root?: string;
    readonly onWait: (sentence: string) => void;
  },
): Natives {
  let opened: Promise<NativeManager> | null = null;
  const manager = () => opened ??= openManager(options);
  return {
    query: async (...asked) => await (await manager()).query(...asked),
    isBroken: async (...asked) => await (await manager()).isBroken(...asked),
    install: async (...asked) => await (await manager()).install(...asked),
    remove: async (...asked) => await (await manager()).remove(...asked),
    goBack: async (...asked) => await (await manager()).goBack(...asked),
  };
}

async function openManager(
  { system, ...rest }: Parameters<typeof systemNatives>[0],
): Promise<NativeManager> {
  const { NativeManager } = await import("./native/manager.ts");
  return new NativeManager({ ...rest, system: await system() });
}
