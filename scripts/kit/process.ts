/**
 * Real processes for the demo and the tests that need them: commands that run
 * to their end, and programs that run until they are stopped. Every wait has a
 * deadline, and nothing that was started here outlives the script.
 *
 * @module
 */

/** Our programs refuse to start with these: they widen the TLS pin (K-14). */
export const WIDENING = [
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
];

/** This script's environment without what our programs refuse. */
export function cleanEnvironment(): Record<string, string> {
  const environment = Deno.env.toObject();
  for (const name of WIDENING) delete environment[name];
  return environment;
}

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly directory?: string;
  /** The whole environment; our own, cleaned, when absent. */
  readonly environment?: Record<string, string>;
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 60_000;
const TAIL_CHARS = 16_000;

/** Runs a command to its end. */
export async function run(
  [program, ...args]: readonly string[],
  { directory, environment, deadlineMs = DEADLINE_MS }: CommandOptions = {},
): Promise<Ran> {
  if (program === undefined) throw new TypeError("Nothing to run");
  const output = await new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(deadlineMs),
    ...(directory === undefined ? {} : { cwd: directory }),
    env: environment ?? cleanEnvironment(),
    clearEnv: true,
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** A program that runs until it is stopped; its last lines are kept. */
export class Running {
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<Deno.CommandStatus>;
  #tail = "";
  #over = false;
  #printedBytes = 0;

  constructor(
    readonly name: string,
    [program, ...args]: readonly string[],
    directory: string,
  ) {
    if (program === undefined) throw new TypeError("Nothing to run");
    this.#child = new Deno.Command(program, {
      args,
      cwd: directory,
      env: cleanEnvironment(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    void this.#keep(this.#child.stdout);
    void this.#keep(this.#child.stderr);
    this.#ended = this.#child.status.finally(() => this.#over = true);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The last lines it printed. */
  get tail(): string {
    return this.#tail;
  }

  /** How much it printed in all. */
  get printedBytes(): number {
    return this.#printedBytes;
  }

  /** Asks it to stop; kills it when it has not within `withinMs`. */
  async stop(withinMs = 10_000): Promise<Deno.CommandStatus> {
    if (!this.#over) this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), withinMs);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#ended;
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended by itself in between.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #keep(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#printedBytes += chunk.length;
      const text = this.#tail + decoder.decode(chunk, { stream: true });
      this.#tail = text.slice(-TAIL_CHARS);
    }
  }
}

/**
 * Asks `question` until it answers something else than null.
 *
 * @throws when it has not after `withinMs`: with `what` was awaited.
 */
export async function eventually<T>(
  what: string,
  question: () => Promise<T | null>,
  { withinMs = 15_000, everyMs = 150 } = {},
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const answer = await question();
    if (answer !== null) return answer;
    if (performance.now() > untilMs) {
      throw new Error(`${what}: not so after ${withinMs / 1_000} s`);
    }
    await new Promise((then) => setTimeout(then, everyMs));
  }
}
