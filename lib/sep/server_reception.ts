/**
 * What the server makes of a datagram: may it come, whose key must have signed
 * it, which conversation it belongs to, and which input of the table it is.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import { equalBytes, toHex } from "../trust/bytes.ts";
import { isSafePublicKey, machineOf } from "../trust/keys.ts";
import { type Frame, zero16 } from "./datagram.ts";
import type { Received } from "./gate.ts";
import { CALL_EVERY_MS } from "./limits.ts";
import type { MachineId, ServerHooks } from "./server_api.ts";
import { machineId, type Peer, type Peers } from "./server_peers.ts";
import { hasPlace } from "./server_place.ts";
import { only } from "./server_side.ts";
import {
  answersOrder,
  claimOf,
  resultOf,
  type ServerConversation,
  type ServerParty,
  serverTopic,
} from "./server_topic.ts";
import { isFresh, isSession, isUsedUp, remember } from "./session.ts";
import type { MachineMessage } from "./words.ts";

export interface ServerReceptionOptions {
  readonly clock: Clock;
  readonly peers: Peers;
  readonly party: ServerParty;
  readonly hooks: ServerHooks;
  /** This machine's session is unknown to us: discover it, now and then. */
  rediscover(peer: Peer): void;
}

/** The ear of the server. */
export class ServerReception {
  readonly #options: ServerReceptionOptions;
  /** Who has answered which ping to everyone. */
  readonly #answered = new WeakMap<ServerConversation, Set<MachineId>>();

  constructor(options: ServerReceptionOptions) {
    this.#options = options;
  }

  /** Whose session, or whose next datagram, can only its sender know? */
  isInside({ header }: Frame): boolean {
    const { party, peers } = this.#options;
    const known = party.find(header.machine, header.conversation);
    if (known !== null && party.continues(known, header)) return true;
    const peer = peers.get(machineId(header.machine));
    return peer !== null && isSession(peer.session, header.session);
  }

  /** The cheap question before any signature: has this a place at all? */
  expects(frame: Frame, message: MachineMessage): boolean {
    return hasPlace(this.#options, frame, message);
  }

  /** The key of the machine that the header names; its name is the key's. */
  keyFor({ header }: Frame, message: MachineMessage): Uint8Array | null {
    if (message.word !== "ping" && message.word !== "echo") {
      return this.#options.peers.keyOf(machineId(header.machine));
    }
    const { key } = message.args;
    const named = equalBytes(machineOf(key), header.machine);
    return named && isSafePublicKey(key) ? key : null;
  }

  /** A datagram that the gate let in. */
  receive(received: Received<"machine">, from: Address): void {
    const { party } = this.#options;
    const peer = this.#peerOf(received, from);
    if (peer === null) return;
    const { header, digest } = received;
    const known = party.find(header.machine, header.conversation);
    if (known !== null && party.repeats(known, digest)) return;
    if (known !== null && !party.continues(known, header)) {
      this.#suspectClone(peer, known, received, from);
      return;
    }
    const conversation = known ?? this.#join(peer, received, from);
    if (conversation === null) return;
    const input = this.#inputOf(peer, conversation, received);
    // Nothing is believed of a word that the table does not allow (C-21).
    if (input === null || !party.allows(conversation, input)) return;
    this.#note(peer, conversation, received, from);
    if (input !== "ping other") {
      // `prev` named our own last datagram, or the number was fresh: this is
      // where the machine is now. A call from outside our session proves no
      // place: it may be a recording (C-11).
      conversation.peers = only(from);
      peer.address = from;
    }
    party.receive(conversation, digest, input);
  }

  #peerOf(received: Received<"machine">, from: Address): Peer | null {
    const { peers } = this.#options;
    const id = machineId(received.header.machine);
    const { message } = received;
    return message.word === "ping" || message.word === "echo"
      ? peers.meet(id, message.args.key, from)
      : peers.get(id);
  }

