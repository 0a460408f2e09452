/**
 * One conversation as one side of it says it, lawfully or not.
 *
 * @module
 */

import { type Argument, body, type Role } from "../wire/body.ts";
import { type Bytes, hex, random, same } from "../wire/bytes.ts";
import {
  type Bend,
  type Header,
  none,
  type Opened,
  prevOf,
  seal,
} from "../wire/datagram.ts";
import type { Key } from "../wire/keys.ts";
import { Wrong } from "./case.ts";
import type { Address } from "./socket.ts";

/** A verified datagram of the other side, and where it came from and to. */
export interface HeardSaid extends Opened {
  readonly source: Address;
  readonly target: Address;
}

/** What a talk needs of its side. */
export interface Side {
  readonly role: Role;
  readonly fleet: Bytes;
  readonly filterKey: Bytes;
  readonly key: Key;
  /** The machine that speaks, or is spoken to. */
  readonly machine: Bytes;
  readonly said: readonly HeardSaid[];
  send(bytes: Bytes): Promise<void>;
}

export interface TalkOptions {
  readonly session?: Bytes;
  readonly counter?: number;
  readonly machine?: Bytes;
}

const HEAR_MS = 4_000;

/** Anything in a datagram that shall be other than lawful. */
export interface Otherwise extends Bend, Partial<Header> {
  readonly key?: Key;
  readonly filterKey?: Bytes;
  readonly body?: Bytes;
}

export class Talk {
  readonly id: Bytes;
  readonly session: Bytes;
  readonly counter: number;
  readonly #side: Side;
  readonly #machine: Bytes;
  #step = 0;
  #last: Bytes | null = null;

  constructor(side: Side, options: TalkOptions = {}, begun?: Opened) {
    this.#side = side;
    this.#machine = options.machine ?? begun?.machine ?? side.machine;
    this.id = begun?.conversation ?? random(16);
    this.session = options.session ?? begun?.session ?? none(8);
    this.counter = options.counter ?? begun?.counter ?? 0;
    if (begun !== undefined) this.#goOn(begun.bytes);
  }

  get hexId(): string {
    return hex(this.id);
  }

  /** The next datagram of this side, as it is or with something else in it. */
  make(
    word: string,
    args: readonly Argument[] = [],
    otherwise: Otherwise = {},
  ): Bytes {
    const { role, fleet, filterKey, key } = this.#side;
    const header: Header = {
      from: role,
      step: this.#step,
      fleet,
      machine: this.#machine,
      conversation: this.id,
      prev: this.#last === null ? none(16) : prevOf(this.#last),
      session: this.session,
      counter: this.counter,
      ...otherwise,
    };
    return seal(header, otherwise.body ?? body(word, ...args), {
      filterKey: otherwise.filterKey ?? filterKey,
      key: otherwise.key ?? key,
    }, otherwise);
  }

  /** Says the next word lawfully. */
  async tell(word: string, ...args: readonly Argument[]): Promise<Bytes> {
    const bytes = this.make(word, args);
    await this.said(bytes);
    return bytes;
  }

  /** Sends what `make` gave, as the next datagram of the conversation. */
  async said(bytes: Bytes): Promise<void> {
    this.#goOn(bytes);
    await this.#side.send(bytes);
  }

  /** The conversation went on with this datagram, however it was sent. */
  wentOn(bytes: Bytes): void {
    this.#goOn(bytes);
  }

  /** Waits for the next word of the other side; it must be one of these. */
  async hear(words: readonly string[], withinMs = HEAR_MS): Promise<HeardSaid> {
    const found = await this.listen(withinMs);
    if (found === null) {
      throw new Wrong(
        `No answer within ${withinMs} ms; ${bracketed(words)} was awaited`,
      );
    }
    if (!words.includes(found.word)) {
      throw new Wrong(
        `${showSaid(found)} came; ${bracketed(words)} was awaited`,
      );
    }
    this.#goOn(found.bytes);
    return found;
  }

  /** The next datagram of the other side, or null; the talk stands still. */
  async listen(withinMs: number): Promise<HeardSaid | null> {
    const until = performance.now() + withinMs;
    const prev = this.#last === null ? none(16) : prevOf(this.#last);
    for (;;) {
      const found = this.#side.said.find((one) =>
        same(one.conversation, this.id) && one.step === this.#step &&
        same(one.prev, prev)
      );
      if (found !== undefined) return found;
      if (performance.now() > until) return null;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  #goOn(bytes: Bytes): void {
    this.#last = bytes;
    this.#step = (bytes[6] ?? 0) + 1;
  }
}

const bracketed = (words: readonly string[]) =>
  words.map((word) => `[${word}]`).join(" or ");

/** `[rate{1+1+busy+}]`, as people read it. */
export function showSaid(said: { word: string; args: readonly string[] }) {
  const args = said.args.map((arg) =>
    arg.length > 40 ? `${arg.slice(0, 40)}…` : arg
  );
  return args.length === 0
    ? `[${said.word}]`
    : `[${said.word}{${args.join("+").replaceAll("\n", " / ")}}]`;
}
