/**
 * A server that the kit plays for an agent under test: lawful by itself, and
 * as hostile as a case wants it.
 *
 * @module
 */

import type { Argument } from "../wire/body.ts";
import { type Bytes, hex, random, same, unbase64url } from "../wire/bytes.ts";
import { none, open, prevOf, sessionOf } from "../wire/datagram.ts";
import { type Key, machineOf } from "../wire/keys.ts";
import { eventually, expect, Wrong } from "./case.ts";
import type { Fleet, ServerIdentity } from "./fleet.ts";
import { type Address, type Heard, showAddress, Socket } from "./socket.ts";
import { type HeardSaid, type Side, Talk, type TalkOptions } from "./talk.ts";

/** The agent, as the server knows it. */
export interface KnownAgent {
  readonly key: Bytes;
  readonly machine: Bytes;
  readonly address: Address;
}

/** An agent's own call that nobody answers takes two seconds. */
const HEEDED_MS = 6_000;

export class PlayedServer implements Side {
  readonly role = "server";
  readonly said: HeardSaid[] = [];
  /** What the agent sent that no agent may send. */
  readonly unlawful: string[] = [];
  /** Everything lawful that was sent, for who replays it. */
  readonly sent: Bytes[] = [];
  readonly socket: Socket;
  identity: ServerIdentity;
  agent: KnownAgent | null = null;
  session: Bytes = none(8);
  counter = 0;
  epoch = 7n;
  count = 0;
  windowMs = 0;
  /** Told as none until cases have tried what an agent does without a list. */
  publishersVersion = 0;
  /** What SiP's address is told to be. */
  sipAt: Address;
  /** Are the agent's own calls answered? */
  answers = true;
  onOffer: (talk: Talk, said: HeardSaid) => Promise<unknown> = (talk) =>
    talk.tell("OK", "inchange");
  readonly #fleet: Fleet;
  /** Conversations that the agent began, and those that still go on. */
  readonly #background = new Set<string>();
  readonly #calls = new Set<Promise<void>>();

  constructor(
    { fleet, identity, at, sipAt }: {
      readonly fleet: Fleet;
      readonly identity: ServerIdentity;
      readonly at: Address;
      readonly sipAt: Address;
    },
  ) {
    this.#fleet = fleet;
    this.identity = identity;
    this.sipAt = sipAt;
    this.socket = new Socket(at, (heard) => this.take(heard));
  }

  get fleet(): Bytes {
    return this.#fleet.name;
  }

  get filterKey(): Bytes {
    return this.#fleet.filterKey;
  }

  get key(): Key {
    return this.identity.key;
  }

  get machine(): Bytes {
    return this.known.machine;
  }

  get known(): KnownAgent {
    if (this.agent === null) throw new Wrong("The agent has never called");
    return this.agent;
  }

  async send(bytes: Bytes): Promise<void> {
    this.sent.push(bytes);
    await this.socket.send(bytes, this.known.address);
  }

  /** A conversation in the present session, with the next number. */
  begin(options: TalkOptions = {}): Talk {
    const counter = options.counter ?? ++this.counter;
    return new Talk(this, { session: this.session, ...options, counter });
  }

  /** The arguments of a `[ping]` that is news. */
  pingArgs(): Argument[] {
    return [
      ...[this.epoch, ++this.count, this.windowMs],
      ...[showAddress(this.socket.address), showAddress(this.sipAt)],
      ...[this.publishersVersion, this.identity.delegation],
    ];
  }

  /** A `[ping]` to this machine, and its `[echo]`. */
  async ping(options: TalkOptions = {}): Promise<[Talk, HeardSaid]> {
    const talk = new Talk(this, options);
    await talk.tell("ping", ...this.pingArgs());
    return [talk, await talk.hear(["echo"])];
  }

