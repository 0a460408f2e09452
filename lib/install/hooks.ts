/**
 * A package's hooks: programs that the agent runs at one moment of an install
 * or a removal, each so that it cannot hold the machine up.
 *
 * No shell stands between, unless the manifest names one. A hook gets a clean
 * environment, the program's tree as its directory, no keyboard, a process
 * group of its own, and a deadline: a little before it the group is asked to
 * end, at it the group is killed, and with it whoever left the group and kept
 * the environment (`hook_strays.ts`). A hook that fails takes what it left
 * behind with it as well. What it prints is bounded, its first and its last
 * part are kept, and its last lines reach the operator.
 *
 * A hook is over when its program has ended and nobody holds its output any
 * more: a service that it starts and that is to stay must close its output.
 *
 * Which hook is run when, and what its failure means, is not known here.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";
import type { Processes, RunResult } from "../host/processes.ts";
import type { Hook, HookName } from "../ieo/manifest/types.ts";
import { commandOfHook } from "./hook_program.ts";
import { endHooks, MARK_VARIABLE, spellMark } from "./hook_strays.ts";
import {
  PRINTED_FIRST_BYTES,
  PRINTED_LAST_BYTES,
  readPrinted,
  withLastLines,
} from "./printed.ts";

export { endHooks } from "./hook_strays.ts";

/** Of a hook's deadline, for ending by itself when asked to; at most. */
const GRACE_SHARE = 0.2;
const GRACE_MS_MAX = 5_000;

/**
 * Where a hook's own commands are found. Windows uses its own. The system's
 * come first: programs' commands are linked in /usr/local/bin, also those of
 * publishers who may run nothing as administrator.
 */
const SEARCH_PATH =
  "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/** What a hook learns of the program it belongs to. */
export interface HookEnvironment {
  readonly program: string;
  readonly version: string;
  /** The version that was in use before; null when there was none. */
  readonly previous: string | null;
  readonly step: "install" | "update" | "rollback" | "remove";
}

/** One run of one hook. */
export interface HookRun {
  readonly processes: Processes;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly hook: Hook;
  readonly name: HookName;
  /** The version's tree: the hook's working directory. */
  readonly directory: string;
  readonly environment: HookEnvironment;
  /**
   * Names this run among all of this machine, so that `endHooks` finds what is
   * left of it: the transaction's id. On one line, without NUL.
   */
  readonly mark?: string;
}

/** How a hook ended. */
export type HookOutcome =
  | { readonly ok: true; readonly output: string }
  | {
    readonly ok: false;
    readonly reason: "hook" | "deadline";
    /** A sentence, and below it the hook's last lines. */
    readonly detail: string;
    readonly output: string;
  };

/**
 * Runs a hook to its end or its deadline.
 *
 * @throws what the disk throws, and what the system says when it cannot run
 * anything at all.
 */
export async function runHook(run: HookRun): Promise<HookOutcome> {
  const { processes, disk, directory, hook, name, environment } = run;
  const called = `The hook "${name}" of ${environment.program} ` +
    environment.version;
  const command = await commandOfHook(disk, directory, hook);
  if (!command.ok) {
    const detail = `${called} could not be run: ${command.fault}`;
    return { ok: false, reason: "hook", detail, output: "" };
  }
  const mark = run.mark ??
    [environment.program, environment.version, name, run.clock.wallMs()]
      .join("-");
  const deadlineMs = hook.deadlineSeconds * 1_000;
  const result = await processes.run({
    command: command.value,
    environment: {
      ...environmentOfHook(run),
      [MARK_VARIABLE]: spellMark(mark),
    },
    directory,
    account: hook.user ?? null,
    deadlineMs,
    graceMs: Math.min(GRACE_MS_MAX, deadlineMs * GRACE_SHARE),
    outputBytesMax: PRINTED_FIRST_BYTES,
    tailBytesMax: PRINTED_LAST_BYTES,
    leftovers: "kill",
  });
  const outcome = judgeHook(result, called, hook);
  if (!outcome.ok && result.fault === undefined) {
    await endHooks(processes, mark);
  }
  return outcome;
}

/** Everything that a hook finds in its environment, HOME and mark aside. */
export function environmentOfHook(
  { name, directory, environment }: Pick<
    HookRun,
    "name" | "directory" | "environment"
  >,
): Record<string, string> {
  return {
    PATH: SEARCH_PATH,
    LANG: "C.UTF-8",
    FLOTTILLE_PROGRAM: environment.program,
    FLOTTILLE_VERSION: environment.version,
    FLOTTILLE_PREVIOUS: environment.previous ?? "",
    FLOTTILLE_STEP: environment.step,
    FLOTTILLE_HOOK: name,
    FLOTTILLE_DIRECTORY: directory,
  };
}

/** What a run amounts to; `called` begins the sentence. */
export function judgeHook(
  result: RunResult,
  called: string,
  hook: Pick<Hook, "deadlineSeconds" | "user">,
): HookOutcome {
  const output = readPrinted(result.both);
  const fail = (reason: "hook" | "deadline", what: string): HookOutcome => {
    const detail = withLastLines(`${called} ${what}`, output);
    return { ok: false, reason, detail, output };
  };
  if (result.fault !== undefined) {
    const as = hook.user === undefined ? "" : ` as ${hook.user}`;
    const detail = `${called} could not be run${as}: ${
      result.faultDetail ?? result.fault
    }`;
    return { ok: false, reason: "hook", detail, output };
  }
  const { code, signal, killed } = result;
  if (killed) {
    const deadline = `its deadline of ${hook.deadlineSeconds} s`;
    return fail(
      "deadline",
      code === 0
        ? `was not over at ${deadline}: it ended with code 0, but only when ` +
          "asked to, or with its output held by what it had started; a " +
          "service that is to stay must close its output"
        : `was killed at ${deadline}`,
    );
  }
  if (code === 0) return { ok: true, output };
  const after = `after ${((result.tookMs ?? 0) / 1_000).toFixed(1)} s`;
  return fail(
    "hook",
    code === null
      ? `was ended by ${signal ?? "a signal"} ${after}`
      : `ended with code ${code} ${after}`,
  );
}
