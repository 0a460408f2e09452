/**
 * Other programs, each in a process group of its own, so that one signal ends
 * it together with all it started (I-09). A run ends when the program has
 * ended and nobody holds its output any more, or at the deadline.
 *
 * @module
 */

import type {
  BeginOptions,
  Child,
  Children,
  Ending,
  Processes,
  RunOptions,
  RunResult,
} from "./processes.ts";
import { realAccounts } from "./real_accounts.ts";
import { Capture, Keeper } from "./real_capture.ts";
import { spawn } from "./real_spawn.ts";

/**
 * How long a killed group may take to let go. Past it a process either left
 * the group (setsid) or hangs in the kernel: it is not waited for.
 */
const LET_GO_MS = 2_000;

/** How long the helper that kills a tree on Windows may take. */
const TREE_KILL_MS = 5_000;

const NOTHING = new Uint8Array(0);

/** The processes of this machine. */
export function realProcesses(): Processes & Children {
  return { run, begin };
}

async function run(options: RunOptions): Promise<RunResult> {
  const as = await realAccounts(options);
  const spawned = as.ok ? await spawn(as.value) : as;
  if (!spawned.ok) {
    return {
      code: null,
      signal: null,
      killed: false,
      stdout: NOTHING,
      stderr: NOTHING,
      truncated: false,
      fault: spawned.fault,
      faultDetail: spawned.detail,
      tookMs: 0,
    };
  }
  return await follow(spawned.value, options);
}

async function follow(
  child: Deno.ChildProcess,
  options: RunOptions,
): Promise<RunResult> {
  const beganMs = performance.now();
  const { outputBytesMax, tailBytesMax } = options;
  const out = new Keeper(outputBytesMax, 0);
  const err = new Keeper(outputBytesMax, 0);
  const both = tailBytesMax === undefined
    ? null
    : new Keeper(outputBytesMax, tailBytesMax);
  const captures = [
    new Capture(child.stdout, both === null ? [out] : [out, both]),
    new Capture(child.stderr, both === null ? [err] : [err, both]),
  ];
  const ended = Promise.all([
    child.status,
    ...captures.map((each) => each.ended),
  ]);

  const killed = !await endsInTime(child.pid, ended, options);
  if (killed) {
    await signalGroup(child.pid, "SIGKILL");
    if (!await within(LET_GO_MS, ended)) {
      for (const capture of captures) capture.stop();
      child.unref(); // What hangs there must not keep this process alive.
    }
  }
  const status = await Promise.race([child.status, null]);
  if (options.leftovers === "kill" && status?.success !== true) {
    await signalGroup(child.pid, "SIGKILL");
  }
  const [stdout, stderr] = [out.kept(), err.kept()];
  return {
    code: status === null || status.signal !== null ? null : status.code,
    signal: status?.signal ?? null,
    killed,
    stdout: stdout.first,
    stderr: stderr.first,
    truncated: stdout.droppedBytes + stderr.droppedBytes > 0,
    tookMs: performance.now() - beganMs,
    ...(both === null ? {} : { both: both.kept() }),
  };
}

/** How long the last output of a program that ended is waited for. */
const LAST_OUTPUT_MS = 500;

const begin: Children["begin"] = async (options) => {
  const spawned = await spawn({ ...options, goesOn: true });
  return spawned.ok
    ? { ok: true, child: childOf(spawned.value, options) }
    : spawned;
};

function childOf(
  child: Deno.ChildProcess,
  { tailBytesMax, onOutput = () => {} }: BeginOptions,
): Child {
  const both = new Keeper(0, tailBytesMax);
  const captures = (["stdout", "stderr"] as const).map((from) =>
    new Capture(child[from], [both, {
      push: (bytes) => onOutput(bytes, from),
    }])
  );
  const read = Promise.all(captures.map((each) => each.ended));
  const ended = async (): Promise<Ending> => {
    const { code, signal } = await child.status;
    await within(LAST_OUTPUT_MS, read);
    for (const capture of captures) capture.stop();
    // Only now: its end is how the program would notice ours.
    void child.stdin.close().catch(() => {});
    return { code: signal === null ? code : null, signal };
  };
  return {
    ended: ended(),
    printed: () => both.kept(),
    signal: (signal) => signalGroup(child.pid, signal),
  };
}

/** True when it ended before anybody asked it to. */
async function endsInTime(
  pid: number,
  ended: Promise<unknown>,
  { deadlineMs, graceMs = 0 }: RunOptions,
): Promise<boolean> {
  if (await within(Math.max(0, deadlineMs - graceMs), ended)) return true;
  if (graceMs > 0) {
    await signalGroup(pid, "SIGTERM");
    await within(Math.min(graceMs, deadlineMs), ended);
  }
  return false;
}

/** Signals the whole group; that nobody is left in it is fine. */
async function signalGroup(
  pid: number,
  signal: "SIGTERM" | "SIGINT" | "SIGKILL",
): Promise<void> {
  if (Deno.build.os === "windows") return await killTree(pid, signal);
  try {
    Deno.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Windows has no groups: its own tool walks from parents to children. */
async function killTree(pid: number, signal: string): Promise<void> {
  const force = signal === "SIGKILL" ? ["/F"] : [];
  const child = new Deno.Command("taskkill", {
    args: ["/T", ...force, "/PID", String(pid)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  if (!await within(TREE_KILL_MS, child.status)) child.unref();
}

/** True when the promise was settled before `delayMs` had passed. */
async function within(
  delayMs: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), delayMs);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
