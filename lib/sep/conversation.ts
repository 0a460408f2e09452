/**
 * One conversation, and what a role brings to all of its own. Types only: the
 * meeting place of `party.ts`, which knows steps, duplicates and timers, and
 * of the two sides, which know what is said.
 *
 * @module
 */

import type { Cancel } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import type { LOST, Play } from "./step.ts";
import type { MessageFrom, Role, Word } from "./words.ts";

/** One conversation. `Topic` is what its side must remember about it. */
export interface Conversation<Phase, Topic> {
  readonly key: string;
  /** 16 bytes each; `machine` is zero in a ping to everyone. */
  readonly machine: Uint8Array;
  readonly number: Uint8Array;
  /** Of its first message; every message but `[echo]` repeats them. */
  readonly session: Uint8Array;
  readonly counter: number;
  readonly topic: Topic;
  /** Begun by our own house, which awaits its end. */
  readonly ours: boolean;
  /** Where our words go: one address, but for a ping to every network. */
  peers: readonly Address[];
  phase: Phase | "ended";
  /** Of the last datagram, sent or received. */
  step: number;
  prev: Uint8Array;
  /** What each received datagram was answered with: for duplicates (C-03). */
  answers: { readonly digest: Uint8Array; reply: Uint8Array | null }[];
  cancel: Cancel;
}

/** What one role brings to the party. */
export interface Side<
  Own extends Role,
  Phase extends string,
  Question,
  Ending,
  Topic,
> {
  readonly role: Own;
  readonly play: Play<Phase, Question, Ending>;
  /** The message that says `word` in this conversation. */
  compose(
    conversation: Conversation<Phase, Topic>,
    word: Word,
  ): MessageFrom<Own>;
  /** The session that an `[echo]` of ours bears. */
  echoSession(conversation: Conversation<Phase, Topic>): Uint8Array;
  /** Milliseconds a phase waits, where its table leaves it to the topic. */
  patience(conversation: Conversation<Phase, Topic>): number | null;
  /** Asks our own house; the answer comes back through `Party.answer`. */
  ask(conversation: Conversation<Phase, Topic>, question: Question): void;
  /** `last` is the digest of the last datagram, sent or received. */
  ended(
    conversation: Conversation<Phase, Topic>,
    ending: Ending | typeof LOST,
    last: { readonly digest: Uint8Array; readonly phase: Phase },
  ): void;
}
