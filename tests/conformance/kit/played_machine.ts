/**
 * A machine that the kit plays for a server under test.
 *
 * @module
 */

import { type Argument } from "../wire/body.ts";
import {
  base64url,
  type Bytes,
  random,
  same,
  unbase64url,
} from "../wire/bytes.ts";
import { none, open, sessionOf } from "../wire/datagram.ts";
import {
  enrolmentProof,
  type Key,
  machineOf,
  newKey,
  readDelegation,
} from "../wire/keys.ts";
import { expect, pause, same as alike, Wrong } from "./case.ts";
import type { Joined } from "./joined.ts";
import { type Address, type Heard, Socket } from "./socket.ts";
import { type HeardSaid, type Side, Talk, type TalkOptions } from "./talk.ts";

export interface MachineOptions {
  readonly joined: Joined;
  readonly at: Address;
  readonly key?: Key;
  readonly name?: string;
}

/** What a discovery came to. */
export interface Verdict {
  readonly verdict: string;
  readonly reason: string;
  readonly certificate: Bytes;
  readonly sip: Address;
}

/** A server answers a machine's calls from outside once in this time. */
export const CALL_EVERY_MS = 520;

export class PlayedMachine implements Side {
  readonly role = "machine";
  readonly said: HeardSaid[] = [];
  readonly unlawful: string[] = [];
  readonly sent: Bytes[] = [];
  readonly socket: Socket;
  readonly key: Key;
  readonly machine: Bytes;
  readonly joined: Joined;
  session: Bytes = none(8);
  counter = 0;
  certificate: Bytes = none(0);
  sip: Address;
  /** Are the server's own pings answered? */
  answers = true;
  readonly #name: string;

  constructor({ joined, at, key = newKey(), name = "kit" }: MachineOptions) {
    this.joined = joined;
    this.key = key;
    this.machine = machineOf(key.public);
    this.#name = name;
    this.sip = { hostname: joined.server.hostname, port: 3615 };
    this.socket = new Socket(at, (heard) => this.take(heard));
  }

  get fleet(): Bytes {
    return this.joined.fleet;
  }

  get filterKey(): Bytes {
    return this.joined.filterKey;
  }

  async send(bytes: Bytes): Promise<void> {
    this.sent.push(bytes);
    await this.socket.send(bytes, this.joined.server);
  }

  /** A conversation in the present session, with the next number. */
  begin(options: TalkOptions = {}): Talk {
    const counter = options.counter ?? ++this.counter;
    return new Talk(this, { session: this.session, ...options, counter });
  }

  pingArgs(serial: bigint = this.joined.serial): Argument[] {
    return [this.key.public, serial];
  }

  /** What is told in `[identifie]` of this very conversation. */
  identity(
    talk: Talk,
    prev: Bytes,
    secret: Bytes | null = this.joined.secret,
  ): Argument[] {
    const facts = ["02:00:00:00:00:01", this.#name, "linux", "x86_64", "9.9"];
    if (secret === null) return [...facts, 0, "", ""];
    const proof = enrolmentProof(secret, this.key.public, talk.id, prev);
    return [...facts, 0, this.joined.secretId, proof];
  }

  /** Flow 1b. Null when the server is silent after `[identifie]`. */
  async discover(
    secret: Bytes | null = this.joined.secret,
    serial?: bigint,
  ): Promise<Verdict | null> {
    const talk = new Talk(this);
    await talk.tell("ping", ...this.pingArgs(serial));
    await talk.hear(["echo"]);
    const prev = talk.make("OK").slice(48, 64);
    await talk.tell("identifie", ...this.identity(talk, prev, secret));
    return await this.named(talk);
  }

  /** From `[identifiant]` on. */
  async named(talk: Talk): Promise<Verdict | null> {
    const named = await talk.listen(4_000);
    if (named === null) return null;
    await talk.hear(["identifiant"]);
    const [
      machine = "",
      verdict = "",
      certificate = "",
      sip = "",
      reason = "",
    ] = named.args;
    alike("`machine` of [identifiant]", machine, base64url(this.machine));
    const at = addressOf(sip);
    const der = unbase64url(certificate) ?? none(0);
    if (verdict !== "refuse") {
      const ok = await talk.tell("OK");
      this.session = sessionOf(ok);
      this.counter = 0;
      this.certificate = der;
      this.sip = at;
    } else this.session = none(8);
    return { verdict, reason, certificate: der, sip: at };
  }

  /** Flow 2b: is the session the server's as well? */
  async alive(): Promise<boolean> {
    const talk = this.begin();
    await talk.tell("ping", ...this.pingArgs());
    const echo = await talk.hear(["echo"]);
    return same(echo.session, this.session);
  }

  /** A session of a machine that the server has accepted. */
  async ready(): Promise<void> {
    this.answers = true;
    if (!same(this.session, none(8))) {
      if (await this.alive()) return;
      await pause(CALL_EVERY_MS);
    }
    const found = await this.discover();
    expect(found !== null, "The server is silent after [identifie]");
    alike("The verdict", found.verdict, "accepte");
  }

  /** Flow 5, up to the answer. */
  async offer(hash: Bytes): Promise<string> {
    const talk = this.begin();
    await talk.tell("vliste", hash);
    return (await talk.hear(["OK"])).args[0] ?? "";
  }

  take(heard: Heard): void {
    const read = open(heard.bytes, {
      to: "machine",
      fleet: this.fleet,
      filterKey: this.filterKey,
      keyOf: (_, { word, args }) => {
        const shown = word === "ping" ? args[6] : word === "echo" && args[1];
        if (!shown) return this.joined.serverKey;
        const bytes = unbase64url(shown) ?? none(0);
        return readDelegation(this.joined.fleetKey, bytes)?.server ?? null;
      },
    });
    if ("dropped" in read) {
      this.unlawful.push(
        `a datagram of ${heard.bytes.length} bytes, dropped as "${read.dropped}"`,
      );
      return;
    }
    const said = { ...read, source: heard.from, target: heard.at.address };
    const isOurs = same(read.machine, this.machine) ||
      same(read.machine, none(16));
    if (!isOurs) return;
    this.said.push(said);
    if (said.word === "ping" && said.step === 0 && this.answers) {
      void this.#answerPing(said);
    }
  }

  /** Flows 1a and 2a, as a lawful machine's. */
  async #answerPing(said: HeardSaid): Promise<void> {
    const options = { session: none(8), machine: this.machine };
    const talk = new Talk(this, options, said);
    const args = [this.key.public, random(16)];
    const echo = talk.make("echo", args, { session: this.session });
    await talk.said(echo);
    try {
      const next = await talk.listen(1_500);
      if (next === null || next.word !== "OK") return;
      await talk.hear(["OK"]);
      const prev = talk.make("OK").slice(48, 64);
      await talk.tell("identifie", ...this.identity(talk, prev));
      await this.named(talk);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
    }
  }
}

export function addressOf(text: string): Address {
  const [hostname = "", port = "0"] = text.split(":");
  return { hostname, port: Number(port) };
}
