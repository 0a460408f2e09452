/**
 * Other programs, run so that they cannot hurt: closed stdin, an environment
 * of our choice, bounded output, and a deadline at which the whole process
 * group is killed.
 *
 * That a program could not be begun at all is a value and no exception: who
 * asks for it read its name in a file that somebody else wrote.
 *
 * @module
 */

export interface RunOptions {
  /** Program and arguments; no shell in between. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Whole time, `graceMs` included; then the group is killed. */
  readonly deadlineMs: number;
  /** So long before the deadline the group is asked to end (SIGTERM). */
  readonly graceMs?: number;
  /**
   * Bytes kept of the beginning of stdout and of stderr each; what follows is
   * read and dropped.
   */
  readonly outputBytesMax: number;
  /** Bytes of the end of both together that `both` shall hold. */
  readonly tailBytesMax?: number;
  /**
   * Run as an account of this machine: its user, its groups, and HOME, USER
   * and LOGNAME added to the environment. `null` is the account of this
   * process, which then is only named.
   */
  readonly account?: string | null;
  /**
   * Kill what is left of the group also when the program fails, not only at
   * the deadline. Not for programs that start services on purpose.
   */
  readonly leftovers?: "kill";
}

/** Output of which the middle may be missing. */
export interface KeptOutput {
  readonly first: Uint8Array<ArrayBuffer>;
  /** Bytes between the two that were read and dropped. */
  readonly droppedBytes: number;
  readonly last: Uint8Array<ArrayBuffer>;
}

/** Why a program could not be begun. */
export type RunFault =
  /** No such program, no such directory, or no interpreter of the script. */
  | "not found"
  /** No right to run it, or to be in the directory; or no program at all. */
  | "not executable"
  | "no such account";

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
  /**
   * Stdout and stderr in the order in which they were read, when
   * `tailBytesMax` was given. Two pipes keep no common order: lines of one
   * moment may stand the other way round.
   */
  readonly both?: KeptOutput;
  /** Present when nothing was run; the code is null then. */
  readonly fault?: RunFault;
  /** What the system said about the fault. */
  readonly faultDetail?: string;
  /** How long it ran. */
  readonly tookMs?: number;
}

export interface Processes {
  /** @throws what the system says when it cannot run anything at all. */
  run(options: RunOptions): Promise<RunResult>;
}

/** A program that goes on beside this one. */
export interface BeginOptions {
  /** Program and arguments; no shell in between. */
  readonly command: readonly [string, ...string[]];
  /** Put over this process's own environment, which the program inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of the end of stdout and stderr together that `printed` holds. */
  readonly tailBytesMax: number;
  /** Told of every piece that it prints. */
  readonly onOutput?: (
    bytes: Uint8Array<ArrayBuffer>,
    from: "stdout" | "stderr",
  ) => void;
}

/** How a program ended. */
export interface Ending {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** A program that was begun, in a process group of its own. */
export interface Child {
  /**
   * Resolves when it has ended and what it printed is read; what others of its
   * group still print is not waited for.
   */
  readonly ended: Promise<Ending>;
  /** What it printed last, as far as it was read. */
  printed(): KeptOutput;
  /** Signals the whole group; that nobody is left in it is fine. */
  signal(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<void>;
}

/** Begins programs that go on. */
export interface Children {
  /**
   * The program's stdin is a pipe on which nothing comes: it ends with this
   * process, however that ends, so that the program can notice it.
   *
   * @throws what the system says when it cannot run anything at all.
   */
  begin(
    options: BeginOptions,
  ): Promise<
    | { readonly ok: true; readonly child: Child }
    | { readonly ok: false; readonly fault: RunFault; readonly detail: string }
  >;
}
