/**
 * The threads of this machine: Workers, each started from the text of its
 * program, behind a `data:` URL. That survives bundling and compiling.
 *
 * @module
 */

import type { Worked, WorkerPool, WorkerProgram, Workers } from "./workers.ts";

/**
 * More threads than this are not worth their memory, some 10 MB each: from
 * here on the one that feeds them is the slowest.
 */
const COUNT_MAX = 4;

/** What travels to a thread and back; the number says which job it is. */
interface Request<Job> {
  readonly number: number;
  readonly job: Job;
}
type Reply<Result> =
  & { readonly number: number }
  & ({ readonly result: Result } | { readonly error: string });

/** The threads of this machine. */
export function realWorkers(): Workers {
  const count = Math.min(COUNT_MAX, navigator.hardwareConcurrency);
  return { count, start: (program) => new Pool(program, count) };
}

class Pool<Job, Result> implements WorkerPool<Job, Result> {
  readonly #threads: readonly Thread<Job, Result>[];

  constructor(program: WorkerProgram<Job, Result>, count: number) {
    const url = urlOf(program);
    this.#threads = Array.from({ length: count }, () => new Thread(url));
  }

  run(job: Job, transfer: ArrayBuffer[] = []): Promise<Result> {
    const [thread] = this.#threads.toSorted((a, b) => a.jobs - b.jobs);
    if (thread === undefined) throw new Error("A pool without threads");
    return thread.run(job, transfer);
  }

  end(): void {
    for (const thread of this.#threads) thread.end("it was ended");
  }
}

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

class Thread<Job, Result> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #next = 0;
  #ended: string | null = null;

  constructor(url: string) {
    this.#worker = new Worker(url, { type: "module", name: "work" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply<Result>>) =>
      this.#settle(data);
    this.#worker.onerror = (event) => {
      event.preventDefault(); // Told to whoever waits for the job.
      this.end(event.message);
    };
  }

  get jobs(): number {
    return this.#waiting.size;
  }

  run(job: Job, transfer: ArrayBuffer[]): Promise<Result> {
    if (this.#ended !== null) return Promise.reject(endedError(this.#ended));
    const number = this.#next++;
    const request: Request<Job> = { number, job };
    return new Promise((resolve, reject) => {
      this.#worker.postMessage(request, transfer);
      this.#waiting.set(number, { resolve, reject });
    });
  }

  end(why: string): void {
    if (this.#ended !== null) return;
    this.#ended = why;
    this.#worker.terminate();
    const error = endedError(why);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #settle(reply: Reply<Result>): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if ("error" in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.result);
  }
}

function endedError(why: string): Error {
  return new Error(`Cannot finish the work of a thread: ${why}`);
}

function urlOf<Job, Result>(program: WorkerProgram<Job, Result>): string {
  // The modules are named here and not in the program: a bundler rewrites the
  // imports it finds, and text it leaves alone.
  const source = 'import * as crypto from "node:crypto";' +
    'import * as zlib from "node:zlib";' +
    `(${threadProgram})((${program})({ crypto, zlib }));`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** What surrounds the program in its thread. Closed, as the program is. */
function threadProgram<Job, Result>(work: (job: Job) => Worked<Result>): void {
  const scope = globalThis as unknown as {
    onmessage: (event: { data: Request<Job> }) => void;
    postMessage(reply: Reply<Result>, transfer?: Transferable[]): void;
  };
  scope.onmessage = ({ data: { number, job } }) => {
    try {
      const { result, transfer } = work(job);
      scope.postMessage({ number, result }, transfer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      scope.postMessage({ number, error: message });
    }
  };
}