  /**
   * Flow 1a, as of a server that holds no session of this machine. While the
   * agent calls by itself it need not heed the `[OK]`: then once more.
   */
  async discover(verdict = "accepte", reason = ""): Promise<void> {
    const until = performance.now() + HEEDED_MS;
    for (;;) {
      const [talk] = await this.ping();
      await talk.tell("OK");
      const isLast = performance.now() > until;
      if (isLast || await talk.listen(300) !== null) {
        await this.name(talk, verdict, reason);
        return;
      }
    }
  }

  /** From `[identifie]` on. Returns that `[identifie]`. */
  async name(talk: Talk, verdict = "accepte", reason = "") {
    const presented = await talk.hear(["identifie"]);
    await talk.tell("identifiant", ...this.verdictArgs(verdict, reason));
    if (verdict === "refuse") {
      this.session = none(8);
      return presented;
    }
    const ok = await talk.hear(["OK"]);
    this.session = sessionOf(ok.bytes);
    this.counter = 0;
    return presented;
  }

  verdictArgs(verdict = "accepte", reason = ""): Argument[] {
    const { der } = this.identity.certificate;
    const certificate = verdict === "refuse" ? "" : der;
    const sip = showAddress(this.sipAt);
    return [this.machine, verdict, certificate, sip, reason];
  }

  /** Asks for an answer that only a session's holder gives as current. */
  async alive(): Promise<void> {
    const [, echo] = await this.ping();
    expect(
      same(echo.session, this.session),
      `[echo] has the session ${hex(echo.session)}, not ${hex(this.session)}`,
    );
  }

  /** A session that both ends hold, whatever the case before has left. */
  async ready(): Promise<void> {
    this.answers = true;
    await Promise.all(this.#calls);
    await eventually("The agent calls its server", () => this.agent, 15_000);
    if (!same(this.session, none(8))) {
      const [, echo] = await this.ping();
      if (same(echo.session, this.session)) return;
    }
    await this.discover();
  }

  /** Looks at what came, wherever: verifies, keeps, answers calls. */
  take(heard: Heard): void {
    const read = open(heard.bytes, {
      to: "server",
      fleet: this.fleet,
      filterKey: this.filterKey,
      keyOf: ({ machine }, { word, args }) => {
        if (word !== "ping" && word !== "echo") return this.agent?.key ?? null;
        const key = unbase64url(args[0] ?? "") ?? none(0);
        return same(machineOf(key), machine) ? key : null;
      },
    });
    if ("dropped" in read) {
      this.unlawful.push(
        `a datagram of ${heard.bytes.length} bytes, dropped as "${read.dropped}"`,
      );
      return;
    }
    const said = { ...read, source: heard.from, target: heard.at.address };
    if (said.word === "ping" && this.agent === null) {
      this.agent = {
        key: unbase64url(said.args[0] ?? "") ?? none(0),
        machine: said.machine,
        address: heard.from,
      };
    }
    this.said.push(said);
    if (said.step !== 0 || !this.answers) return;
    const call = this.#answerCall(said).finally(() => this.#calls.delete(call));
    this.#calls.add(call);
  }

  async #answerCall(said: HeardSaid): Promise<void> {
    const id = hex(said.conversation);
    if (this.#background.has(id)) return;
    this.#background.add(id);
    const isCurrent = same(said.session, this.session) &&
      !same(this.session, none(8));
    const session = isCurrent ? this.session : none(8);
    const talk = new Talk(this, { session: said.session }, said);
    try {
      if (said.word === "vliste") await this.onOffer(talk, said);
      if (said.word !== "ping") return;
      const echo = talk.make("echo", [random(16), this.identity.delegation], {
        session,
      });
      await talk.said(echo);
      if (!isCurrent) await this.name(talk);
    } catch (error) {
      // A call that nobody goes on with: the agent begins another.
      if (!(error instanceof Wrong)) throw error;
    }
  }
}

/** Was this an answer to that datagram? */
export const answers = (said: HeardSaid, to: Bytes): boolean =>
  same(said.prev, prevOf(to));
