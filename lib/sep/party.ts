/**
 * One side of all its conversations: finds the conversation of a message,
 * steps it, sends what the move says, keeps the timers and the answers that
 * duplicates get.
 *
 * It knows steps, `prev`, duplicates and timers, the same for both roles. The
 * rest is told by the `Side` it serves: `server_side.ts`, `machine_side.ts`.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import { equalBytes, sha256, toBase64Url } from "../trust/bytes.ts";
import type { KeyPair } from "../trust/keys.ts";
import type { Conversation, Side } from "./conversation.ts";
import { encodeDatagram, zero16 } from "./datagram.ts";
import type { Received } from "./gate.ts";
import { CONVERSATIONS_MAX, LINGER_MS } from "./limits.ts";
import type { Move } from "./moves.ts";
import { LOST, step, TIMER, waitOf } from "./step.ts";
import { encodeMessage, type Role, type Word } from "./words.ts";

export interface PartyOptions {
  readonly clock: Clock;
  readonly fleet: Uint8Array;
  readonly filterKey: Uint8Array;
  readonly signer: KeyPair;
  /** Hands a datagram to the socket. */
  send(bytes: Uint8Array, to: Address): void;
}

/** All conversations of one side. */
export class Party<
  Own extends Role,
  Phase extends string,
  Question,
  Ending,
  Topic,
