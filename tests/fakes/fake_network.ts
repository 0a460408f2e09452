/**
 * A network in memory: sockets by address, broadcast addresses, a record of
 * every datagram, and a hand on the wire that can drop, repeat, delay or keep
 * them.
 *
 * @module
 */

import type { Clock } from "../../lib/host/clock.ts";
import {
  type Address,
  type Datagram,
  type Datagrams,
  type DatagramSocket,
  type OpenDatagramsOptions,
  showAddress,
} from "../../lib/host/datagrams.ts";

export interface Passing extends Datagram {
  readonly to: Address;
}

/** What happens to a datagram: how many copies arrive. */
export type Fate = (passing: Passing) => number;

/** How long a datagram is on its way, in milliseconds of this clock. */
export interface Latency {
  readonly clock: Clock;
  /** `copy` is 0 for the first that arrives, then 1, ... */
  readonly delayMs: (passing: Passing, copy: number) => number;
}

export class FakeNetwork {
  /** Everything that was sent, lost or not. */
  readonly sent: Passing[] = [];
  fate: Fate = () => 1;
  /** Null: datagrams arrive at the moment they are sent. */
  latency: Latency | null = null;
  /** Grows with everything that happens here; it stands still when idle. */
  moves = 0;
  readonly #sockets = new Map<string, Set<FakeSocket>>();

  /** The network as one host's `Datagrams`. */
  datagrams(): Datagrams {
    return { open: (options) => this.#open(options) };
  }

  /** Puts a datagram on the wire, as anybody could. */
  inject(bytes: Uint8Array, from: Address, to: Address): void {
    this.#deliver({ bytes: bytes.slice(), from, to });
  }

  /** Puts a recorded datagram on the wire again. */
  replay({ bytes, from, to }: Passing): void {
    this.inject(bytes, from, to);
  }

  send(bytes: Uint8Array, from: Address, to: Address): void {
    const passing = { bytes: bytes.slice(), from, to };
    this.moves++;
    this.sent.push(passing);
    const copies = this.fate(passing);
    for (let copy = 0; copy < copies; copy++) this.#carry(passing, copy);
  }

  leave(socket: FakeSocket): void {
    this.#sockets.get(showAddress(socket.address))?.delete(socket);
  }

  /** Lets the promises of everybody on this network go on, until all rest. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      const before = this.moves;
      for (let turn = 0; turn < 64; turn++) await null;
      if (this.moves !== before) quiet = -1;
    }
  }

  #carry(passing: Passing, copy: number): void {
    const delayMs = this.latency?.delayMs(passing, copy) ?? 0;
    if (this.latency === null || delayMs <= 0) return this.#deliver(passing);
    this.latency.clock.after(delayMs, () => this.#deliver(passing));
  }

  #open({ hostname, port, shared }: OpenDatagramsOptions): DatagramSocket {
    const address = { hostname, port };
    const key = showAddress(address);
    const here = this.#sockets.get(key) ?? new Set();
    if (here.size > 0 && !shared) {
      throw new Deno.errors.AddrInUse(`Address in use: ${key}`);
    }
    const socket = new FakeSocket(this, address);
    here.add(socket);
    this.#sockets.set(key, here);
    return socket;
  }

  #deliver({ bytes, from, to }: Passing): void {
    for (const socket of this.#sockets.get(showAddress(to)) ?? []) {
      // Nobody hears its own broadcast here: it would be dropped anyway.
      socket.arrive({ bytes: bytes.slice(), from });
    }
  }
}

class FakeSocket implements DatagramSocket {
  readonly #network: FakeNetwork;
  readonly #queue: Datagram[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(network: FakeNetwork, readonly address: Address) {
    this.#network = network;
  }

  arrive(datagram: Datagram): void {
    this.#queue.push(datagram);
    this.#wake?.();
  }

  async *receive(): AsyncIterable<Datagram> {
    while (!this.#closed) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        this.#network.moves++;
        yield next;
        continue;
      }
      await new Promise<void>((wake) => this.#wake = wake);
      this.#wake = null;
    }
  }

  send(bytes: Uint8Array, to: Address): Promise<boolean> {
    if (!this.#closed) this.#network.send(bytes, this.address, to);
    return Promise.resolve(!this.#closed);
  }

  close(): void {
    this.#closed = true;
    this.#network.leave(this);
    this.#wake?.();
  }
}
