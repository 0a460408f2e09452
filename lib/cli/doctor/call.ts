/**
 * A call for the fleet's server, as a machine makes it (1b), under keys that
 * are made for this call and thrown away: it shows whether the server hears
 * and answers, and by its signature that it is the fleet's. It ends at the
 * `[echo]`: nothing is enrolled, and no session is made.
 *
 * Each address is called under a key of its own, so each answer tells which
 * way it came.
 *
 * @module
 */

import type { Address, DatagramSocket } from "../../host/datagrams.ts";
import { showAddress } from "../../host/datagrams.ts";
import type { Host } from "../../host/host.ts";
import { FailureBuckets } from "../../sep/bucket.ts";
import { encodeDatagram, zero16, zero8 } from "../../sep/datagram.ts";
import { type Drop, type GateKeeper, passGate } from "../../sep/gate.ts";
import { encodeMessage } from "../../sep/words.ts";
import { equalBytes, sha256, toHex } from "../../trust/bytes.ts";
import {
  type Delegation,
  newer,
  openDelegation,
} from "../../trust/delegation.ts";
import {
  fleetOf,
  keyPairFromSeed,
  machineOf,
  SEED_BYTES,
} from "../../trust/keys.ts";

/** Whom to call, and whose word counts. */
export interface CallOptions {
  readonly host: Pick<Host, "clock" | "randomness" | "datagrams">;
  /** The fleet's public key. */
  readonly fleetKey: Uint8Array;
  readonly filterKey: Uint8Array;
  readonly delegation: Delegation;
  readonly from: Address;
  readonly to: readonly Address[];
}

/** What came of it. */
export interface Called {
  /** The addresses that brought an answer, and whose answer it was. */
  readonly answered: ReadonlyMap<string, Address>;
  /** Addresses that the system would not send to. */
  readonly unsent: ReadonlySet<string>;
  /** By their reason: what came and was not believed. */
  readonly dropped: Readonly<Partial<Record<Drop, number>>>;
  /** The newest delegation that was shown, or the one that was held. */
  readonly delegation: Delegation;
}

/** One datagram may be lost; so may an answer. */
const TRIES = 3;
const TRY_MS = 900;

/** Addresses of one look. */
const ADDRESSES_MAX = 64;

/** What was said to one address, and waits for its answer. */
interface Waiting {
  readonly to: Address;
  readonly machine: Uint8Array;
  readonly prev: Uint8Array;
}

/** Calls each address a few times. @throws when the port cannot be had. */
export async function callServers(options: CallOptions): Promise<Called> {
  const { host: { clock, datagrams }, from } = options;
  const socket = datagrams.open({ ...from });
  const call = new Call(options, socket);
  const hearing = call.hear();
  const pause = (ms: number) =>
    new Promise<void>((then) => void clock.after(ms, then));
  for (let tried = 0; tried < TRIES && !call.isAnswered; tried++) {
    await call.sayAll();
    for (let ms = 0; ms < TRY_MS && !call.isAnswered; ms += TRY_MS / 9) {
      await pause(TRY_MS / 9);
    }
  }
  socket.close();
  await hearing;
  return call;
}

class Call implements Called {
  readonly answered = new Map<string, Address>();
  readonly unsent = new Set<string>();
  readonly dropped: Partial<Record<Drop, number>> = {};
  delegation: Delegation;
  readonly #options: CallOptions;
  readonly #socket: DatagramSocket;
  readonly #to: readonly Address[];
  /** By the conversation's number. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: CallOptions, socket: DatagramSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#to = options.to.slice(0, ADDRESSES_MAX);
    this.delegation = options.delegation;
  }

  get isAnswered(): boolean {
    return this.#to.every((to) => this.answered.has(showAddress(to)));
  }

  async sayAll(): Promise<void> {
    for (const to of this.#to) {
      if (this.answered.has(showAddress(to))) continue;
      const isSent = await this.#socket.send(this.#ping(to), to);
      if (isSent) this.unsent.delete(showAddress(to));
      else this.unsent.add(showAddress(to));
    }
  }

  async hear(): Promise<void> {
    const { clock } = this.#options.host;
    const keeper = this.#keeper();
    for await (const { bytes, from } of this.#socket.receive()) {
      const nowMs = clock.monotonicMs();
      const heard = passGate(keeper, bytes, { source: from.hostname, nowMs });
      if (typeof heard === "string") {
        // Other machines' calls to everyone are weather.
        if (heard === "direction") continue;
        this.dropped[heard] = (this.dropped[heard] ?? 0) + 1;
        continue;
      }
      const key = toHex(heard.header.conversation);
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) continue;
      this.answered.set(showAddress(waiting.to), from);
      const { message } = heard;
      const shown = message.word === "echo" ? message.args.delegation : null;
      this.delegation = this.#believed(shown) ?? this.delegation;
    }
  }

  #ping(to: Address): Uint8Array {
    const { host: { randomness }, fleetKey, filterKey } = this.#options;
    const signer = keyPairFromSeed(randomness.bytes(SEED_BYTES));
    const machine = machineOf(signer.publicKey);
    const conversation = randomness.bytes(16);
    const { serial } = this.#options.delegation;
    const args = { key: signer.publicKey, serial };
    const bytes = encodeDatagram(
      {
        ...{ fromServer: false, step: 0, fleet: fleetOf(fleetKey), machine },
        ...{ conversation, prev: zero16(), session: zero8(), counter: 0 },
      },
      encodeMessage("machine", { word: "ping", args }),
      { filterKey, signer },
    );
    const prev = sha256(bytes).subarray(0, 16);
    this.#waiting.set(toHex(conversation), { to, machine, prev });
    return bytes;
  }

  #keeper(): GateKeeper<"server"> {
    const { fleetKey, filterKey } = this.#options;
    return {
      from: "server",
      fleet: fleetOf(fleetKey),
      filterKey,
      buckets: new FailureBuckets(),
      isInside: () => true,
      expects: ({ header }, { word }) => {
        const waiting = this.#waiting.get(toHex(header.conversation));
        return waiting !== undefined && word === "echo" &&
          equalBytes(header.machine, waiting.machine) &&
          equalBytes(header.prev, waiting.prev);
      },
      keyFor: (_, message) => {
        const shown = message.word === "echo" ? message.args.delegation : null;
        return this.#believed(shown)?.serverKey ?? null;
      },
    };
  }

  /** Null: it must not be believed (K-05). */
  #believed(shown: Uint8Array | null): Delegation | null {
    const held = this.#options.delegation;
    if (shown === null) return held;
    const opened = openDelegation(this.#options.fleetKey, shown);
    if (!opened.ok) return null;
    const newness = newer(held, opened.value);
    return newness === "newer"
      ? opened.value
      : newness === "same"
      ? held
      : null;
  }
}
