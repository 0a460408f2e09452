/**
 * Streams without sockets: what one side will hear is given, what it says is
 * kept. For vectors and for clocks that are turned by hand.
 */

import type { Cancel, Clock } from "../../lib/host/clock.ts";
import type { SecureListener, SecureStream } from "../../lib/host/streams.ts";
import { concat } from "../../lib/trust/bytes.ts";

/** Hears the given bytes, then the end; remembers what was written. */
export class MemoryStream implements SecureStream {
  readonly peer = { hostname: "127.0.0.1", port: 1 };
  readonly #written: Uint8Array[] = [];
  #heard = 0;
  closed = false;

  constructor(readonly hears: Uint8Array) {}

  get written(): Uint8Array {
    return concat(...this.#written);
  }

  read(into: Uint8Array): Promise<number | null> {
    const rest = this.hears.subarray(this.#heard, this.#heard + into.length);
    if (rest.length === 0) return Promise.resolve(null);
    into.set(rest);
    this.#heard += rest.length;
    return Promise.resolve(rest.length);
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#written.push(bytes.slice());
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }
}

/** A stream on which nothing ever moves, as after a pulled cable. */
export class DeadStream implements SecureStream {
  readonly peer = { hostname: "127.0.0.1", port: 1 };
  closed = false;
  read = () => new Promise<never>(() => {});
  write = () => new Promise<never>(() => {});
  close(): void {
    this.closed = true;
  }
}

/** A listener that one stream comes out of. */
export function listenerOf(stream: SecureStream): SecureListener {
  return {
    address: { hostname: "127.0.0.1", port: 3615 },
    async *accept() {
      yield await Promise.resolve(stream);
    },
    close() {},
  };
}

/** A clock that is turned by hand. */
export class HandClock implements Clock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly then: () => void }[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, then: () => void): Cancel {
    const timer = { atMs: this.#nowMs + delayMs, then };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((one) => one !== timer);
  }

  /** Timers that are armed. */
  get armed(): number {
    return this.#timers.length;
  }

  /** Turns the clock on, and fires what is due on the way. */
  turn(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const due = this.#timers
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#nowMs = due.atMs;
      this.#timers = this.#timers.filter((one) => one !== due);
      due.then();
    }
    this.#nowMs = untilMs;
  }
}
