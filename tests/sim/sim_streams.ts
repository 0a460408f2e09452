/**
 * TCP inside TLS in a simulated world: bytes in order, late as the network is,
 * held up while it is cut, and reset when the other end was killed. A client
 * gets through to a listener with exactly the certificate that it expects.
 *
 * @module
 */

import type { Address } from "../../lib/host/datagrams.ts";
import type {
  SecureListener,
  SecureStream,
  SecureStreams,
} from "../../lib/host/streams.ts";
import type { Life } from "./life.ts";

/** How often what could not get through is sent again. */
const AGAIN_MS = 500;

/** How long a connection outlives a cut. */
const PATIENCE_MS = 60_000;

/** The system's buffer: a write waits while so much is on its way. */
const WINDOW_BYTES = 65_536;

/** The streams of one process. */
export function simStreams(life: Life): SecureStreams {
  return {
    connect: (options) => connect(life, options),
    listen: ({ at, certificatePem }) => {
      const { listeners } = life.computer;
      if (listeners.has(at.port)) {
        throw new Deno.errors.AddrInUse(`Address in use: ${at.port}`);
      }
      const listener = new SimListener(life, at, certificatePem);
      listeners.set(at.port, listener);
      life.endings.add(() => listener.close());
      return listener;
    },
  };
}

/** Takes connections. */
export class SimListener implements SecureListener {
  readonly #queue: SecureStream[] = [];
  #wake: (() => void) | null = null;
  #isClosed = false;

  constructor(
    readonly life: Life,
    readonly address: Address,
    readonly certificatePem: string,
  ) {}

  take(stream: SecureStream): void {
    this.#queue.push(stream);
    this.#wake?.();
  }

  async *accept(): AsyncIterable<SecureStream> {
    while (!this.#isClosed) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await new Promise<void>((wake) => this.#wake = wake);
      this.#wake = null;
    }
  }

  close(): void {
    this.#isClosed = true;
    const { listeners } = this.life.computer;
    if (listeners.get(this.address.port) === this) {
      listeners.delete(this.address.port);
    }
    if (!this.life.isOver) this.#wake?.();
  }
}

async function connect(
  life: Life,
  { to, certificatePem, deadlineMs }: {
    readonly to: Address;
    readonly certificatePem: string;
    readonly deadlineMs: number;
  },
): Promise<SecureStream> {
  const { computer } = life;
  const { network } = computer;
  const startedMs = computer.monotonicMs();
  for (;;) {
    await life.pause(network.delayMs() + network.delayMs());
    const place = network.at(to.hostname);
    const isThere = place !== null && network.reaches(computer, place) &&
      network.reaches(place, computer);
    const listener = isThere && "listeners" in place
      ? (place as Life["computer"]).listeners.get(to.port)
      : undefined;
    if (listener !== undefined) return meet(life, listener, certificatePem);
    if (isThere) throw new Deno.errors.ConnectionRefused("Connection refused");
    await life.pause(AGAIN_MS);
    if (computer.monotonicMs() - startedMs > deadlineMs) {
      throw new Deno.errors.TimedOut("The server does not answer");
    }
  }
}

function meet(
  life: Life,
  listener: SimListener,
  certificatePem: string,
): SecureStream {
  if (listener.certificatePem.trim() !== certificatePem.trim()) {
    throw new Deno.errors.InvalidData("invalid peer certificate");
  }
  const client = new SimStream(life, listener.address);
  const { address: hostname } = life.computer;
  const server = new SimStream(listener.life, { hostname, port: 50_000 });
  client.join(server);
  server.join(client);
  listener.take(server);
  return client;
}

/** One end of a connection. */
class SimStream implements SecureStream {
  readonly #life: Life;
  #other: SimStream | null = null;
  /** What has come and was not read; the end of the stream is null. */
  readonly #come: (Uint8Array | null)[] = [];
  /** What is on its way to the other end, in order. */
  readonly #sent: (Uint8Array | null)[] = [];
  #isCarrying = false;
  #isClosed = false;
  #broken: Error | null = null;
  /** Whoever waits to read or to write. */
  #wake: (() => void)[] = [];
  /** Where the other end had its connection: an address that is kept. */
  readonly #boundTo: string;

  constructor(life: Life, readonly peer: Address) {
    this.#life = life;
    this.#boundTo = life.computer.address;
    life.endings.add(() => this.#die());
  }

  join(other: SimStream): void {
    this.#other = other;
  }

  async read(into: Uint8Array): Promise<number | null> {
    await this.#life.now();
    for (;;) {
      if (this.#isClosed) throw new Deno.errors.BadResource("It is closed");
      const first = this.#come[0];
      if (first === null) return null;
      if (first !== undefined) {
        const count = Math.min(first.length, into.length);
        into.set(first.subarray(0, count));
        if (count === first.length) this.#come.shift();
        else this.#come[0] = first.subarray(count);
        return count;
      }
      if (this.#broken !== null) throw this.#broken;
      await this.#waiting();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#life.now();
    if (this.#isClosed) throw new Deno.errors.BadResource("It is closed");
    if (this.#broken !== null) throw this.#broken;
    this.#sent.push(bytes.slice());
    this.#carryOn();
    while (this.#onTheWay() > WINDOW_BYTES && this.#broken === null) {
      await this.#waiting();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sent.push(null);
    this.#carryOn();
    this.#wakeAll();
  }

  #onTheWay(): number {
    return this.#sent.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
  }

  /** One piece after the other, each as late as the network is then. */
  #carryOn(): void {
    if (this.#isCarrying || this.#sent.length === 0) return;
    this.#isCarrying = true;
    const { timeline, network } = this.#life.computer;
    this.#try(timeline.nowMs + PATIENCE_MS, network.delayMs());
  }

  #try(untilMs: number, delayMs: number): void {
    const { timeline, network } = this.#life.computer;
    timeline.after(delayMs, () => {
      const other = this.#other;
      if (other === null || this.#broken !== null) return;
      const [here, there] = [this.#life.computer, other.#life.computer];
      // A connection is bound to the addresses that it was made with.
      const isSame = here.address === this.#boundTo &&
        there.address === other.#boundTo;
      const reaches = isSame && (network.reaches(here, there) ||
        (this.#life.isOver && there.isUp));
      if (reaches) return this.#deliver(other);
      if (timeline.nowMs > untilMs) return this.#break("timed out");
      this.#try(untilMs, AGAIN_MS);
    });
  }

  #deliver(other: SimStream): void {
    this.#isCarrying = false;
    if (other.#life.isOver) return this.#break("reset by peer");
    const piece = this.#sent.shift();
    if (piece !== undefined) other.#come.push(piece);
    other.#wakeAll();
    this.#wakeAll();
    this.#carryOn();
  }

  #break(why: string): void {
    this.#broken = new Deno.errors.ConnectionReset(`Connection ${why}`);
    this.#wakeAll();
  }

  /** The process was killed: its system tells the other end, if it can. */
  #die(): void {
    const other = this.#other;
    const { network, timeline } = this.#life.computer;
    if (other === null || this.#isClosed) return;
    this.#wake = [];
    timeline.after(network.delayMs(), () => {
      const [here, there] = [this.#life.computer, other.#life.computer];
      // After a power cut nobody tells it; when it is back, it does not know.
      if (network.reaches(here, there)) other.#break("reset by peer");
      else timeline.after(PATIENCE_MS, () => other.#break("timed out"));
    });
  }

  #waiting(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #wakeAll(): void {
    if (this.#life.isOver) return;
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
