/**
 * The sockets of one SeP endpoint, and its gate: every datagram that comes in
 * goes through the gate; what passes is handed on, what does not is counted.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address, Datagrams, DatagramSocket } from "../host/datagrams.ts";
import type { Drop, GateKeeper, Received } from "./gate.ts";
import { passGate } from "./gate.ts";
import type { Role } from "./words.ts";

/** Something worth one line in a log; each at most once an hour and source. */
export type Notice = "too old" | "suite";

export interface WireOptions<R extends Role> {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  /** The address to bind. */
  readonly at: Address;
  /**
   * A broadcast address to bind as well, shared with others of this host; for
   * machines that live on one address of a host (loopback). Null: none.
   */
  readonly sharedAt: Address | null;
  readonly keeper: GateKeeper<R>;
  receive(received: Received<R>, from: Address): void;
  notice(notice: Notice, source: string): void;
  /** A verified datagram made our own house throw. */
  trouble(error: unknown): void;
}

const NOTICE_EVERY_MS = 3_600_000;
const NOTICES_MAX = 1_024;
const BRACKET = 0x5b;

/** One endpoint's sockets. */
export class Wire<R extends Role> {
  /** Datagrams dropped, by reason. */
  readonly dropped: Partial<Record<Drop, number>> = {};
  readonly #options: WireOptions<R>;
  readonly #main: DatagramSocket;
  readonly #shared: DatagramSocket | null;
  readonly #noticedAtMs = new Map<string, number>();

  /** @throws when the port is in use: the caller names the option. */
  constructor(options: WireOptions<R>) {
    this.#options = options;
    const { datagrams, at, sharedAt } = options;
    this.#main = datagrams.open(at);
    this.#shared = sharedAt === null
      ? null
      : datagrams.open({ ...sharedAt, shared: true });
    void this.#listen(this.#main);
    if (this.#shared !== null) void this.#listen(this.#shared);
  }

  get address(): Address {
    return this.#main.address;
  }

  /** A datagram that cannot be sent is a lost one: nobody waits for this. */
  send(bytes: Uint8Array, to: Address): void {
    void this.#main.send(bytes, to);
  }

  close(): void {
    this.#main.close();
    this.#shared?.close();
  }

  async #listen(socket: DatagramSocket): Promise<void> {
    for await (const { bytes, from } of socket.receive()) {
      this.#pass(bytes, from);
    }
  }

  #pass(bytes: Uint8Array, from: Address): void {
    const { keeper, clock, receive } = this.#options;
    const nowMs = clock.monotonicMs();
    const outcome = passGate(keeper, bytes, { source: from.hostname, nowMs });
    if (typeof outcome !== "string") {
      // The ear must outlive whatever one datagram does to the house.
      try {
        receive(outcome, from);
      } catch (error) {
        this.#options.trouble(error);
      }
      return;
    }
    this.dropped[outcome] = (this.dropped[outcome] ?? 0) + 1;
    if (outcome === "suite") this.#notice("suite", from.hostname, nowMs);
    // The protocol of 2013 wrote its words in clear and nothing else (D-16).
    const clear = outcome === "short" || outcome === "magic";
    if (clear && bytes[0] === BRACKET) {
      this.#notice("too old", from.hostname, nowMs);
    }
  }

  #notice(notice: Notice, source: string, nowMs: number): void {
    const key = `${notice} ${source}`;
    const lastMs = this.#noticedAtMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < NOTICE_EVERY_MS) return;
    if (this.#noticedAtMs.size >= NOTICES_MAX) this.#noticedAtMs.clear();
    this.#noticedAtMs.set(key, nowMs);
    this.#options.notice(notice, source);
  }
}
