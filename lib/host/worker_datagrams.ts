/**
 * UDP whose sockets live in a Worker, so that receiving never stalls behind
 * other work: the kernel keeps only some 256 small datagrams while nobody
 * reads, and a fleet answers one ping with thousands (F-01, F-03). For the
 * server; a Worker costs an agent more memory than it is worth.
 *
 * The Worker keeps what arrives and hands it over in batches, the next one
 * when the last is used up. Opening and closing wait for it in place, so they
 * behave as those of `real_datagrams.ts`.
 *
 * @module
 */

import type {
  Datagram,
  Datagrams,
  DatagramSocket,
  OpenDatagramsOptions,
} from "./datagrams.ts";
import { RECEIVE_BYTES_MAX } from "./datagrams.ts";
import { Queue } from "./queue.ts";
import {
  type Batch,
  type Outgoing,
  type Reply,
  REPLY_BYTES_MAX,
  type Report,
  type Request,
  type WorkerLimits,
  workerProgram,
} from "./worker_program.ts";

const LIMITS: WorkerLimits = {
  receiveBytesMax: RECEIVE_BYTES_MAX,
  // Two answers from each of 10,000 machines; 24 MB at the very most.
  waitingMax: 20_000,
  // Some 10 ms of work: under a flood of dear datagrams everybody else waits
  // for no more than that (F-05).
  batchMax: 64,
  receivePauseMs: 50,
};

/** Sends under way at once, per socket; what is more counts as lost. */
const SENDING_MAX = 20_000;

/** Far longer than a Worker takes to start, about 20 ms. */
const REPLY_DEADLINE_MS = 10_000;

/** The UDP of this machine, read by a thread of its own. */
export function workerDatagrams(): Datagrams {
  const thread = new Thread();
  return { open: (options) => new WorkerSocket(thread, options) };
}

/** The Worker: it runs while at least one socket is open. */
class Thread {
  readonly #sockets = new Map<number, WorkerSocket>();
  #worker: Worker | null = null;
  #next = 0;

  open(socket: WorkerSocket, options: OpenDatagramsOptions) {
    const number = this.#next++;
    this.#worker ??= this.#start();
    const reply = this.#ask({ kind: "open", socket: number, options });
    if ("error" in reply) {
      this.#endWhenIdle();
      throw errorOf(reply.error, reply.message);
    }
    this.#sockets.set(number, socket);
    return { number, address: reply.address };
  }

  post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  close(number: number): void {
    this.#ask({ kind: "close", socket: number });
    this.#sockets.delete(number);
    this.#endWhenIdle();
  }

  #start(): Worker {
    const source = `(${workerProgram})(${JSON.stringify(LIMITS)})`;
    const url = `data:text/javascript,${encodeURIComponent(source)}`;
    const worker = new Worker(url, { type: "module", name: "datagrams" });
    worker.onmessage = ({ data }: MessageEvent<Report>) =>
      this.#sockets.get(data.socket)?.report(data);
    return worker;
  }

  /** Waits in place: the whole thread stands still, for well under 1 ms. */
  #ask(
    request:
      | Omit<Request & { kind: "open" }, "reply">
      | Omit<Request & { kind: "close" }, "reply">,
  ): Reply {
    const reply = new SharedArrayBuffer(REPLY_BYTES_MAX);
    this.post({ ...request, reply } as Request);
    const words = new Int32Array(reply);
    if (Atomics.wait(words, 0, 0, REPLY_DEADLINE_MS) === "timed-out") {
      throw new Error(
        `Cannot ${request.kind} a socket: its thread did not answer within ` +
          `${REPLY_DEADLINE_MS} ms`,
      );
    }
    const text = new Uint8Array(reply, 8, words[1]).slice();
    return JSON.parse(new TextDecoder().decode(text));
  }

  #endWhenIdle(): void {
    if (this.#sockets.size > 0) return;
    this.#worker?.terminate();
    this.#worker = null;
  }
}

class WorkerSocket implements DatagramSocket {
  readonly address: DatagramSocket["address"];
  readonly #thread: Thread;
  readonly #number: number;
  readonly #arrived = new Queue<Datagram>(LIMITS.waitingMax);
  readonly #sending = new Map<number, (taken: boolean) => void>();
  #outgoing: Outgoing[] = [];
  #nextSend = 0;
  #closed = false;

  constructor(thread: Thread, options: OpenDatagramsOptions) {
    const { number, address } = thread.open(this, options);
    this.#thread = thread;
    this.#number = number;
    this.address = address;
  }

  async *receive(): AsyncGenerator<Datagram> {
    for await (const datagram of this.#arrived) {
      if (this.#arrived.length === 0) {
        this.#thread.post({ kind: "more", socket: this.#number });
      }
      yield datagram;
    }
  }

  send(
    bytes: Uint8Array,
    to: { hostname: string; port: number },
  ): Promise<boolean> {
    if (this.#closed || this.#sending.size >= SENDING_MAX) {
      return Promise.resolve(false);
    }
    const id = this.#nextSend++;
    // One message carries all that is sent before the caller waits.
    if (this.#outgoing.length === 0) queueMicrotask(() => this.#flush());
    this.#outgoing.push({ id, bytes: bytes.slice(), to });
    return new Promise((resolve) => this.#sending.set(id, resolve));
  }

  close(): void {
    if (this.#closed) return;
    this.#flush(); // As with any socket, what was sent before is sent.
    this.#closed = true;
    this.#thread.close(this.#number);
    this.#arrived.close();
    for (const resolve of this.#sending.values()) resolve(false);
    this.#sending.clear();
  }

  /** What the Worker tells of this socket. */
  report(report: Report): void {
    if (report.kind === "arrived") {
      for (const datagram of unpack(report.batch)) {
        this.#arrived.push(datagram);
      }
    } else {
      this.#sending.get(report.id)?.(report.taken);
      this.#sending.delete(report.id);
    }
  }

  #flush(): void {
    const datagrams = this.#outgoing;
    if (this.#closed || datagrams.length === 0) return;
    this.#outgoing = [];
    this.#thread.post({ kind: "send", socket: this.#number, datagrams });
  }
}

function* unpack({ bytes, ends, from }: Batch): Generator<Datagram> {
  let start = 0;
  for (const [index, end] of ends.entries()) {
    const address = from[index];
    if (address === undefined) return;
    yield { bytes: bytes.slice(start, end), from: address };
    start = end;
  }
}

/** The error that the Worker met, of the class it had there. */
function errorOf(name: string, message: string): Error {
  const known: Record<string, new (message: string) => Error> = {
    AddrInUse: Deno.errors.AddrInUse,
    AddrNotAvailable: Deno.errors.AddrNotAvailable,
    PermissionDenied: Deno.errors.PermissionDenied,
    NotCapable: Deno.errors.NotCapable,
  };
  return new (known[name] ?? Error)(message);
}
