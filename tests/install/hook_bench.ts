/**
 * A tree with hooks in it, and a short way to run one for real.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { realClock } from "../../lib/host/real_clock.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";
import type { Hook } from "../../lib/ieo/manifest/types.ts";
import {
  type HookOutcome,
  type HookRun,
  runHook,
} from "../../lib/install/hooks.ts";

/** Runs of hooks in one tree. */
export interface Bench {
  readonly tree: string;
  /** Puts a script into the tree. */
  readonly put: (path: string, text: string, mode?: number) => Promise<string>;
  /** Runs a hook of the program `editor`. */
  readonly run: (
    hook: Partial<Hook> & Pick<Hook, "run">,
    more?: Partial<HookRun>,
  ) => Promise<HookOutcome>;
  /** Writes the body of a shell script as `hook` and runs it. */
  readonly script: (
    body: string,
    hook?: Partial<Hook>,
  ) => Promise<HookOutcome>;
}

/** A test with a tree of its own, in a directory that others may enter. */
export function testHook(
  name: string,
  test: (bench: Bench) => Promise<void>,
  options: { ignore?: boolean } = {},
): void {
  // The scripts of these tests are those of a POSIX shell.
  const ignore = options.ignore === true || Deno.build.os === "windows";
  Deno.test(name, { ignore }, async () => {
    const directory = await Deno.makeTempDir({ prefix: "flottille-hook-" });
    try {
      await Deno.chmod(directory, 0o755);
      const tree = join(directory, "tree");
      await Deno.mkdir(tree);
      await test(benchIn(tree));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

function benchIn(tree: string): Bench {
  const put = async (path: string, text: string, mode = 0o755) => {
    const whole = join(tree, path);
    await Deno.mkdir(dirname(whole), { recursive: true });
    await Deno.writeTextFile(whole, text);
    await Deno.chmod(whole, mode);
    return whole;
  };
  const run: Bench["run"] = (hook, more = {}) =>
    runHook({
      processes: realProcesses(),
      disk: realDisk(),
      clock: realClock(),
      name: "postinstall",
      directory: tree,
      environment: {
        program: "editor",
        version: "2.0",
        previous: "1.0",
        step: "update",
      },
      ...more,
      hook: { deadlineSeconds: 20, ...hook },
    });
  return {
    tree,
    put,
    run,
    script: async (body, hook = {}) => {
      await put("hook", `#!/bin/sh\n${body}\n`);
      return await run({ run: ["hook"], ...hook });
    },
  };
}

/** A hook that failed, for this reason. */
export function failed(
  outcome: HookOutcome,
  reason: "hook" | "deadline" = "hook",
): Extract<HookOutcome, { ok: false }> {
  if (outcome.ok) throw new Error(`It did not fail: ${outcome.output}`);
  if (outcome.reason !== reason) throw new Error(outcome.detail);
  return outcome;
}