  /** The conversation that a first message of this machine begins. */
  #join(
    peer: Peer,
    { header, message }: Received<"machine">,
    from: Address,
  ): ServerConversation | null {
    const { party } = this.#options;
    const first = {
      machine: header.machine.slice(),
      number: header.conversation.slice(),
      peers: only(from),
    };
    if (message.word === "echo") {
      const round = party.find(zero16(), header.conversation);
      if (round === null || round.phase === "ended") return null;
      if (!this.#isFirstAnswer(round, peer)) return null;
      const { session, counter, prev } = round;
      const topic = serverTopic({ peer, ping: round.topic.ping });
      const joins = { phase: "pinged" as const, prev };
      return party.begin({ ...first, session, counter, topic, joins });
    }
    if (message.word === "reussi" || message.word === "rate") {
      this.#late(peer, message);
      return null;
    }
    if (!this.#mayBegin(peer, header, message)) return null;
    return party.begin({
      ...first,
      session: header.session.slice(),
      counter: header.counter,
      topic: serverTopic({ peer }),
    });
  }

  /**
   * A ping is answered once. What came of the answer may be lost and forgotten
   * by now: a recording of it, from wherever, must not begin it again (C-06).
   */
  #isFirstAnswer(round: ServerConversation, { id }: Peer): boolean {
    const answered = this.#answered.get(round) ?? new Set();
    this.#answered.set(round, answered);
    if (answered.has(id)) return false;
    answered.add(id);
    return true;
  }

  /** May a machine begin this conversation, now? */
  #mayBegin(
    peer: Peer,
    header: Received<"machine">["header"],
    message: MachineMessage,
  ): boolean {
    const { clock, rediscover } = this.#options;
    if (peer.session !== null && isSession(peer.session, header.session)) {
      if (isUsedUp(header.counter)) {
        // It has no numbers left: the session is over, for both (C-20).
        peer.session = null;
        rediscover(peer);
        return false;
      }
      if (!isFresh(peer.session, header.counter)) return false;
      remember(peer.session, header.counter);
      return message.word === "ping" || peer.admitted;
    }
    if (message.word !== "ping") {
      rediscover(peer);
      return false;
    }
    const nowMs = clock.monotonicMs();
    if (nowMs - peer.calledAtMs < CALL_EVERY_MS) return false;
    peer.calledAtMs = nowMs;
    return true;
  }

  /** The input of the table that this message is; null: met with silence. */
  #inputOf(
    peer: Peer,
    conversation: ServerConversation,
    { header, message }: Received<"machine">,
  ): string | null {
    const { party } = this.#options;
    const { topic } = conversation;
    const held = isSession(peer.session, header.session);
    switch (message.word) {
      case "ping":
        return held ? "ping current" : "ping other";
      case "echo":
        if (held) return "echo current";
        // One discovery of a machine at a time.
        if (!this.#isDiscoveredElsewhere(peer, conversation)) {
          return "echo other";
        }
        party.lose(conversation);
        return null;
      case "OK":
        return message.args.list === null ? "OK" : `OK ${message.args.list}`;
      case "non": {
        const { opening } = topic;
        const ensures = opening?.word === "possede" && opening.orElse !== null;
        return ensures ? "non, install" : "non";
      }
      case "reussi":
      case "rate":
        return answersOrder(topic, message) ? message.word : null;
      default:
        return message.word;
    }
  }

  /** Keeps what a lawful message says, for the words that will answer it. */
  #note(
    peer: Peer,
    conversation: ServerConversation,
    { header, message }: Received<"machine">,
    from: Address,
  ): void {
    const { topic } = conversation;
    switch (message.word) {
      case "ping":
        topic.serial = message.args.serial;
        break;
      case "echo":
        if (!isSession(peer.session, header.session)) {
          peer.discovery = conversation.key;
        }
        break;
      case "identifie":
        this.#takeOver(peer, conversation);
        topic.claim = claimOf(message.args, header.prev, from);
        break;
      case "vliste":
        topic.offer = { sha256: toHex(message.args.list), answer: "envoie" };
        break;
      case "reussi":
      case "rate":
        topic.result = resultOf(message);
    }
  }

  /**
   * An `[identifie]` is fresh by its `prev`, as a call alone is not: only now
   * does it put an end to what else we were discovering of this machine.
   */
  #takeOver(peer: Peer, { key }: ServerConversation): void {
    const { discovery } = peer;
    peer.discovery = key;
    if (discovery !== key) this.#options.party.drop(discovery);
  }

  #isDiscoveredElsewhere(
    { discovery }: Peer,
    { key }: ServerConversation,
  ): boolean {
    return discovery !== null && discovery !== key &&
      this.#options.party.has(discovery);
  }

  #late(
    peer: Peer,
    message: Extract<MachineMessage, { word: "reussi" | "rate" }>,
  ): void {
    const { order, attempt } = message.args;
    const result = { order, attempt, ...resultOf(message) };
    this.#options.hooks.lateResult(peer.id, result);
  }

  /** One key that answers one ping twice, from two places (N-06). */
  #suspectClone(
    peer: Peer,
    conversation: ServerConversation,
    { header, message }: Received<"machine">,
    from: Address,
  ): void {
    const elsewhere = conversation.peers.every((place) =>
      place.hostname !== from.hostname
    );
    if (message.word === "echo" && header.step === 1 && elsewhere) {
      this.#options.hooks.conflict(peer.id, from);
    }
  }
}
