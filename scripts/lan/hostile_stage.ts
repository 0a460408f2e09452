/**
 * What the hostile machine knows and holds, and how it speaks: with its own
 * name on the envelope, or with another's.
 *
 * @module
 */

import { encodeDatagram, type Header } from "../../lib/sep/datagram.ts";
import { encodeMessage, type MessageFrom } from "../../lib/sep/words.ts";
import { signDelegation } from "../../lib/trust/delegation.ts";
import { decodeJoinFile } from "../../lib/trust/join_file.ts";
import {
  decodePrivateKeyPem,
  fleetOf,
  type KeyPair,
  keyPairFromSeed,
} from "../../lib/trust/keys.ts";
import { type End, EVERYBODY, type PortEnd, udpFrame } from "./frames.ts";
import type { PacketSocket } from "./packet_socket.ts";

/** A machine of the fleet, as anybody on the network can know it. */
export interface KnownMachine extends End {
  /** Its identifier, in hexadecimal. */
  readonly id: string;
  /** Its public key, which it tells everyone, in base64url. */
  readonly key: string;
}

/** What an attack is told; it travels as JSON. */
export interface Stage {
  /** It lasts at least so long. */
  readonly seconds: number;
  readonly me: End;
  readonly server: End;
  readonly machines: readonly KnownMachine[];
  /** Where broadcasts go. */
  readonly broadcast: string;
  /** Whom the attacker speaks as. */
  readonly guises: readonly GuiseFiles[];
}

/** Where the secrets of a guise are; what is missing is made up. */
export interface GuiseFiles {
  readonly name: string;
  /** Whose fleet, delegation and filter key. */
  readonly join: string;
  /** The key that signs; null: one of its own. */
  readonly signer: string | null;
  /** False for one that has not got the join file's filter key. */
  readonly hasFilterKey: boolean;
  /** It shows a delegation to its own key, signed by itself. */
  readonly delegatesItself: boolean;
}

/** One that the hostile machine can be. */
export interface Guise {
  readonly fleet: Uint8Array;
  readonly filterKey: Uint8Array;
  readonly signer: KeyPair;
  readonly delegation: Uint8Array;
}

/** How long an attack lasts: so many seconds, or until nobody needs it. */
export class Term {
  readonly #seconds: number;
  #endsAtMs = Infinity;
  #isAwaited = true;

  constructor({ seconds }: Pick<Stage, "seconds">) {
    this.#seconds = seconds;
  }

  /** All is prepared: whoever started us is told. */
  begin(): void {
    this.#endsAtMs = performance.now() + this.#seconds * 1_000;
    console.log("begun");
  }

  get isOn(): boolean {
    const overMs = performance.now() - this.#endsAtMs;
    return overMs < 0 || this.#isAwaited && overMs < LONGEST_MS;
  }

  /** What was to happen during the attack has happened. */
  end(): void {
    this.#isAwaited = false;
  }
}

/** No attack goes on for longer than this when it should have ended. */
const LONGEST_MS = 120_000;

export const SEP = 2013;
export const SIP = 3615;

export function readGuise(files: GuiseFiles): Guise {
  const join = decodeJoinFile(Deno.readTextFileSync(files.join));
  if (!join.ok) throw new Error(join.fault);
  const { fleet, filterKey, delegation } = join.value;
  const signer = files.signer === null ? anyKey() : keyIn(files.signer);
  return {
    fleet: fleetOf(fleet),
    filterKey: files.hasFilterKey ? filterKey : random(32),
    signer,
    delegation: files.delegatesItself
      ? signDelegation(signer, {
        serverKey: signer.publicKey,
        certificateHash: random(32),
        serial: 1_000n,
      }).bytes
      : delegation.bytes,
  };
}

/** A datagram of this guise. */
export function say(
  guise: Guise,
  message:
    | { readonly as: "server"; readonly says: MessageFrom<"server"> }
    | { readonly as: "machine"; readonly says: MessageFrom<"machine"> },
  header: Partial<Header>,
): Uint8Array {
  const body = message.as === "server"
    ? encodeMessage("server", message.says)
    : encodeMessage("machine", message.says);
  const first: Header = {
    fromServer: message.as === "server",
    step: 0,
    fleet: guise.fleet,
    machine: new Uint8Array(16),
    conversation: random(16),
    prev: new Uint8Array(16),
    session: new Uint8Array(8),
    counter: 0,
  };
  return encodeDatagram({ ...first, ...header }, body, guise);
}

/** Sends what it says under its own address, or under another's. */
export class Voice {
  readonly #raw: PacketSocket;
  readonly #stage: Stage;
  sent = 0;

  constructor(raw: PacketSocket, stage: Stage) {
    this.#raw = raw;
    this.#stage = stage;
  }

  /** From our own address and from that of `pretended`, whose peer `to` is. */
  both(payload: Uint8Array, pretended: End, to: End): void {
    this.as(pretended, payload, to);
    this.as(this.#stage.me, payload, to);
  }

  /** The source address is whoever's it says; the cable is ours. */
  as({ ip }: End, payload: Uint8Array, to: End): void {
    const from: PortEnd = { ip, mac: this.#stage.me.mac, port: SEP };
    if (this.#raw.send(udpFrame(from, { ...to, port: SEP }, payload))) {
      this.sent++;
    }
  }

  /** To every machine at once. */
  toAll(payload: Uint8Array, pretended: End): void {
    this.both(payload, pretended, {
      ip: this.#stage.broadcast,
      mac: EVERYBODY,
    });
  }
}

export function random(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}

export function anyKey(): KeyPair {
  return keyPairFromSeed(random(32));
}

export async function pause(ms: number): Promise<void> {
  await new Promise((then) => setTimeout(then, ms));
}

function keyIn(path: string): KeyPair {
  const key = decodePrivateKeyPem(Deno.readTextFileSync(path));
  if (!key.ok) throw new Error(key.fault);
  return key.value;
}
