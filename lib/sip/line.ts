/**
 * One connection under guard: every wait on it has an end. Either a deadline
 * for the next thing as a whole, or the minimum rate of a transfer; when it is
 * missed, the stream is closed and whoever waits on it goes on.
 *
 * A line never throws: it ends, once, and `ending` says in a sentence why.
 * Knows nothing of what is said on it.
 *
 * @module
 */

import type { Cancel, Clock } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import type { SecureStream } from "../host/streams.ts";
import type { SipLimits } from "./limits.ts";
import {
  nextLookMs,
  type RateRule,
  type RateState,
  startRate,
  stepRate,
} from "./rate.ts";

/** The ending of a line that the other side closed, without a word. */
export const CLOSED_BY_PEER = "The other side closed the connection";

const unguarded: Cancel = () => {};

export class Line {
  readonly #stream: SecureStream;
  readonly #clock: Clock;
  readonly #rule: RateRule;
  #pace: RateState | null = null;
  #cancel: Cancel = unguarded;
  #ending: string | null = null;
  /** What is waited for on the stream, and how to wait no longer. */
  readonly #waiting = new Set<(ended: Error) => void>();

  constructor(stream: SecureStream, clock: Clock, limits: SipLimits) {
    this.#stream = stream;
    this.#clock = clock;
    this.#rule = {
      windowMs: limits.rateWindowMs,
      bytesMin: limits.rateBytesMin,
      totalMsMax: limits.transferMsMax,
    };
  }

  get peer(): Address {
    return this.#stream.peer;
  }

  /** Why it ended, as a sentence; null while it stands. */
  get ending(): string | null {
    return this.#ending;
  }

  /**
   * Gives everything up to the next call of `allow`, `watch` or `relax` this
   * long. `what` is the beginning of a sentence: "The request".
   */
  allow(deadlineMs: number, what: string): void {
    this.relax();
    this.#cancel = this.#clock.after(
      deadlineMs,
      () => this.end(`${what} did not come within ${deadlineMs / 1_000} s`),
    );
  }

  /** From here on bytes must move at the minimum rate. */
  watch(): void {
    this.relax();
    this.#pace = startRate(this.#clock.monotonicMs());
    this.#armLook(this.#pace);
  }

  /** No guard, while it is not the peer who is waited for. */
  relax(): void {
    this.#cancel();
    this.#cancel = unguarded;
    this.#pace = null;
  }

  /** Fills the buffer; tells how far it got when the line ended before. */
  async fill(into: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < into.length && this.#ending === null) {
      const count = await this.#read(into.subarray(filled));
      filled += count;
      this.#moved(count);
    }
    return filled;
  }

  /** Writes all of the bytes; false when the line ended. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#ending !== null) return false;
    if (bytes.length === 0) return true;
    try {
      await this.#untilEnded(this.#stream.write(bytes));
    } catch (error) {
      this.end(`The connection was cut (${messageOf(error)})`);
    }
    if (this.#ending !== null) return false;
    this.#moved(bytes.length);
    return true;
  }

  /** Closes for this reason, unless it has ended for another one already. */
  end(because: string): void {
    if (this.#ending !== null) return;
    this.#ending = because;
    this.relax();
    this.#stream.close();
    for (const giveUp of this.#waiting) giveUp(new Error(because));
  }

  /** Closes because all is said. */
  close(): void {
    this.end("The connection is closed");
  }

  async #read(into: Uint8Array): Promise<number> {
    try {
      const count = await this.#untilEnded(this.#stream.read(into));
      if (count !== null && count > 0) return count;
      this.end(CLOSED_BY_PEER);
    } catch (error) {
      this.end(`The connection was cut (${messageOf(error)})`);
    }
    return 0;
  }

  /**
   * Whoever waits goes on when the line ends, even while the system still
   * tries to hand over what was written. The buffer may be in use until then:
   * after a line has ended, its buffers belong to nobody else.
   */
  async #untilEnded<T>(done: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.add(reject);
    done.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(reject);
    }
  }

  #moved(bytes: number): void {
    if (this.#pace === null) return;
    const atMs = this.#clock.monotonicMs();
    this.#pace =
      stepRate(this.#rule, this.#pace, { kind: "moved", atMs, bytes }).state;
  }

  #armLook(pace: RateState): void {
    const delayMs = nextLookMs(this.#rule, pace, this.#clock.monotonicMs());
    this.#cancel = this.#clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    if (this.#pace === null) return;
    const atMs = this.#clock.monotonicMs();
    const { state, verdict } = stepRate(this.#rule, this.#pace, {
      kind: "look",
      atMs,
    });
    if (verdict === "on") {
      this.#pace = state;
      this.#armLook(state);
      return;
    }
    const { bytesMin, windowMs, totalMsMax } = this.#rule;
    this.end(
      verdict === "slow"
        ? `Fewer than ${bytesMin} bytes a second moved for ` +
          `${windowMs / 1_000} s`
        : `The transfer took longer than ${totalMsMax / 1_000} s`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
