/**
 * SeP for a machine: its own flows as calls (`ping` for 1b and 2b,
 * `offerList` for 5), and what the server begins as calls of the house's
 * hooks.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address, Datagrams } from "../host/datagrams.ts";
import type { Randomness } from "../host/randomness.ts";
import { fleetOf, type KeyPair, machineOf } from "../trust/keys.ts";
import { FailureBuckets } from "./bucket.ts";
import { zero8 } from "./datagram.ts";
import { REDISCOVERY_MS } from "./limits.ts";
import type {
  MachineHooks,
  MachineOutcome,
  ServerContact,
} from "./machine_api.ts";
import { type MachineParty, MachineReception } from "./machine_reception.ts";
import { MachineSessions } from "./machine_sessions.ts";
import {
  listAnswer,
  type MachineConversation,
  machineOutcomeOf,
  machineSide,
  type MachineTopic,
  machineTopic,
} from "./machine_side.ts";
import type { MachineEnding, MachinePhase, MachineQuestion } from "./moves.ts";
import { Party } from "./party.ts";
import { nextNumber, sessionFrom } from "./session.ts";
import { LOST } from "./step.ts";
import { type Notice, Wire } from "./wire.ts";
import type { ArgsOf } from "./words.ts";

export interface MachineEndpointOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly datagrams: Datagrams;
  readonly at: Address;
  /** A broadcast address to hear as well (loopback); null: none. */
  readonly sharedAt: Address | null;
  /** The fleet's public key. */
  readonly fleetKey: Uint8Array;
  readonly filterKey: Uint8Array;
  /** The machine's own key. */
  readonly signer: KeyPair;
  readonly hooks: MachineHooks;
  notice(notice: Notice, source: string): void;
  /** Our own house threw instead of answering: that conversation is lost. */
  trouble(error: unknown): void;
}

/** A machine's end of SeP. */
export class MachineEndpoint {
  readonly #options: MachineEndpointOptions;
  readonly #wire: Wire<"server">;
  readonly #party: MachineParty;
  readonly #sessions = new MachineSessions();
  readonly #machine: Uint8Array;
  #contact: ServerContact | null = null;
  /** Our own discovery or ping that is under way. */
  #call: MachineConversation | null = null;
  #admitted = false;
  #strangeAtMs = -Infinity;
  #closed = false;

