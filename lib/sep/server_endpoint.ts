/**
 * SeP for the server: the flows as calls (`converse`, `round`), and what the
 * machines begin by themselves as calls of the house's hooks.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address, Datagrams } from "../host/datagrams.ts";
import type { Randomness } from "../host/randomness.ts";
import type { KeyPair } from "../trust/keys.ts";
import { FailureBuckets } from "./bucket.ts";
import { zero16, zero8 } from "./datagram.ts";
import { REDISCOVERY_MS, REFUSAL_MS } from "./limits.ts";
import type { ServerEnding, ServerPhase, ServerQuestion } from "./moves.ts";
import { Party } from "./party.ts";
import type {
  MachineId,
  Opening,
  Outcome,
  RoundTarget,
  ServerHooks,
} from "./server_api.ts";
import { type Peer, Peers } from "./server_peers.ts";
import { ServerReception } from "./server_reception.ts";
import { Rediscovery } from "./server_rediscovery.ts";
import {
  introductionOf,
  only,
  outcomeOf,
  type ServerFacts,
  serverSide,
} from "./server_side.ts";
import {
  type ServerConversation,
  type ServerParty,
  type ServerTopic,
  serverTopic,
  toNobody,
} from "./server_topic.ts";
import { nextNumber, sessionFrom } from "./session.ts";
import { LOST } from "./step.ts";
import { type Notice, Wire } from "./wire.ts";

export interface ServerEndpointOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly datagrams: Datagrams;
  readonly at: Address;
  readonly sharedAt: Address | null;
  readonly fleet: Uint8Array;
  readonly filterKey: Uint8Array;
  /** The server's key; the delegation names it. */
  readonly signer: KeyPair;
  readonly facts: Omit<ServerFacts, "nonce">;
  readonly hooks: ServerHooks;
  notice(notice: Notice, source: string): void;
  /** Our own house threw instead of answering: that conversation is lost. */
  trouble(error: unknown): void;
}

/** The server's end of SeP. */
export class ServerEndpoint {
  readonly #options: ServerEndpointOptions;
  readonly #wire: Wire<"machine">;
  readonly #peers: Peers;
  readonly #party: ServerParty;
  readonly #rediscovery: Rediscovery;
  /** The conversation that each machine is working in. */
  readonly #working = new Map<MachineId, ServerConversation>();
  #pings = 0;
  #closed = false;

