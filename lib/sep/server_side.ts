/**
 * The server's part in every conversation: what its words carry, and what an
 * ending means to the house.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import { fromHex, toBase64Url } from "../trust/bytes.ts";
import { serialOf } from "../trust/delegation.ts";
import { provesEnrolment } from "../trust/enrolment.ts";
import { isVouchOf, voucherOf } from "../trust/vouch.ts";
import { zero8 } from "./datagram.ts";
import { REPLY_MS, WORK_MS } from "./limits.ts";
import {
  SERVER_MOVES,
  SERVER_PHASES,
  type ServerEnding,
  type ServerPhase,
  type ServerQuestion,
} from "./moves.ts";
import type { Side } from "./conversation.ts";
import type {
  InstallOrder,
  Introduction,
  OrderResult,
  Outcome,
  RoundTarget,
} from "./server_api.ts";
import { machineId } from "./server_peers.ts";
import {
  installOrder,
  type Ping,
  type ServerConversation,
  type ServerTopic,
} from "./server_topic.ts";
import { LOST } from "./step.ts";
import type { MessageFrom, Word } from "./words.ts";

/** What the server says of itself in its words. */
export interface ServerFacts {
  epoch(): bigint;
  /** The version of the publishers' list. */
  publishersVersion(): number;
  /** 140 bytes. */
  readonly delegation: Uint8Array;
  /** The SiP certificate, in DER. */
  readonly certificate: Uint8Array;
  nonce(): Uint8Array;
  /** The addresses that a machine at `to` shall use for SeP and SiP. */
  tell(to: Address): Pick<RoundTarget, "sep" | "sip">;
}

/** What the side hands back to its endpoint. */
export interface ServerSideHooks {
  ask(conversation: ServerConversation, question: ServerQuestion): void;
  ended(
    conversation: ServerConversation,
    ending: ServerEnding | typeof LOST,
    last: { readonly digest: Uint8Array; readonly phase: ServerPhase },
  ): void;
}

/** The server as a side of the party. */
export function serverSide(
  facts: ServerFacts,
  hooks: ServerSideHooks,
): Side<"server", ServerPhase, ServerQuestion, ServerEnding, ServerTopic> {
  return {
    role: "server",
    play: { phases: SERVER_PHASES, moves: SERVER_MOVES },
    compose: (conversation, word) => compose(facts, conversation, word),
    // "I know your session", or zeros: "go on with [identifie]".
    echoSession: ({ phase, topic }) =>
      phase === "ended" ? topic.peer?.session?.id ?? zero8() : zero8(),
    patience,
    ask: hooks.ask,
    ended: hooks.ended,
  };
}

function compose(
  facts: ServerFacts,
  conversation: ServerConversation,
  word: Word,
): MessageFrom<"server"> {
  const { topic } = conversation;
  switch (word) {
    case "ping":
      return { word, args: pingArgs(facts, need(topic.ping, word)) };
    case "echo":
      return { word, args: echoArgs(facts, topic) };
    case "OK":
      return { word, args: { list: topic.offer?.answer ?? null } };
    case "identifiant": {
      const { verdict, reason } = need(topic.verdict, word);
      const to = need(conversation.peers[0] ?? null, word);
      return {
        word,
        args: {
          machine: conversation.machine,
          verdict,
          certificate: verdict === "refuse"
            ? new Uint8Array()
            : facts.certificate,
          sip: facts.tell(to).sip,
          reason: reason === "" ? null : reason,
        },
      };
    }
    case "possede": {
      const opening = need(topic.opening, word);
      if (opening.word !== "possede") break;
      const { name, version, only = null } = opening;
      return { word, args: { name, version, only } };
    }
    case "rien":
      return { word, args: {} };
    case "dliste": {
      const opening = need(topic.opening, word);
      if (opening.word !== "dliste") break;
      const held = opening.sha256 === "" ? null : fromHex(opening.sha256);
      const { libraries = [] } = opening;
      // An agent that knows no second argument hears [dliste] without one.
      const wanted = libraries.length === 0 ? null : libraries;
      return { word, args: { held, libraries: wanted } };
    }
    case "install":
      return { word, args: installArgs(need(installOrder(topic), word)) };
    case "suppression": {
      const opening = need(topic.opening, word);
      if (opening.word !== "suppression") break;
      return { word, args: opening.order };
    }
  }
  throw new TypeError(`The server's table says [${word}] where it cannot`);
}

function pingArgs(facts: ServerFacts, ping: Ping) {
  return {
    ...ping,
    epoch: facts.epoch(),
    publishers: facts.publishersVersion(),
    delegation: facts.delegation,
  };
}

/** The delegation only for a machine whose own is older. */
function echoArgs(facts: ServerFacts, { serial }: ServerTopic) {
  const { delegation } = facts;
  const isHeld = serial !== null && serial >= serialOf(delegation);
  return { nonce: facts.nonce(), delegation: isHeld ? null : delegation };
}

function installArgs(order: InstallOrder) {
  const sha256 = fromHex(order.sha256);
  if (sha256 === null) throw new TypeError("An order's hash must be hex");
  return { ...order, sha256, how: order.how ?? null };
}

/** The waits that the table leaves to the topic: a ping's W, an order's work. */
function patience({ phase, topic }: ServerConversation): number | null {
  if (phase === "pinged") return (topic.ping?.windowMs ?? 0) + REPLY_MS;
  if (phase !== "ordered") return null;
  const { opening } = topic;
  const deadlineMs = opening !== null && "deadlineMs" in opening
    ? opening.deadlineMs
    : undefined;
  return deadlineMs ?? WORK_MS;
}

/** What the house is told when a conversation ends. */
export function outcomeOf(
  { topic }: ServerConversation,
  ending: ServerEnding | typeof LOST,
  phase: ServerPhase,
): Outcome {
  switch (ending) {
    case LOST:
      return {
        kind: "lost",
        awaited: phase === "start" ? "" : SERVER_PHASES[phase].awaits,
      };
    case "opened":
      return { kind: "session" };
    case "silent":
      return { kind: "refused" };
    case "done":
    case "failed":
      return outcomeOfOrder(topic.result);
    case "list coming":
      return { kind: "list", coming: true };
    case "list unchanged":
      return { kind: "list", coming: false };
    case "offer answered":
      return { kind: "alive" };
    default:
      return { kind: ending };
  }
}

function outcomeOfOrder(result: OrderResult | null): Outcome {
  const { reason, version, note } = need(result, "reussi");
  return reason === null
    ? { kind: "done", version, note }
    : { kind: "failed", reason, note };
}

/** The machine of `[identifie]`, for the registry to judge. */
export function introductionOf(
  { topic, number }: ServerConversation,
): Introduction | null {
  const { peer, claim } = topic;
  if (peer === null || claim === null) return null;
  const { proof, vouch, prev, from, enrolment, facts } = claim;
  const said = { machineKey: peer.publicKey, conversation: number, prev };
  return {
    ...facts,
    from,
    machine: peer.id,
    publicKey: peer.publicKey,
    enrolmentId: enrolment === null ? "" : toBase64Url(enrolment),
    provesSecret: (secret) =>
      proof !== null && provesEnrolment(secret, said, proof),
    ...(vouch === null ? {} : {
      voucher: {
        machine: machineId(voucherOf(vouch)),
        vouches: (key) => isVouchOf(key, said, vouch),
      },
    }),
  };
}

/** The one address a machine is spoken to at. */
export function only(address: Address): readonly Address[] {
  return [address];
}

function need<T>(value: T | null, word: Word): T {
  if (value === null) throw new TypeError(`Nothing to say [${word}] about`);
  return value;
}
