/**
 * Somebody on the network who hears everything and owns no key but a former
 * machine's: records, replays, reflects, redirects and forges.
 *
 * Two addresses: from the first comes only what nobody may answer at all. From
 * the second come recorded datagrams as they are; nobody can tell them from the
 * original, so one answer for one datagram may go there: the answer that was
 * given before, or an `[echo]`. Never more, and never anything new.
 *
 * @module
 */

import {
  encodeDatagram,
  type Header,
  readFrame,
  zero16,
} from "../../lib/sep/datagram.ts";
import { type KeyPair, keyPairFromSeed } from "../../lib/trust/keys.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import type { Chance } from "./chance.ts";
import type { Passing, Place, SimNetwork } from "./sim_network.ts";
import { EVERYBODY } from "./sim_network.ts";

const RECORDED_MAX = 500;

/** A place without a computer, that counts what it is sent. */
class Ear implements Place {
  readonly isUp = true;
  heard = 0;
  constructor(
    readonly address: string,
    readonly hears: (passing: Passing) => void = () => {},
  ) {}
  arrive(passing: Passing): void {
    if (passing.to.hostname === EVERYBODY) return;
    this.heard++;
    this.hears(passing);
  }
}

/** Words that would do harm, if anybody believed them. */
const FORGED = [
  `[install{7730941132801+1+tool+1.0+${"A".repeat(43)}+1000}]`,
  "[suppression{7730941132801+1+tool+*}]",
  "[reussi{7730941132801+1+1.0+}]",
  "[rate{7730941132801+1+hash+}]",
  "[oui]",
  "[OK]",
  "[ping{1+1+500+10.0.0.66:2013+10.0.0.66:3615+1+}]",
];

/** Does one thing after the other. */
export class Attacker {
  readonly #network: SimNetwork;
  readonly #chance: Chance;
  readonly #recorded: Passing[] = [];
  /** The last step that was said, by machine and conversation. */
  readonly #steps = new Map<string, number>();
  readonly #key: KeyPair;
  readonly #filterKey: Uint8Array;
  readonly #stranger = new Ear("10.0.0.66");
  readonly #replayer = new Ear("10.0.0.67", (passing) => this.#gets(passing));
  #replayed = 0;
  /** What was said to somebody else, by its signature. */
  readonly #said = new Set<string>();
  /** Something new that the replayer was told. */
  #news: string | null = null;
  attacks = 0;

