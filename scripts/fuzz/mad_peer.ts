/**
 * One who holds every key of SeP and keeps to no rule, against an endpoint of
 * the other role: absurd words, places, sessions and counters, signed rightly,
 * and now and then wrongly.
 *
 * @module
 */

import {
  encodeDatagram,
  filterHolds,
  type Header,
  readFrame,
  signatureHolds,
} from "../../lib/sep/datagram.ts";
import { BODY_BYTES_MAX } from "../../lib/sep/limits.ts";
import type { Address } from "../../lib/host/datagrams.ts";
import type { Opening } from "../../lib/sep/server_api.ts";
import {
  decodeMessage,
  encodeMessage,
  type Role,
} from "../../lib/sep/words.ts";
import { sha256, utf8 } from "../../lib/trust/bytes.ts";
import { type KeyPair, machineOf } from "../../lib/trust/keys.ts";
import { after, headerOf } from "../../tests/sep/forge.ts";
import {
  ELSEWHERE,
  FILTER_KEY,
  installOrder,
  keyOf,
  SERVER_AT,
  SERVER_KEY,
  SIP_AT,
} from "../../tests/sep/props.ts";
import type { Stage } from "../../tests/sep/stage.ts";
import type { Chance } from "./chance.ts";
import { mutate } from "./mutate.ts";
import { someBody } from "./some_body.ts";
import { demand } from "./target.ts";
import { BODY_TOKENS } from "./targets/datagrams.ts";

/** Datagrams in one scene. */
const DATAGRAMS = 24;
/** One datagram may cost an answer, and a call to a server that is strange. */
const ANSWERS_MAX = 2;
const STRANGER = keyOf(77);
/** After it no bucket is closed, and no conversation is under way. */
const REST_MS = 60_000;

/** One scene under way. */
export class MadPeer {
  /** What it threw, in hexadecimal. */
  readonly said: string[] = [];
  /** What came back. */
  answers = 0;
  readonly #stage: Stage;
  readonly #chance: Chance;
  readonly #role: Role;
  #counter = 100;
  #session: Uint8Array = new Uint8Array(8);

  constructor(stage: Stage, chance: Chance, role: Role) {
    this.#stage = stage;
    this.#chance = chance;
    this.#role = role;
  }

  /** A whole scene; throws when something does not hold. */
  async run(): Promise<void> {
    const stage = this.#stage;
    const { machine, server } = stage;
    if (!this.#chance.oneIn(6)) await stage.discover();
    this.#session = server.sessionOf(machine.id)?.slice() ?? this.#session;
    if (this.#role === "server") server.close();
    else machine.endpoint.close();
    for (let turn = 0; turn < DATAGRAMS; turn++) await this.#throw();
    await this.#demandService();
  }

  async #throw(): Promise<void> {
    const chance = this.#chance;
    const { network, clock, machine, house } = this.#stage;
    if (this.#role === "machine" && chance.oneIn(3)) this.#converse();
    await clock.advance(chance.oneIn(8) ? chance.below(5_000) : 0);
    const isForged = chance.oneIn(16);
    const bytes = this.#datagram(isForged ? STRANGER : this.#key);
    this.said.push(bytes.toHex());
    const before = network.sent.length;
    const home = this.#role === "server" ? SERVER_AT : machine.at;
    network.inject(
      bytes,
      chance.oneIn(4) ? home : this.#elsewhere(),
      this.#role === "server" ? machine.at : SERVER_AT,
    );
    await clock.advance(0);
    const answers = network.sent.slice(before);
    demand(!isForged || answers.length === 0, "A stranger was answered");
    demand(answers.length <= ANSWERS_MAX, `${answers.length} answers to one`);
    for (const { bytes } of network.sent.slice(before)) {
      this.#demandLawful(bytes);
    }
    this.answers += answers.length;
    const log = [...house.log, ...machine.house.log];
    const trouble = log.find((line) => line.startsWith("trouble"));
    demand(trouble === undefined, `The house failed: ${trouble}`);
  }

  /** Always another host, or its bucket would soon be closed. */
  #elsewhere(): Address {
    return { hostname: `10.9.9.${this.said.length}`, port: 2013 };
  }

  get #key(): KeyPair {
    return this.#role === "server" ? SERVER_KEY : this.#stage.machine.key;
  }

