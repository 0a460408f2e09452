/**
 * What runs inside the Worker of `worker_datagrams.ts`, and the messages the
 * two exchange.
 *
 * The Worker is started from the text of `workerProgram` itself, because a
 * compiled executable holds no file to start one from. So that function may
 * use nothing of this module but types: no import, no constant, no helper.
 *
 * @module
 */

import type { Address, OpenDatagramsOptions } from "./datagrams.ts";

/** From the main thread to the Worker. */
export type Request =
  /** Answered in `reply`: the caller waits for it without an event loop. */
  | {
    readonly kind: "open";
    readonly socket: number;
    readonly options: OpenDatagramsOptions;
    readonly reply: SharedArrayBuffer;
  }
  | {
    readonly kind: "send";
    readonly socket: number;
    readonly datagrams: readonly Outgoing[];
  }
  /** The last batch is used up: the next one may come. */
  | { readonly kind: "more"; readonly socket: number }
  | {
    readonly kind: "close";
    readonly socket: number;
    readonly reply: SharedArrayBuffer;
  };

export interface Outgoing {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly to: Address;
}

/** From the Worker to the main thread. */
export type Report =
  | { readonly kind: "arrived"; readonly socket: number; readonly batch: Batch }
  | {
    readonly kind: "sent";
    readonly socket: number;
    readonly id: number;
    readonly taken: boolean;
  };

/** Datagrams one behind the other, in order of arrival. */
export interface Batch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each one ends in `bytes`. */
  readonly ends: readonly number[];
  readonly from: readonly Address[];
}

/** What an `open` or a `close` came to; as JSON in the reply. */
export type Reply =
  | { readonly address: Address }
  | { readonly error: string; readonly message: string };

/**
 * Layout of a reply: a 32-bit word that becomes 1, a 32-bit length, and that
 * many bytes of JSON.
 */
export const REPLY_BYTES_MAX = 1_024;

/** The limits of the Worker, given to it as arguments. */
export interface WorkerLimits {
  readonly receiveBytesMax: number;
  /** Datagrams kept while the main thread is busy; more are dropped. */
  readonly waitingMax: number;
  /** Datagrams of one message: the main thread's other work comes between. */
  readonly batchMax: number;
  readonly receivePauseMs: number;
}

/** The whole program of the Worker. Closed: see the head of this file. */
export function workerProgram(limits: WorkerLimits): void {
  interface Held {
    readonly socket: Deno.DatagramConn;
    waiting: { bytes: Uint8Array; from: Address }[];
    /** True when the main thread has used up all it was given. */
    ready: boolean;
    closed: boolean;
    /** The last send: the runtime does the newest of several first. */
    last: Promise<void>;
  }
  const scope = globalThis as unknown as {
    onmessage: (event: { data: Request }) => void;
    postMessage(report: Report, transfer?: Transferable[]): void;
  };
  const sockets = new Map<number, Held>();

  scope.onmessage = ({ data }) => {
    const held = sockets.get(data.socket);
    if (data.kind === "open") open(data);
    else if (held === undefined) return;
    else if (data.kind === "send") {
      for (const datagram of data.datagrams) {
        held.last = held.last.then(() => send(data.socket, held, datagram));
      }
    } else if (data.kind === "more") {
      held.ready = true;
      handOver(data.socket, held);
    } else {
      sockets.delete(data.socket);
      held.closed = true;
      held.socket.close();
      answer(data.reply, { error: "", message: "" });
    }
  };

  function open(request: Request & { kind: "open" }): void {
    const { hostname, port, shared } = request.options;
    try {
      const socket = Deno.listenDatagram({
        transport: "udp",
        hostname,
        port,
        reuseAddress: shared ?? false,
      });
      const held = {
        socket,
        waiting: [],
        ready: true,
        closed: false,
        last: Promise.resolve(),
      };
      sockets.set(request.socket, held);
      void receive(request.socket, held);
      const bound = socket.addr as Deno.NetAddr;
      const address = { hostname: bound.hostname, port: bound.port };
      answer(request.reply, { address });
    } catch (error) {
      const { name, message } = error as Error;
      answer(request.reply, { error: name, message });
    }
  }

  function answer(reply: SharedArrayBuffer, value: Reply): void {
    const text = new TextEncoder().encode(JSON.stringify(value));
    new Uint8Array(reply, 8).set(text.subarray(0, reply.byteLength - 8));
    const words = new Int32Array(reply);
    words[1] = text.length;
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  }

  async function receive(id: number, held: Held): Promise<void> {
    const buffer = new Uint8Array(limits.receiveBytesMax);
    while (!held.closed) {
      try {
        const [bytes, from] = await held.socket.receive(buffer);
        if (held.waiting.length >= limits.waitingMax) continue;
        const { hostname, port } = from as Deno.NetAddr;
        held.waiting.push({ bytes: bytes.slice(), from: { hostname, port } });
        handOver(id, held);
      } catch {
        // The socket's errors are weather, and its end is not an error.
        if (!held.closed) await pause();
      }
    }
  }

  function handOver(id: number, held: Held): void {
    if (!held.ready || held.waiting.length === 0) return;
    const batch = pack(held.waiting.splice(0, limits.batchMax));
    held.ready = false;
    scope.postMessage({ kind: "arrived", socket: id, batch }, [
      batch.bytes.buffer,
    ]);
  }

  function pack(waiting: Held["waiting"]): Batch {
    let length = 0;
    const ends = waiting.map(({ bytes }) => length += bytes.length);
    const bytes = new Uint8Array(length);
    waiting.forEach((each, index) => {
      bytes.set(each.bytes, (ends[index] ?? 0) - each.bytes.length);
    });
    return { bytes, ends, from: waiting.map(({ from }) => from) };
  }

  async function send(
    id: number,
    held: Held,
    { id: datagram, bytes, to }: Outgoing,
  ): Promise<void> {
    let taken = false;
    try {
      const sent = await held.socket.send(bytes, { transport: "udp", ...to });
      taken = sent === bytes.length;
    } catch {
      // Told by `taken`.
    }
    scope.postMessage({ kind: "sent", socket: id, id: datagram, taken });
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, limits.receivePauseMs);
    });
  }
}