> {
  readonly #side: Side<Own, Phase, Question, Ending, Topic>;
  readonly #options: PartyOptions;
  readonly #all = new Map<string, Conversation<Phase, Topic>>();

  constructor(
    side: Side<Own, Phase, Question, Ending, Topic>,
    options: PartyOptions,
  ) {
    this.#side = side;
    this.#options = options;
  }

  find(machine: Uint8Array, number: Uint8Array) {
    return this.#all.get(keyOf(machine, number)) ?? null;
  }

  /** True while this conversation is under way. */
  has(key: string): boolean {
    const conversation = this.#all.get(key);
    return conversation !== undefined && conversation.phase !== "ended";
  }

  /** Ends the conversation of this key, if there is one, as if lost. */
  drop(key: string | null): void {
    const conversation = key === null ? undefined : this.#all.get(key);
    if (conversation !== undefined) this.lose(conversation);
  }

  /** A conversation that has not said or heard anything yet. */
  begin(first: {
    readonly machine: Uint8Array;
    readonly number: Uint8Array;
    readonly session: Uint8Array;
    readonly counter: number;
    readonly peers: readonly Address[];
    readonly topic: Topic;
    /** Our own house awaits its end: strangers cannot push it out (F-06). */
    readonly ours?: boolean;
    /** Joins a ping that was sent to everyone; else the very beginning. */
    readonly joins?: { readonly phase: Phase; readonly prev: Uint8Array };
  }): Conversation<Phase, Topic> {
    const { joins, ...facts } = first;
    const conversation: Conversation<Phase, Topic> = {
      ours: false,
      ...facts,
      key: keyOf(first.machine, first.number),
      phase: joins?.phase ?? "start" as Phase,
      step: joins === undefined ? -1 : 0,
      prev: joins?.prev ?? zero16(),
      answers: [],
      cancel: () => {},
    };
    this.#all.set(conversation.key, conversation);
    this.#evict();
    return conversation;
  }

  /** Our own house wants something: `open WORD`. */
  open(conversation: Conversation<Phase, Topic>, word: Word): void {
    this.#advance(conversation, `open ${word}`);
  }

  /** Our own house has answered a question; late answers change nothing. */
  answer(conversation: Conversation<Phase, Topic>, word: string): void {
    if (this.#all.get(conversation.key) !== conversation) return;
    this.#advance(conversation, `answer ${word}`);
  }

  /** True when this is the next datagram of the conversation. */
  continues(
    conversation: Conversation<Phase, Topic>,
    header: Received<Role>["header"],
  ): boolean {
    return header.step === conversation.step + 1 &&
      equalBytes(header.prev, conversation.prev);
  }

  /** Answers a datagram that was here before; false when it was not. */
  repeats(
    conversation: Conversation<Phase, Topic>,
    digest: Uint8Array,
  ): boolean {
    const known = conversation.answers.find((one) =>
      equalBytes(one.digest, digest)
    );
    if (known === undefined) return false;
    if (known.reply !== null) this.#send(known.reply, conversation);
    return true;
  }

  /** True when the table has a move for this input, here and now. */
  allows({ phase }: Conversation<Phase, Topic>, input: string): boolean {
    return step(this.#side.play, phase as Phase, input) !== null;
  }

  /** A verified datagram that continues, or begins, the conversation. */
  receive(
    conversation: Conversation<Phase, Topic>,
    digest: Uint8Array,
    input: string,
  ): boolean {
    const move = step(this.#side.play, conversation.phase as Phase, input);
    if (move === null) return false;
    conversation.answers.push({ digest, reply: null });
    conversation.step += 1;
    conversation.prev = digest.subarray(0, 16);
    this.#perform(conversation, move, digest);
    return true;
  }

  /** Starts the wait of the present phase anew: bytes are moving on SiP. */
  wait(conversation: Conversation<Phase, Topic>): void {
    conversation.cancel();
    const ms = waitOf(this.#side.play, conversation.phase as Phase) ??
      this.#side.patience(conversation);
    if (ms === null) return;
    conversation.cancel = this.#options.clock.after(
      ms,
      () => this.#advance(conversation, TIMER),
    );
  }

  /** Ends the conversation now, as if its timer had fired. */
  lose(conversation: Conversation<Phase, Topic>): void {
    this.#advance(conversation, TIMER);
    this.forget(conversation);
  }

  /** Ends the conversation now, without a word to anybody. */
  forget(conversation: Conversation<Phase, Topic>): void {
    conversation.cancel();
    this.#all.delete(conversation.key);
  }

  /** Ends all: who waits for one of them is told that it was lost. */
  close(): void {
    for (const conversation of [...this.#all.values()]) this.lose(conversation);
  }

  #advance(conversation: Conversation<Phase, Topic>, input: string): void {
    const move = step(this.#side.play, conversation.phase as Phase, input);
    if (move !== null) this.#perform(conversation, move, null);
  }

  #perform(
    conversation: Conversation<Phase, Topic>,
    move: Move<Phase, Question, Ending | typeof LOST>,
    received: Uint8Array | null,
  ): void {
    const phase = conversation.phase as Phase;
    let digest = received ?? new Uint8Array(32);
    conversation.phase = move.to;
    if (move.say !== undefined) digest = this.#say(conversation, move.say);
    if (move.to === "ended") {
      this.#linger(conversation, move.end === LOST);
      if (move.end !== undefined) {
        this.#side.ended(conversation, move.end, { digest, phase });
      }
      return;
    }
    this.wait(conversation);
    if (move.ask !== undefined) this.#side.ask(conversation, move.ask);
  }

  #say(conversation: Conversation<Phase, Topic>, word: Word): Uint8Array {
    const { fleet, filterKey, signer } = this.#options;
    const message = this.#side.compose(conversation, word);
    const bytes = encodeDatagram(
      {
        fromServer: this.#side.role === "server",
        step: conversation.step + 1,
        fleet,
        machine: conversation.machine,
        conversation: conversation.number,
        prev: conversation.prev,
        session: word === "echo"
          ? this.#side.echoSession(conversation)
          : conversation.session,
        counter: conversation.counter,
      },
      encodeMessage(this.#side.role, message),
      { filterKey, signer },
    );
    const digest = sha256(bytes);
    conversation.step += 1;
    conversation.prev = digest.subarray(0, 16);
    const answered = conversation.answers.at(-1);
    if (answered !== undefined) answered.reply = bytes;
    this.#send(bytes, conversation);
    return digest;
  }

  #send(bytes: Uint8Array, { peers }: Conversation<Phase, Topic>): void {
    for (const peer of peers) this.#options.send(bytes, peer);
  }

  /** A lost conversation is forgotten at once; a finished one lingers. */
  #linger(conversation: Conversation<Phase, Topic>, lost: boolean): void {
    conversation.cancel();
    if (lost) {
      this.#all.delete(conversation.key);
      return;
    }
    conversation.cancel = this.#options.clock.after(
      LINGER_MS,
      () => this.forget(conversation),
    );
  }

  #evict(): void {
    if (this.#all.size <= CONVERSATIONS_MAX) return;
    for (const oldest of this.#all.values()) {
      if (!oldest.ours || oldest.phase === "ended") return this.lose(oldest);
    }
  }
}

function keyOf(machine: Uint8Array, number: Uint8Array): string {
  return `${toBase64Url(machine)}.${toBase64Url(number)}`;
}
