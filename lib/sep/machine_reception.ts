/**
 * What a machine makes of a datagram: may it come, whose key must have signed
 * it, which conversation it belongs to, and which input of the table it is.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import { equalBytes, toHex } from "../trust/bytes.ts";
import {
  type Delegation,
  newer,
  openDelegation,
  serialOf,
} from "../trust/delegation.ts";
import { type Frame, zero16, zero8 } from "./datagram.ts";
import type { Received } from "./gate.ts";
import { CONFLICT_EVERY_MS } from "./limits.ts";
import type { MachineHooks } from "./machine_api.ts";
import type { MachineSessions } from "./machine_sessions.ts";
import {
  type MachineConversation,
  type MachineTopic,
  machineTopic,
} from "./machine_side.ts";
import type { MachineEnding, MachinePhase, MachineQuestion } from "./moves.ts";
import type { Party } from "./party.ts";
import { isFresh, isUsedUp, remember } from "./session.ts";
import type { ArgsOf, ServerMessage } from "./words.ts";

export type MachineParty = Party<
  "machine",
  MachinePhase,
  MachineQuestion,
  MachineEnding,
  MachineTopic
>;

/** What a machine's ear needs to know. */
export interface MachineReceptionOptions {
  readonly clock: Clock;
  readonly fleetKey: Uint8Array;
  /** The 16 bytes of this machine. */
  readonly machine: Uint8Array;
  readonly party: MachineParty;
  readonly sessions: MachineSessions;
  readonly hooks: MachineHooks;
  /** True while our own discovery (1b) is under way. */
  calling(): boolean;
  /** False while the server's owner has not approved this machine. */
  admitted(): boolean;
  /** A fresh ping of the server, verified. */
  pinged(args: ArgsOf<"server", "ping">): void;
  /** Any verified and timely word of the server. */
  heard(from: Address): void;
  /** The server speaks in a session that we do not know. */
  strange(): void;
}

/** The ear of a machine. */
export class MachineReception {
  readonly #options: MachineReceptionOptions;
  /** Of the last ping that was answered: epoch and number within it. */
  #lastPing = { epoch: 0n, count: 0 };
  #conflictAtMs = -Infinity;

  constructor(options: MachineReceptionOptions) {
    this.#options = options;
  }

  /** Is it for us, and names what only the server can know? */
  isInside({ header }: Frame): boolean {
    const { party, machine, sessions } = this.#options;
    if (!equalBytes(header.machine, machine)) return false;
    if (sessions.find(header.session) !== null) return true;
    const known = party.find(machine, header.conversation);
    return known !== null && party.continues(known, header);
  }

  /** The cheap question before any signature: has this a place at all? */
  expects({ header }: Frame, message: ServerMessage): boolean {
    const { party, machine } = this.#options;
    const ours = equalBytes(header.machine, machine);
    const everyone = message.word === "ping" &&
      equalBytes(header.machine, zero16());
    // Ordered for another machine, whoever brings it here (C-09).
    if (!ours && !everyone) return false;
    const known = party.find(machine, header.conversation);
    if (known !== null) {
      return header.step <= known.step || party.continues(known, header);
    }
    if (header.step !== 0 || !equalBytes(header.prev, zero16())) return false;
    switch (message.word) {
      case "ping":
        return this.#isNews(message.args) || this.#isRival(message.args);
      case "possede":
      case "dliste":
      case "install":
      case "suppression":
        return true;
      default:
        return false;
    }
  }

  /** The server's key, by the newest delegation that is shown or held. */
  keyFor(_frame: Frame, message: ServerMessage): Uint8Array | null {
    const held = this.#options.hooks.delegation();
    return this.#delegationOf(message, held)?.serverKey ?? null;
  }

  /** A datagram that the gate let in. */
  receive(received: Received<"server">, from: Address): void {
    const { party, machine, hooks, heard, pinged } = this.#options;
    const { header, message, digest } = received;
    const known = party.find(machine, header.conversation);
    if (known !== null && party.repeats(known, digest)) return;
    if (known !== null && !party.continues(known, header)) return;
    const conversation = known ?? this.#begin(received, from);
    if (conversation === null) return;
    const input = this.#inputOf(conversation, received);
    // Nothing is believed of a word that the table does not allow (C-21).
    if (input === null || !party.allows(conversation, input)) return;
    const held = hooks.delegation();
    const shown = this.#delegationOf(message, held);
    if (shown !== null && shown !== held) hooks.delegationShown(shown);
    note(conversation.topic, message);
    this.#confirm(header.session);
    if (message.word === "ping") {
      pinged(message.args);
    } else {
      conversation.peers = [from];
      heard(from);
    }
    party.receive(conversation, digest, input);
  }

