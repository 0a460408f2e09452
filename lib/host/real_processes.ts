/**
 * Other programs, each in a process group of its own, so that one signal ends
 * it together with all it started (I-09). A run ends when the program has
 * ended and nobody holds its output any more, or at the deadline.
 *
 * @module
 */

import type { Processes, RunOptions, RunResult } from "./processes.ts";

/**
 * How long a killed group may take to let go. Past it a process either left
 * the group (setsid) or hangs in the kernel: it is not waited for.
 */
const LET_GO_MS = 2_000;

/** The processes of this machine. */
export function realProcesses(): Processes {
  return { run };
}

async function run(options: RunOptions): Promise<RunResult> {
  const child = spawn(options);
  const stdout = new Capture(child.stdout, options.outputBytesMax);
  const stderr = new Capture(child.stderr, options.outputBytesMax);
  const ended = Promise.all([child.status, stdout.ended, stderr.ended]);

  const killed = !await within(options.deadlineMs, ended);
  if (killed) {
    killGroup(child.pid);
    if (!await within(LET_GO_MS, ended)) {
      stdout.stop();
      stderr.stop();
      child.unref(); // What hangs there must not keep this process alive.
    }
  }
  const status = await Promise.race([child.status, null]);
  return {
    code: status === null || status.signal !== null ? null : status.code,
    signal: status?.signal ?? null,
    killed,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    truncated: stdout.truncated || stderr.truncated,
  };
}

function spawn(options: RunOptions): Deno.ChildProcess {
  const [program, ...args] = options.command;
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...options.environment },
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
    detached: true, // A group of its own, with the child's number.
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function killGroup(pid: number): void {
  try {
    // Windows has no groups: there only the program itself can be ended.
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
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

/** Reads a stream to its end and keeps its first `bytesMax` bytes. */
class Capture {
  readonly ended: Promise<void>;
  truncated = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #bytesMax: number;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #count = 0;

  constructor(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    bytesMax: number,
  ) {
    this.#reader = stream.getReader();
    this.#bytesMax = bytesMax;
    this.ended = this.#read();
  }

  /** Stops waiting for the stream's end. */
  stop(): void {
    void this.#reader.cancel().catch(() => {});
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#count);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      const kept = value.subarray(0, this.#bytesMax - this.#count);
      if (kept.length < value.length) this.truncated = true;
      if (kept.length > 0) this.#chunks.push(kept.slice());
      this.#count += kept.length;
    }
  }
}