  /** @throws when the port is in use. */
  constructor(options: MachineEndpointOptions) {
    this.#options = options;
    this.#machine = machineOf(options.signer.publicKey);
    const fleet = fleetOf(options.fleetKey);
    this.#party = new Party(
      machineSide({
        hooks: options.hooks,
        publicKey: options.signer.publicKey,
        nonce: () => options.randomness.bytes(16),
        session: () => this.#sessions.id,
        ask: (conversation, question) => {
          this.#ask(conversation, question).catch((error) => {
            options.trouble(error);
            this.#party.lose(conversation);
          });
        },
        ended: (conversation, ending, last) =>
          this.#ended(conversation, ending, last),
      }),
      { ...options, fleet, send: (bytes, to) => this.#wire.send(bytes, to) },
    );
    const reception = new MachineReception({
      ...options,
      machine: this.#machine,
      party: this.#party,
      sessions: this.#sessions,
      calling: () => this.#call !== null,
      admitted: () => this.#admitted,
      pinged: (args) => this.#pinged(args),
      heard: (from) => this.#heard({ sep: from }),
      strange: () => this.#strange(),
    });
    this.#wire = new Wire<"server">({
      ...options,
      keeper: {
        from: "server",
        fleet,
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

  get dropped(): Wire<"server">["dropped"] {
    return this.#wire.dropped;
  }

  /** Where the server is; null until it was heard. */
  get contact(): ServerContact | null {
    const session = this.#admitted ? this.#sessions.newest?.id ?? null : null;
    return this.#contact === null ? null : { ...this.#contact, session };
  }

  /**
   * Flow 2b with a server that knows our session, else 1b. The same datagram
   * goes to each address; the first answer counts. Never rejects.
   */
  ping(to: readonly Address[]): Promise<MachineOutcome> {
    if (this.#call !== null) this.#party.lose(this.#call);
    return new Promise((resolve) => {
      const session = this.#sessions.newest;
      const counter = session === null ? 0 : nextNumber(session);
      if (counter === null) this.#sessions.end();
      this.#call = this.#party.begin({
        machine: this.#machine,
        number: this.#options.randomness.bytes(16),
        session: counter === null ? zero8() : session?.id ?? zero8(),
        counter: counter ?? 0,
        peers: to,
        topic: machineTopic(resolve),
      });
      this.#party.open(this.#call, "ping");
    });
  }

  /** Flow 5, with the hash of our list: 32 bytes. Never rejects. */
  offerList(own: Uint8Array): Promise<MachineOutcome> {
    const session = this.#sessions.newest;
    const contact = this.#contact;
    const counter = session === null || !this.#admitted
      ? null
      : nextNumber(session);
    if (session === null || contact === null || counter === null) {
      return Promise.resolve({ kind: "no-session" });
    }
    return new Promise((resolve) => {
      const topic: MachineTopic = {
        ...machineTopic(resolve),
        list: { held: "", libraries: [], own },
      };
      const conversation = this.#party.begin({
        machine: this.#machine,
        number: this.#options.randomness.bytes(16),
        session: session.id,
        counter,
        peers: [contact.sep],
        topic,
      });
      this.#party.open(conversation, "vliste");
    });
  }

  /** Nothing more is heard or said; closing again changes nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wire.close();
    this.#party.close();
  }

  #pinged(args: ArgsOf<"server", "ping">): void {
    const { hooks } = this.#options;
    if (args.epoch > hooks.epoch()) hooks.epochHeard(args.epoch);
    hooks.publishersVersionHeard(args.publishers);
    this.#heard({ sep: args.sep, sip: args.sip });
  }

  #heard(news: Partial<ServerContact> & { sep: Address }): void {
    this.#contact = {
      sip: null,
      certificate: null,
      session: null,
      ...this.#contact,
      ...news,
    };
    const { contact } = this;
    if (contact !== null) this.#options.hooks.serverHeard(contact);
  }

  /** The server knows a session that we lost, or the reverse: discover. */
  #strange(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const contact = this.#contact;
    if (contact === null || this.#call !== null) return;
    if (nowMs - this.#strangeAtMs < REDISCOVERY_MS) return;
    this.#strangeAtMs = nowMs;
    void this.ping([contact.sep]);
  }

  async #ask(
    conversation: MachineConversation,
    question: MachineQuestion,
  ): Promise<void> {
    const word = await this.#answerTo(conversation, question);
    if (word !== null && !this.#closed) {
      this.#party.answer(conversation, word);
    }
  }

  async #answerTo(
    { topic }: MachineConversation,
    question: MachineQuestion,
  ): Promise<string | null> {
    const { hooks, clock, randomness } = this.#options;
    switch (question) {
      case "turn": {
        const delayMs = Math.floor(topic.windowMs * randomness.fraction());
        if (delayMs > 0) {
          await new Promise<void>((then) => void clock.after(delayMs, then));
        }
        return question;
      }
      case "owns": {
        if (topic.program === null) return null;
        const { name, version, only } = topic.program;
        return await hooks.owns(name, version, only) ? "oui" : "non";
      }
      case "list":
        if (topic.list === null) return null;
        topic.list.own = await hooks.list(topic.list.libraries);
        return listAnswer(topic);
      case "install":
        if (topic.order === null || !("sha256" in topic.order)) return null;
        topic.result = await hooks.install(topic.order);
        return topic.result.reason === null ? "reussi" : "rate";
      case "remove":
        if (topic.order === null) return null;
        topic.result = await hooks.remove(topic.order);
        return topic.result.reason === null ? "reussi" : "rate";
    }
  }

  #ended(
    conversation: MachineConversation,
    ending: MachineEnding | typeof LOST,
    last: { readonly digest: Uint8Array; readonly phase: MachinePhase },
  ): void {
    const { topic } = conversation;
    const { hooks } = this.#options;
    if (conversation === this.#call) this.#call = null;
    if (ending === "accepted" || ending === "pending") {
      this.#sessions.agree(sessionFrom(last.digest));
      this.#admitted = ending === "accepted";
      const [sep] = conversation.peers;
      if (sep !== undefined && topic.named !== null) {
        const { certificate, sip } = topic.named;
        this.#heard({ sep, sip, certificate: certificate.slice() });
      }
      const reason = topic.named?.reason ?? "";
      hooks.standing(
        ending === "accepted" ? { kind: ending } : { kind: ending, reason },
      );
    } else if (ending === "refused") {
      this.#sessions.end();
      this.#admitted = false;
      hooks.standing({ kind: ending, reason: topic.named?.reason ?? "" });
    } else if (ending === "upload" && last.phase === "comparing") {
      hooks.upload();
    }
    topic.resolve(machineOutcomeOf(conversation, ending, last.phase));
  }
}