  constructor(
    network: SimNetwork,
    { chance, filterKey }: {
      readonly chance: Chance;
      readonly filterKey: Uint8Array;
    },
  ) {
    this.#network = network;
    this.#chance = chance;
    this.#filterKey = filterKey;
    this.#key = keyPairFromSeed(chance.bytes(32));
    network.join(this.#stranger);
    network.join(this.#replayer);
  }

  /** Something was sent by somebody honest. */
  hears(passing: Passing): void {
    if (passing.to.hostname !== this.#replayer.address) {
      this.#said.add(signatureOf(passing));
    }
    const { key, step } = placeOf(passing);
    this.#steps.set(key, Math.max(step, this.#steps.get(key) ?? 0));
    const recorded = this.#recorded;
    if (recorded.length < RECORDED_MAX) recorded.push(passing);
    else recorded[this.#chance.below(RECORDED_MAX)] = passing;
  }

  /** What may not be: a sentence; null: all is well. */
  get answered(): string | null {
    if (this.#stranger.heard > 0) {
      return `a forger got ${this.#stranger.heard} datagrams`;
    }
    if (this.#news !== null) return `a replayer was told ${this.#news}`;
    return this.#replayer.heard > this.#replayed
      ? `a replayer got ${this.#replayer.heard} for ${this.#replayed}`
      : null;
  }

  /** One attack of a kind that chance picks. */
  attack(hosts: readonly string[]): string {
    const recorded = this.#recorded.length === 0
      ? null
      : this.#chance.pick(this.#recorded);
    this.attacks++;
    const kind = this.#chance.below(6);
    if (recorded === null || kind === 5) return this.#forge(hosts);
    if (kind === 0) return this.#replay(recorded);
    if (kind === 1) return this.#replayAsOneself(recorded);
    if (kind === 2) return this.#reflect(recorded);
    if (kind === 3) return this.#redirect(recorded, hosts);
    return this.#alter(recorded, hosts);
  }

  #gets(passing: Passing): void {
    const body = new TextDecoder().decode(passing.bytes.subarray(80, 120));
    const isKnown = this.#said.has(signatureOf(passing));
    if (!isKnown && !body.startsWith("[echo")) this.#news ??= body;
  }

  #replay(recorded: Passing): string {
    this.#inject(recorded);
    return "replays";
  }

  #replayAsOneself(recorded: Passing): string {
    // What was not answered may not have been heard. Whoever keeps a datagram
    // away and sends it himself is a way to the machine, and no stranger.
    const { key, step } = placeOf(recorded);
    const isAnswered = (this.#steps.get(key) ?? 0) > step;
    if (!isAnswered && !isForAll(recorded)) return this.#replay(recorded);
    const port = recorded.from.port;
    this.#replayed += recorded.to.hostname === EVERYBODY
      ? this.#network.size
      : 1;
    const from = { hostname: this.#replayer.address, port };
    this.#inject({ ...recorded, from });
    return "replays from its own address";
  }

  #reflect(recorded: Passing): string {
    const { bytes, from, to } = recorded;
    this.#inject({ bytes, from: to, to: from });
    return "reflects";
  }

  #redirect(recorded: Passing, hosts: readonly string[]): string {
    const hostname = this.#chance.pick(hosts);
    this.#inject({ ...recorded, to: { hostname, port: 2013 } });
    return "redirects";
  }

  /** One bit is another one, from the stranger's address. */
  #alter({ bytes }: Passing, hosts: readonly string[]): string {
    const altered = bytes.slice();
    const at = this.#chance.below(altered.length);
    altered[at] = (altered[at] ?? 0) ^ (1 << this.#chance.below(8));
    this.#injectAsStranger(altered, hosts);
    return "alters";
  }

  /** With the filter's key, as a machine that was turned out has it. */
  #forge(hosts: readonly string[]): string {
    const chance = this.#chance;
    const model = this.#recorded.length === 0
      ? null
      : chance.pick(this.#recorded);
    const like = model === null ? "short" : readFrame(model.bytes);
    if (model === null || typeof like === "string") return "waits";
    const opens = chance.happens(0.5);
    const header = opens ? this.#opening(like.header) : {
      ...like.header,
      fromServer: chance.happens(0.5),
      step: chance.below(7),
    };
    const keys = { filterKey: this.#filterKey, signer: this.#key };
    const forged = encodeDatagram(header, utf8(chance.pick(FORGED)), keys);
    // To the very machine that the header names, when it is known.
    const to = opens && like.header.fromServer ? [model.to.hostname] : hosts;
    this.#injectAsStranger(forged, to);
    return "forges";
  }

  /** As one side would open a conversation in the session that it has. */
  #opening(header: Header): Header {
    const conversation = this.#chance.bytes(16);
    const counter = header.counter + 1 + this.#chance.below(20);
    return { ...header, step: 0, conversation, prev: zero16(), counter };
  }

  /** What one would say to oneself is no answer of anybody. */
  #inject(passing: Passing): void {
    const ears = [this.#stranger.address, this.#replayer.address];
    if (!ears.includes(passing.to.hostname)) this.#network.inject(passing);
  }

  #injectAsStranger(bytes: Uint8Array, hosts: readonly string[]): void {
    const from = { hostname: this.#stranger.address, port: 2013 };
    const to = { hostname: this.#chance.pick(hosts), port: 2013 };
    this.#inject({ bytes: bytes.slice(), from, to });
  }
}

/** Where in which conversation of which machine it stands. */
function placeOf({ bytes }: Passing): { key: string; step: number } {
  return { key: bytes.subarray(16, 48).toHex(), step: bytes[6] ?? 0 };
}

/** Machines answer the address that is signed in it, whoever brings it. */
function isForAll({ bytes }: Passing): boolean {
  return bytes.subarray(16, 32).every((byte) => byte === 0);
}

/** Enough of it to know a datagram again. */
function signatureOf({ bytes }: Passing): string {
  return bytes.subarray(-16).toHex();
}