  /** Whatever an endpoint sends, its peer can read. */
  #demandLawful(bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    const shown = bytes.toHex();
    demand(typeof frame !== "string", `Sent: ${frame}: ${shown}`);
    const role = this.#role === "server" ? "machine" : "server";
    const { publicKey } = role === "server"
      ? SERVER_KEY
      : this.#stage.machine.key;
    demand(filterHolds(frame, FILTER_KEY), `Sent without filter: ${shown}`);
    demand(signatureHolds(frame, publicKey), `Sent unsigned: ${shown}`);
    const message = decodeMessage(role, frame.body);
    demand(message !== null, `Sent what is no message: ${shown}`);
  }

  #datagram(signer: KeyPair): Uint8Array {
    const body = this.#body();
    const header = { ...this.#header(), fromServer: this.#role === "server" };
    return encodeDatagram(
      headerOf(header),
      body.length > BODY_BYTES_MAX ? utf8("[OK]") : body,
      { filterKey: FILTER_KEY, signer },
    );
  }

  #body(): Uint8Array {
    const chance = this.#chance;
    if (chance.oneIn(3)) return this.#opening();
    const body = someBody(this.#role, chance);
    if (!chance.oneIn(8)) return body;
    const material = { others: [body], tokens: BODY_TOKENS, bytesMax: 900 };
    return mutate(body, chance, material);
  }

  /** The words that need what chance does not find: a key, a delegation. */
  #opening(): Uint8Array {
    const chance = this.#chance;
    const { machine, delegation } = this.#stage;
    const { publicKey: key } = machine.key;
    const u64 = () => chance.pick([0n, 1n, 2n, 3n, 2n ** 64n - 1n]);
    if (this.#role === "machine") {
      return chance.oneIn(2)
        ? encodeMessage("machine", {
          word: "ping",
          args: { key, serial: u64() },
        })
        : encodeMessage("machine", {
          word: "echo",
          args: { key, nonce: chance.bytes(16) },
        });
    }
    const { bytes } = delegation;
    if (chance.oneIn(4)) {
      const nonce = chance.bytes(16);
      const args = { nonce, delegation: chance.oneIn(2) ? bytes : null };
      return encodeMessage("server", { word: "echo", args });
    }
    return encodeMessage("server", {
      word: "ping",
      args: {
        epoch: chance.oneIn(20) ? u64() : BigInt(1 + chance.below(3)),
        count: chance.below(100),
        windowMs: chance.pick([0, 0, 1, 60_000]),
        sep: chance.oneIn(4) ? ELSEWHERE : SERVER_AT,
        sip: SIP_AT,
        publishers: chance.below(3),
        delegation: bytes,
      },
    });
  }

  #header(): Partial<Header> {
    const chance = this.#chance;
    const { machine, network } = this.#stage;
    const id = machineOf(machine.key.publicKey);
    const heard = network.sent.at(-1)?.bytes;
    const next = heard === undefined || chance.oneIn(3)
      ? {
        step: 0,
        machine: id,
        conversation: chance.bytes(16),
        prev: new Uint8Array(16),
        session: this.#session,
        counter: this.#counter++,
      }
      : after(heard);
    const right = {
      ...next,
      step: Math.min(7, next.step),
      // Also in the answer to a call to everyone.
      machine: id,
    };
    return chance.oneIn(5) ? { ...right, ...this.#wrong(right) } : right;
  }

  /** One field that is another one. */
  #wrong({ step }: Pick<Header, "step">): Partial<Header> {
    const chance = this.#chance;
    const wrong: readonly Partial<Header>[] = [
      { step: chance.below(8) },
      { step: Math.max(0, step - 1) },
      { machine: chance.pick([new Uint8Array(16), chance.bytes(16)]) },
      { conversation: chance.bytes(16) },
      { prev: chance.pick([new Uint8Array(16), sha256().subarray(0, 16)]) },
      { session: chance.pick([new Uint8Array(8), chance.bytes(8)]) },
      { session: this.#session },
      {
        counter: chance.pick([0, 1, 99, 2 ** 31, 0xffff_fffe, 0xffff_ffff]),
      },
    ];
    return chance.pick(wrong);
  }

  /** The server begins something, which the machine then answers. */
  #converse(): void {
    const { server, machine } = this.#stage;
    const chance = this.#chance;
    const order = installOrder(BigInt(1 + chance.below(3)));
    const question = { word: "possede", name: "editor", version: "1.0" };
    const install = { word: "install", order, deadlineMs: 5_000 } as const;
    const openings: readonly Opening[] = [
      { word: "ping" },
      { word: "dliste", sha256: "" },
      { ...question, word: "possede", orElse: null },
      { ...question, word: "possede", orElse: order },
      install,
    ];
    void server.converse(machine.id, chance.pick(openings));
  }

  /** Who keeps the rules again finds everything as it should be. */
  async #demandService(): Promise<void> {
    const stage = this.#stage;
    const { clock, machine } = stage;
    await clock.advance(REST_MS);
    if (this.#role === "machine") {
      stage.restartMachine(machine);
      await stage.until(machine.endpoint.ping([SERVER_AT]));
    } else {
      const { highest } = machine.house;
      // A signed ping of the last epoch there is mutes a machine, by rights.
      if (highest >= 2n ** 64n - 2n) return;
      stage.epoch = highest;
      stage.restartServer();
      await stage.round();
    }
    demand(stage.identified, "An honest peer is no longer served");
  }
}
