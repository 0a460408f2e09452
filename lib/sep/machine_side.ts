/**
 * A machine's part in every conversation: what its words carry, and what an
 * ending means to the agent's house.
 *
 * @module
 */

import { toHex } from "../trust/bytes.ts";
import { enrolmentProof } from "../trust/enrolment.ts";
import { vouchFor } from "../trust/vouch.ts";
import {
  MACHINE_MOVES,
  MACHINE_PHASES,
  type MachineEnding,
  type MachinePhase,
  type MachineQuestion,
} from "./moves.ts";
import type { MachineHooks, MachineOutcome } from "./machine_api.ts";
import type { Conversation, Side } from "./conversation.ts";
import type { InstallOrder, OrderResult, RemovalOrder } from "./server_api.ts";
import { cutNote } from "./note.ts";
import { LOST } from "./step.ts";
import type { ArgsOf, MessageFrom, Word } from "./words.ts";

/** What a conversation is about, for a machine. */
export interface MachineTopic {
  readonly resolve: (outcome: MachineOutcome) => void;
  /** W of the ping we are answering, in milliseconds. */
  windowMs: number;
  /** 3: what the server asked about. */
  program: ArgsOf<"server", "possede"> | null;
  /** 4, 5: the hash of our list, and what the other side holds of it. */
  list: {
    readonly held: string;
    /** What the server wants in it. */
    readonly libraries: readonly string[];
    own: Uint8Array | null;
  } | null;
  order: InstallOrder | RemovalOrder | null;
  /** How the order ended; null while it is not known. */
  result: OrderResult | null;
  /** What `[identifiant]` said. */
  named: ArgsOf<"server", "identifiant"> | null;
}

export type MachineConversation = Conversation<MachinePhase, MachineTopic>;

/** What the machine's words need. */
export interface MachineSideOptions {
  readonly hooks: MachineHooks;
  readonly publicKey: Uint8Array;
  nonce(): Uint8Array;
  /** The session that an `[echo]` of ours bears: the newest we have. */
  session(): Uint8Array;
  ask(conversation: MachineConversation, question: MachineQuestion): void;
  ended(
    conversation: MachineConversation,
    ending: MachineEnding | typeof LOST,
    last: { readonly digest: Uint8Array; readonly phase: MachinePhase },
  ): void;
}

/** A machine as a side of the party. */
export function machineSide(
  options: MachineSideOptions,
): Side<
  "machine",
  MachinePhase,
  MachineQuestion,
  MachineEnding,
  MachineTopic
> {
  return {
    role: "machine",
    play: { phases: MACHINE_PHASES, moves: MACHINE_MOVES },
    compose: (conversation, word) => compose(options, conversation, word),
    echoSession: options.session,
    patience: () => null,
    ask: options.ask,
    ended: options.ended,
  };
}

function compose(
  { hooks, publicKey, nonce }: MachineSideOptions,
  conversation: MachineConversation,
  word: Word,
): MessageFrom<"machine"> {
  const { topic } = conversation;
  switch (word) {
    case "ping": {
      const { serial } = hooks.delegation();
      return { word, args: { key: publicKey, serial } };
    }
    case "echo":
      return { word, args: { key: publicKey, nonce: nonce() } };
    case "OK":
      return { word, args: { list: listAnswer(topic) } };
    case "identifie":
      return { word, args: introduction(hooks, publicKey, conversation) };
    case "oui":
    case "non":
      return { word, args: {} };
    case "vliste": {
      if (topic.list?.own == null) break;
      return { word, args: { list: topic.list.own } };
    }
    case "reussi":
    case "rate": {
      if (topic.order === null || topic.result === null) break;
      const { order, attempt } = topic.order;
      const { reason, version } = topic.result;
      const note = cutNote(topic.result.note);
      return reason === null
        ? { word: "reussi", args: { order, attempt, version, note } }
        : { word: "rate", args: { order, attempt, reason, note } };
    }
  }
  throw new TypeError(`The machine's table says [${word}] where it cannot`);
}

function introduction(
  hooks: MachineHooks,
  publicKey: Uint8Array,
  { number, prev }: MachineConversation,
): ArgsOf<"machine", "identifie"> {
  const enrolment = hooks.enrolment();
  const former = hooks.formerKey?.() ?? null;
  const said = { machineKey: publicKey, conversation: number, prev };
  return {
    ...hooks.self(),
    epoch: hooks.epoch(),
    enrolment: enrolment?.id ?? null,
    proof: enrolment === null ? null : enrolmentProof(enrolment.secret, said),
    vouch: former === null ? null : vouchFor(former, said),
  };
}

/** Only flow 4 asks for an answer about the list; every other OK is bare. */
export function listAnswer(
  { list }: MachineTopic,
): "envoie" | "inchange" | null {
  if (list?.own == null) return null;
  return toHex(list.own) === list.held ? "inchange" : "envoie";
}

/** What the house is told when a conversation that it began ends. */
export function machineOutcomeOf(
  { topic }: MachineConversation,
  ending: MachineEnding | typeof LOST,
  phase: MachinePhase,
): MachineOutcome {
  switch (ending) {
    case LOST:
      return {
        kind: "lost",
        awaited: phase === "start" ? "" : MACHINE_PHASES[phase].awaits,
      };
    case "accepted":
    case "pending":
      return { kind: "session", accepted: ending === "accepted" };
    case "refused":
      return { kind: "refused", reason: topic.named?.reason ?? "" };
    case "upload":
    case "unchanged":
      return { kind: "list", upload: ending === "upload" };
    default:
      return { kind: "alive" };
  }
}

/** A topic about nothing yet. */
export function machineTopic(
  resolve: (outcome: MachineOutcome) => void,
): MachineTopic {
  return {
    resolve,
    windowMs: 0,
    program: null,
    list: null,
    order: null,
    result: null,
    named: null,
  };
}