  /** @throws when the port is in use. */
  constructor(options: ServerEndpointOptions) {
    this.#options = options;
    this.#peers = new Peers(options.hooks);
    const facts = {
      ...options.facts,
      nonce: () => options.randomness.bytes(16),
    };
    const side = serverSide(facts, {
      ask: (conversation, question) => {
        this.#ask(conversation, question).catch((error) => {
          options.trouble(error);
          this.#party.lose(conversation);
        });
      },
      ended: (conversation, ending, last) =>
        this.#ended(conversation, ending, last),
    });
    this.#party = new Party(side, {
      ...options,
      send: (bytes, to) => this.#wire.send(bytes, to),
    });
    this.#rediscovery = new Rediscovery({
      ...options,
      ping: (peer, tries) =>
        this.#open(peer, { word: "ping" }, toNobody, tries),
    });
    const reception = new ServerReception({
      ...options,
      peers: this.#peers,
      party: this.#party,
      rediscover: (peer) => this.#rediscovery.strange(peer),
    });
    this.#wire = new Wire<"machine">({
      ...options,
      keeper: {
        from: "machine",
        fleet: options.fleet,
        filterKey: options.filterKey,
        buckets: new FailureBuckets(),
        isInside: (frame) => reception.isInside(frame),
        expects: (frame, message) => reception.expects(frame, message),
        keyFor: (frame, message) => reception.keyFor(frame, message),
      },
      receive: (received, from) => reception.receive(received, from),
    });
  }

  get address(): Address {
    return this.#wire.address;
  }

  /** Datagrams dropped by the gate, by reason. */
  get dropped(): Wire<"machine">["dropped"] {
    return this.#wire.dropped;
  }

  /** Flows 2a (or 1a) with one machine, 3, 4, 6, 7 and 8. Never rejects. */
  converse(machine: MachineId, opening: Opening): Promise<Outcome> {
    const peer = this.#peers.get(machine);
    if (peer === null) return Promise.resolve({ kind: "no-session" });
    return new Promise((resolve) => this.#open(peer, opening, resolve, 0));
  }

  /**
   * Flows 1a and 2a: one ping to each target; machines answer within W
   * (`windowMs`). Resolves when no more answers are awaited.
   */
  async round(
    targets: readonly RoundTarget[],
    windowMs: number,
  ): Promise<void> {
    await Promise.all(
      targets.map(({ to, sep, sip }) =>
        new Promise<Outcome>((resolve) => {
          const ping = { sep, sip, count: ++this.#pings, windowMs };
          this.#say("ping", to, serverTopic({ ping, resolve }));
        })
      ),
    );
  }

  /** The machine must be discovered anew: it was approved, or revoked. */
  forgetSession(machine: MachineId): void {
    const peer = this.#peers.get(machine);
    if (peer === null) return;
    // Nothing that is under way may go on by the verdict of before.
    this.#party.drop(peer.discovery);
    peer.discovery = null;
    this.#loseWork(machine);
    peer.session = null;
    peer.admitted = false;
    peer.refusedAtMs = -Infinity;
  }

  /** The 8 bytes that a SiP proof must name; null: not admitted. */
  sessionOf(machine: MachineId): Uint8Array | null {
    const peer = this.#peers.get(machine);
    return peer?.admitted ? peer.session?.id ?? null : null;
  }

  /** Bytes move on SiP: the machine's wait for `[reussi]` begins anew. */
  touch(machine: MachineId): void {
    const working = this.#working.get(machine);
    if (working?.phase === "ordered") this.#party.wait(working);
  }

  close(): void {
    this.#closed = true;
    this.#wire.close();
    this.#party.close();
  }

  #open(
    peer: Peer,
    opening: Opening,
    resolve: (outcome: Outcome) => void,
    tries: number,
  ): void {
    if (this.#closed) return resolve({ kind: "no-session" });
    const topic = serverTopic({ peer, opening, resolve, tries });
    if (opening.word === "ping") {
      const told = this.#options.facts.tell(peer.address);
      const ping = { ...told, count: ++this.#pings, windowMs: 0 };
      return this.#say("ping", peer.address, { ...topic, ping });
    }
    const { session } = peer;
    if (session === null || !peer.admitted) {
      return resolve({ kind: "no-session" });
    }
    const counter = nextNumber(session);
    if (counter === null) {
      // A session whose numbers are used up is over (C-20).
      peer.session = null;
      return resolve({ kind: "no-session" });
    }
    this.#say(opening.word, peer.address, topic, {
      session: session.id,
      counter,
    });
  }

  #say(
    word: Opening["word"],
    to: Address,
    topic: ServerTopic,
    inside = { session: zero8(), counter: 0 },
  ): void {
    const conversation = this.#party.begin({
      ...inside,
      machine: topic.peer?.machine ?? zero16(),
      number: this.#options.randomness.bytes(16),
      peers: only(to),
      topic,
      ours: true,
    });
    if (topic.peer !== null && word !== "ping") {
      this.#working.set(topic.peer.id, conversation);
    }
    this.#party.open(conversation, word);
  }

  async #ask(
    conversation: ServerConversation,
    question: ServerQuestion,
  ): Promise<void> {
    const { topic } = conversation;
    if (question === "list") {
      const { peer, offer } = topic;
      if (peer === null || offer === null) return;
      const { hooks } = this.#options;
      offer.answer = await hooks.listOffered(peer.id, offer.sha256);
      this.#party.answer(conversation, offer.answer);
      return;
    }
    const introduction = introductionOf(conversation);
    if (introduction === null) return;
    topic.verdict = await this.#options.hooks.identify(introduction);
    const { peer, verdict: { verdict, reason } } = topic;
    if (verdict === "refuse" && peer !== null) {
      const nowMs = this.#options.clock.monotonicMs();
      const everyMs = reason === "revoked" ? REFUSAL_MS : REDISCOVERY_MS;
      if (nowMs - peer.refusedAtMs < everyMs) {
        return this.#party.answer(conversation, "silence");
      }
      peer.refusedAtMs = nowMs;
    }
    this.#party.answer(conversation, verdict);
  }

  #ended(
    conversation: ServerConversation,
    ending: ServerEnding | typeof LOST,
    last: { readonly digest: Uint8Array; readonly phase: ServerPhase },
  ): void {
    const { topic: { peer, resolve, verdict } } = conversation;
    if (peer !== null) {
      const isDiscovery = peer.discovery === conversation.key;
      if (isDiscovery) peer.discovery = null;
      if (this.#working.get(peer.id) === conversation) {
        this.#working.delete(peer.id);
      }
      if (ending === "opened") {
        this.#opened(peer, last.digest, verdict?.verdict === "accepte");
      } else if (ending === LOST) {
        const lost = { phase: last.phase, isDiscovery };
        if (!this.#closed) this.#rediscovery.lost(peer, conversation, lost);
      } else if (ending !== "refused" && ending !== "silent") {
        this.#options.hooks.heard(peer.id, peer.address);
      }
    }
    resolve(outcomeOf(conversation, ending, last.phase));
  }

  /** What was asked in the old session is lost, and is asked anew (0008). */
  #opened(peer: Peer, digest: Uint8Array, admitted: boolean): void {
    peer.session = sessionFrom(digest);
    peer.admitted = admitted;
    this.#options.hooks.opened(peer.id, peer.address, admitted);
    this.#loseWork(peer.id);
  }

  #loseWork(machine: MachineId): void {
    const working = this.#working.get(machine);
    if (working !== undefined) this.#party.lose(working);
  }
}
