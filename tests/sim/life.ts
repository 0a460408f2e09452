/**
 * One life of a process on a simulated computer: it has the computer's clock,
 * sockets and disk until it is killed, and from then on nothing ever comes
 * back to it.
 *
 * @module
 */

import type { Cancel, Clock } from "../../lib/host/clock.ts";
import type { Address, Datagram } from "../../lib/host/datagrams.ts";
import type {
  Datagrams,
  DatagramSocket,
  OpenDatagramsOptions,
} from "../../lib/host/datagrams.ts";
import type { Computer } from "./computer.ts";
import type { Passing } from "./sim_network.ts";
import type { TakeBack } from "./timeline.ts";

/** What a killed process waits for. */
const NEVER = new Promise<never>(() => {});

/** One life. */
export class Life {
  readonly computer: Computer;
  #isOver = false;
  readonly #timers = new Set<TakeBack>();
  readonly sockets = new Set<LifeSocket>();
  /** Called when it is over. */
  readonly endings = new Set<() => void>();

  constructor(computer: Computer) {
    this.computer = computer;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Killed: its timers, sockets and locks go, it learns nothing more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const takeBack of this.#timers) takeBack();
    this.#timers.clear();
    for (const socket of [...this.sockets]) socket.close();
    for (const ending of this.endings) ending();
    this.endings.clear();
  }

  readonly clock: Clock = {
    monotonicMs: () => this.computer.monotonicMs(),
    wallMs: () => Math.floor(this.computer.wallMs()),
    after: (delayMs, then) => this.#after(delayMs, then),
  };

  /** Resolves so much later on the computer's clock; never after the end. */
  pause(delayMs: number): Promise<void> {
    if (this.#isOver) return NEVER;
    return new Promise((resolve) => void this.#after(delayMs, resolve));
  }

  /** Resolves now; never after the end. */
  now(): Promise<void> {
    return this.#isOver ? NEVER : Promise.resolve();
  }

  readonly datagrams: Datagrams = { open: (options) => this.#open(options) };

  /** While the computer sleeps its clock stands still, and so do its timers. */
  #after(delayMs: number, then: () => void): Cancel {
    if (this.#isOver) return () => {};
    const { timeline } = this.computer;
    const dueMs = this.computer.monotonicMs() + Math.max(0, delayMs);
    let takeBack: TakeBack = () => {};
    const cancel = () => {
      takeBack();
      this.#timers.delete(cancel);
    };
    const arm = () => {
      const leftMs = dueMs - this.computer.monotonicMs();
      takeBack = timeline.after(leftMs, () => {
        if (this.computer.isAsleep) return this.computer.atWaking(arm);
        if (this.computer.monotonicMs() < dueMs - 1e-6) return arm();
        this.#timers.delete(cancel);
        then();
      });
    };
    this.#timers.add(cancel);
    arm();
    return cancel;
  }

  #open({ hostname, port, shared }: OpenDatagramsOptions): DatagramSocket {
    const isTaken = [...this.computer.openSockets()].some((socket) =>
      socket.address.port === port
    );
    if (isTaken && !shared) {
      throw new Deno.errors.AddrInUse(`Address in use: ${hostname}:${port}`);
    }
    const socket = new LifeSocket(this, { hostname, port });
    this.sockets.add(socket);
    return socket;
  }
}

/** A socket of a life. */
export class LifeSocket implements DatagramSocket {
  readonly #life: Life;
  readonly #queue: Datagram[] = [];
  #wake: (() => void) | null = null;
  #isClosed = false;

  constructor(life: Life, readonly address: Address) {
    this.#life = life;
  }

  arrive({ bytes, from }: Passing): void {
    this.#queue.push({ bytes, from });
    this.#wake?.();
  }

  async *receive(): AsyncIterable<Datagram> {
    while (!this.#isClosed) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await new Promise<void>((wake) => this.#wake = wake);
      this.#wake = null;
      if (this.#life.isOver) await NEVER;
    }
  }

  send(bytes: Uint8Array, to: Address): Promise<boolean> {
    const { computer, isOver } = this.#life;
    if (isOver) return NEVER;
    if (this.#isClosed || !computer.isUp) return Promise.resolve(false);
    computer.network.send(computer, this.address.port, bytes, to);
    return Promise.resolve(true);
  }

  close(): void {
    this.#isClosed = true;
    this.#life.sockets.delete(this);
    this.#wake?.();
  }
}
