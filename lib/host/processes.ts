/**
 * Other programs, run so that they cannot hurt: closed stdin, an environment
 * of our choice, bounded output, and a deadline at which the whole process
 * group is killed.
 *
 * @module
 */

export interface RunOptions {
  /** Program and arguments; no shell in between. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly deadlineMs: number;
  /** Bytes kept of stdout and of stderr each; the rest is read and dropped. */
  readonly outputBytesMax: number;
}

export interface RunResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: string | null;
  /** True when the deadline came first and the group was killed. */
  readonly killed: boolean;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: Uint8Array<ArrayBuffer>;
  /** True when stdout or stderr held more than was kept. */
  readonly truncated: boolean;
}

export interface Processes {
  /** @throws {Deno.errors.NotFound} when there is no such program. */
  run(options: RunOptions): Promise<RunResult>;
}
