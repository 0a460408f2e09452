/**
 * Threads for work that would keep the main one busy for long: compressing,
 * inflating, hashing. A thread reads no file and knows no socket; it is given
 * bytes and gives back what they became.
 *
 * @module
 */

/** What a thread's program may use besides its own text. */
export interface WorkerTools {
  readonly crypto: typeof import("node:crypto");
  readonly zlib: typeof import("node:zlib");
}

/** What a job came to, and the buffers that go back without being copied. */
export interface Worked<Result> {
  readonly result: Result;
  readonly transfer: ArrayBuffer[];
}

/**
 * What a thread runs: called once with the tools, its result once for each job.
 *
 * It travels to the thread as text, for a compiled executable holds no file to
 * start one from. So it may use nothing of its module but types: no import, no
 * constant, no helper.
 */
export type WorkerProgram<Job, Result> = (
  tools: WorkerTools,
) => (job: Job) => Worked<Result>;

/** Threads that run one program. */
export interface WorkerPool<Job, Result> {
  /**
   * Hands a job to the thread that has the fewest. What is in `transfer` is
   * not the caller's any more.
   *
   * @throws what the program threw, as an `Error` with its message.
   */
  run(job: Job, transfer?: ArrayBuffer[]): Promise<Result>;
  /** Ends the threads; jobs that are under way are refused. */
  end(): void;
}

/** The threads of this machine. */
export interface Workers {
  /** How many of them a pool has: 1 on a machine with one processor. */
  readonly count: number;
  start<Job, Result>(
    program: WorkerProgram<Job, Result>,
  ): WorkerPool<Job, Result>;
}
