/**
 * The server's end of SiP, played: lawful by itself, and for the next
 * connection whatever a case has written down.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import { body, readBody, type Said } from "../wire/body.ts";
import {
  type Bytes,
  hex,
  number,
  random,
  same,
  sha256,
  unbase64url,
  utf8,
} from "../wire/bytes.ts";
import type { Certificate } from "../wire/certificate.ts";
import { none } from "../wire/datagram.ts";
import { listSigned, verifies } from "../wire/keys.ts";
import type { Package } from "../wire/package.ts";
import {
  frame,
  proofSigned,
  type Wire,
  WireReader,
  writeAll,
} from "../wire/sip.ts";
import type { Address } from "./socket.ts";

/** What a machine asked for, and how it proved itself. */
export interface Asked extends Said {
  readonly machine: Bytes;
  readonly session: Bytes;
  readonly proven: boolean;
}

/** One connection, from its beginning. */
export class Call {
  readonly reader: WireReader;
  readonly nonce = random(32);
  readonly #wire: Wire;
  readonly #house: SipHouse;
  asked: Asked | null = null;

  constructor(wire: Wire, house: SipHouse) {
    this.#wire = wire;
    this.#house = house;
    this.reader = new WireReader(wire);
  }

  async send(...parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) await writeAll(this.#wire, part);
  }

  async say(word: string, ...args: readonly (string | number)[]) {
    await this.send(frame(body(word, ...args)));
  }

  /** The greeting, the request and the proof. */
  async hello(): Promise<Asked | null> {
    await this.send(utf8("SiP1"), this.nonce);
    const request = await this.reader.frame();
    const proof = await this.reader.exactly(88);
    const said = request === null ? null : readBody(request);
    if (request === null || proof === null || said === null) return null;
    const [machine, session] = [proof.slice(0, 16), proof.slice(16, 24)];
    const signed = proofSigned({
      ...{ nonce: this.nonce, session, machine, request },
      certificateHash: sha256(this.#house.certificate.der),
    });
    const key = this.#house.keyOf(machine);
    const proven = key !== null && verifies(key, proof.slice(24), signed);
    this.asked = { ...said, machine, session, proven };
    this.#house.asked.push(this.asked);
    return this.asked;
  }

  close(): void {
    try {
      this.#wire.close();
    } catch {
      // The other side was faster.
    }
  }
}

/** A list as it came up. */
export interface Uploaded {
  readonly document: Bytes;
  readonly packed: Bytes;
  readonly offset: number;
  readonly faults: string[];
}

type Answer = (call: Call, asked: Asked) => Promise<void>;

export class SipHouse {
  readonly asked: Asked[] = [];
  readonly lists: Uploaded[] = [];
  readonly shelf = new Map<string, Package>();
  /** For the next requests of a kind; then it is lawful again. */
  readonly scripts: { word: string; answer: Answer }[] = [];
  /** In place of everything, from the first byte. */
  raw: ((call: Call) => Promise<void>) | null = null;
  readonly address: Address;
  publishers: Bytes | null = null;
  connections = 0;
  keyOf: (machine: Bytes) => Bytes | null = () => null;
  readonly #listener: Deno.TlsListener;

  constructor(at: Address, readonly certificate: Certificate) {
    this.#listener = Deno.listenTls({
      ...at,
      cert: certificate.pem,
      key: certificate.keyPem,
    });
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    this.address = { hostname, port };
    void this.#accept();
  }

  close(): void {
    this.#listener.close();
  }

  /** Serves one request as the page says. */
  async lawful(call: Call): Promise<void> {
    const asked = await call.hello();
    if (asked === null || !asked.proven) return;
    const at = this.scripts.findIndex(({ word }) => word === asked.word);
    const [script] = at < 0 ? [] : this.scripts.splice(at, 1);
    if (script !== undefined) return await script.answer(call, asked);
    if (asked.word === "editeurs") return await this.#sendPublishers(call);
    if (asked.word === "declasse") return await call.say("rate", "absent");
    if (asked.word === "paquet") return await this.sendPackage(call, asked);
    if (asked.word === "liste") await this.takeList(call, asked, none(0));
  }

  async sendPackage(call: Call, { args }: Asked): Promise<void> {
    const [name = "", from = "0"] = args;
    const found = this.shelf.get(hex(unbase64url(name) ?? none(0)));
    if (found === undefined) return await call.say("rate", "package");
    await call.say("OK", found.bytes.length);
    await call.send(frame(found.statement), found.bytes.slice(Number(from)));
  }

  /** Takes a list of which `held` is here already. */
  async takeList(call: Call, { args, machine }: Asked, held: Bytes) {
    const [hash = "", size = "0", packed = "0", signature = ""] = args;
    await call.say("OK", held.length);
    const rest = await call.reader.exactly(Number(packed) - held.length);
    const faults: string[] = [];
    const whole = rest === null ? none(0) : new Uint8Array([...held, ...rest]);
    const document = unpacked(whole, faults);
    const digest = sha256(document);
    if (hex(digest) !== hex(unbase64url(hash) ?? none(0))) {
      faults.push("the document has not the hash that was announced");
    }
    if (String(document.length) !== size) {
      faults.push("the document has not the size that was announced");
    }
    const key = this.keyOf(machine) ?? none(32);
    const signed = listSigned(machine, digest, document.length);
    if (!verifies(key, unbase64url(signature) ?? none(64), signed)) {
      faults.push("the signature beside the list does not verify");
    }
    this.lists.push({ document, packed: whole, offset: held.length, faults });
    await call.say("OK");
  }

  async #sendPublishers(call: Call): Promise<void> {
    const { publishers } = this;
    if (publishers === null) return await call.say("rate", "absent");
    await call.say("OK", publishers.length);
    await call.send(publishers);
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        void this.#serve(await this.#listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        if (error instanceof Deno.errors.Interrupted) return;
      }
    }
  }

  async #serve(wire: Deno.TlsConn): Promise<void> {
    this.connections++;
    const call = new Call(wire, this);
    try {
      await wire.handshake();
      await (this.raw === null ? this.lawful(call) : this.raw(call));
    } catch {
      // The machine has gone: what it did is seen by who waits for it.
    } finally {
      call.close();
    }
  }
}

function unpacked(packed: Bytes, faults: string[]): Bytes {
  if (!same(packed.slice(0, 4), Uint8Array.of(0x1f, 0x8b, 8, 0))) {
    faults.push("the gzip's head is not 1f 8b 08 and no option");
  }
  try {
    return new Uint8Array(gunzipSync(packed));
  } catch (error) {
    faults.push(`what came is no gzip: ${error}`);
    return none(0);
  }
}

/** A frame's head alone, that promises so many bytes. */
export const promised = (length: number): Bytes => number(length, 4);