  /** Null: the message shows a delegation that must not be believed (K-05). */
  #delegationOf(message: ServerMessage, held: Delegation): Delegation | null {
    const shown = message.word === "ping" || message.word === "echo"
      ? message.args.delegation
      : null;
    if (shown === null || equalBytes(shown, held.bytes)) return held;
    const opened = openDelegation(this.#options.fleetKey, shown);
    if (!opened.ok) return null;
    switch (newer(held, opened.value)) {
      case "newer":
        return opened.value;
      case "same":
        return held;
      default:
        return null;
    }
  }

  /**
   * A ping that was not there before, of an epoch that is not over (C-13). The
   * epochs of a server that the owner has replaced are all over (K-05).
   */
  #isNews({ epoch, count, delegation }: ArgsOf<"server", "ping">): boolean {
    const last = this.#lastPing;
    const { hooks } = this.#options;
    if (serialOf(delegation) > hooks.delegation().serial) return true;
    const highest = hooks.epoch();
    if (epoch < highest) return false;
    return epoch > last.epoch || count > last.count;
  }

  /**
   * An older epoch: a recording, or a second server with our delegation. Both
   * are silently ignored; the second one's owner should know of it (C-13).
   */
  #isRival({ epoch }: ArgsOf<"server", "ping">): boolean {
    const sinceMs = this.#options.clock.monotonicMs() - this.#conflictAtMs;
    return epoch < this.#options.hooks.epoch() && sinceMs >= CONFLICT_EVERY_MS;
  }

  #tellRival(args: ArgsOf<"server", "ping">, from: Address): void {
    if (!this.#isRival(args)) return;
    this.#conflictAtMs = this.#options.clock.monotonicMs();
    this.#options.hooks.conflict(args.epoch, from);
  }

  #begin(
    { header, message }: Received<"server">,
    from: Address,
  ): MachineConversation | null {
    const { party, machine } = this.#options;
    const first = {
      machine,
      number: header.conversation.slice(),
      topic: machineTopic(() => {}),
    };
    if (message.word === "ping") {
      if (!this.#isNews(message.args)) {
        this.#tellRival(message.args, from);
        return null;
      }
      const { epoch, count } = message.args;
      this.#lastPing = { epoch, count };
      // The answer goes to the address that is signed, whoever sent this: a
      // replay cannot turn us against a third party (F-08).
      const peers = [message.args.sep];
      return party.begin({ ...first, peers, session: zero8(), counter: 0 });
    }
    if (!this.#opensInSession(header)) return null;
    return party.begin({
      ...first,
      peers: [from],
      session: header.session.slice(),
      counter: header.counter,
    });
  }

  #opensInSession(header: Frame["header"]): boolean {
    const { sessions, strange, admitted } = this.#options;
    const session = sessions.find(header.session);
    // A pending machine's session carries discovery, 2a and 2b (C-21).
    if (session !== null && !admitted()) return false;
    if (session !== null && isUsedUp(header.counter)) {
      // It has no numbers left: the session is over, for both (C-20).
      sessions.end();
      strange();
      return false;
    }
    if (session === null) {
      strange();
      return false;
    }
    if (!isFresh(session, header.counter)) return false;
    remember(session, header.counter);
    return true;
  }

  #confirm(id: Uint8Array): void {
    const session = this.#options.sessions.find(id);
    if (session !== null) this.#options.sessions.confirm(session);
  }

  /** The input of the table that this message is; null: met with silence. */
  #inputOf(
    { phase }: MachineConversation,
    { header, message }: Received<"server">,
  ): string | null {
    const { sessions, calling } = this.#options;
    switch (message.word) {
      case "echo":
        return sessions.find(header.session) === null
          ? "echo other"
          : "echo current";
      case "OK":
        if (message.args.list !== null) return `OK ${message.args.list}`;
        // One discovery at a time: ours goes first.
        return phase === "heard" && calling() ? null : "OK";
      case "identifiant": {
        const { machine, verdict } = message.args;
        // What the server says of another machine is not for us.
        const isOurs = equalBytes(machine, this.#options.machine);
        return isOurs ? `identifiant ${verdict}` : null;
      }
      default:
        return message.word;
    }
  }
}

/** Keeps what a lawful message says, for the words that will answer it. */
function note(topic: MachineTopic, message: ServerMessage): void {
  switch (message.word) {
    case "ping":
      topic.windowMs = message.args.windowMs;
      break;
    case "identifiant":
      topic.named = message.args;
      break;
    case "possede":
      topic.program = message.args;
      break;
    case "dliste": {
      const { held, libraries } = message.args;
      topic.list = {
        held: held === null ? "" : toHex(held),
        libraries: libraries ?? [],
        own: null,
      };
      break;
    }
    case "install": {
      const { how, sha256, ...order } = message.args;
      const ordered = { ...order, sha256: toHex(sha256) };
      topic.order = how === null ? ordered : { ...ordered, how };
      break;
    }
    case "suppression":
      topic.order = message.args;
  }
}
