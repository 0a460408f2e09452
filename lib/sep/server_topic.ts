/**
 * What a conversation is about, for the server: whom it is with, what the
 * house wanted, and what the machine has said in it so far.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { Conversation } from "./conversation.ts";
import type { ServerEnding, ServerPhase, ServerQuestion } from "./moves.ts";
import type { Party } from "./party.ts";
import { reasonOf } from "./reasons.ts";
import type {
  InstallOrder,
  Introduction,
  Opening,
  OrderResult,
  Outcome,
  RoundTarget,
  Verdict,
} from "./server_api.ts";
import type { Peer } from "./server_peers.ts";
import type { ArgsOf, MachineMessage } from "./words.ts";

/** What a conversation is about, for the server. */
export interface ServerTopic {
  /** Null in a ping to everyone, until a machine answers. */
  readonly peer: Peer | null;
  /** What our house wanted; null when the machine began. */
  readonly opening: Opening | null;
  /** Of a ping: its number, W, and the addresses it tells. */
  readonly ping: Ping | null;
  /** Tells our house how it ended; called once. */
  readonly resolve: (outcome: Outcome) => void;
  /** How many times this discovery was begun again. */
  readonly tries: number;
  /** The serial of the delegation that a calling machine holds. */
  serial: bigint | null;
  claim: Claim | null;
  verdict: Verdict | null;
  /** What a machine offered (5) and what we said to it. */
  offer: { readonly sha256: string; answer: "envoie" | "inchange" } | null;
  /** What `[reussi]` or `[rate]` said. */
  result: OrderResult | null;
}

/** What a machine said of itself, and what its proof was made over. */
export interface Claim {
  readonly facts: Pick<
    Introduction,
    | "macs"
    | "hostName"
    | "system"
    | "architecture"
    | "agentVersion"
    | "epoch"
  >;
  readonly enrolment: Uint8Array | null;
  readonly proof: Uint8Array | null;
  readonly vouch: Uint8Array | null;
  readonly prev: Uint8Array;
  readonly from: Address;
}

/** What one ping of ours carries of its own. */
export interface Ping extends Pick<RoundTarget, "sep" | "sip"> {
  readonly count: number;
  readonly windowMs: number;
}

export type ServerConversation = Conversation<ServerPhase, ServerTopic>;

/** All conversations of the server. */
export type ServerParty = Party<
  "server",
  ServerPhase,
  ServerQuestion,
  ServerEnding,
  ServerTopic
>;

/** A topic of which nothing but its beginning is known. */
export function serverTopic(known: Partial<ServerTopic>): ServerTopic {
  return {
    peer: null,
    opening: null,
    ping: null,
    resolve: toNobody,
    tries: 0,
    serial: null,
    claim: null,
    verdict: null,
    offer: null,
    result: null,
    ...known,
  };
}

/** What an `[identifie]` claims; its proof is made over its `prev`. */
export function claimOf(
  { enrolment, proof, vouch, ...facts }: ArgsOf<"machine", "identifie">,
  prev: Uint8Array,
  from: Address,
): Claim {
  return { facts, enrolment, proof, vouch, prev: prev.slice(), from };
}

/** Nobody's conversation: machines begin some that no one of ours awaits. */
export function toNobody(): void {}

/** The install that this conversation orders, at once or after a `[non]`. */
export function installOrder({ opening }: ServerTopic): InstallOrder | null {
  if (opening?.word === "install") return opening.order;
  return opening?.word === "possede" ? opening.orElse : null;
}

/** What a machine says of an order that has ended. */
export function resultOf(
  { word, args }: Extract<MachineMessage, { word: "reussi" | "rate" }>,
): OrderResult {
  const { note } = args;
  return word === "reussi"
    ? { reason: null, version: args.version, note }
    : { reason: reasonOf(args.reason), version: "", note };
}

/** True when the result is of the very order that this conversation gave. */
export function answersOrder(
  topic: ServerTopic,
  { args }: Extract<MachineMessage, { word: "reussi" | "rate" }>,
): boolean {
  const { opening } = topic;
  const order = opening?.word === "suppression"
    ? opening.order
    : installOrder(topic);
  return order?.order === args.order && order.attempt === args.attempt;
}
