/**
 * A UDP socket that keeps everything it hears, for one who looks back.
 *
 * @module
 */

import type { Bytes } from "../wire/bytes.ts";

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** A datagram as it came. */
export interface Heard {
  readonly bytes: Bytes;
  readonly from: Address;
  readonly at: Socket;
}

export const showAddress = ({ hostname, port }: Address) =>
  `${hostname}:${port}`;

export class Socket {
  readonly heard: Heard[] = [];
  readonly address: Address;
  readonly #conn: Deno.DatagramConn;
  readonly #onHeard: (heard: Heard) => void;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(at: Address, onHeard: (heard: Heard) => void = () => {}) {
    this.#conn = Deno.listenDatagram({ transport: "udp", ...at });
    const { hostname, port } = this.#conn.addr as Deno.NetAddr;
    this.address = { hostname, port };
    this.#onHeard = onHeard;
    void this.#listen();
  }

  async send(bytes: Bytes, to: Address): Promise<void> {
    const turn = this.#sending.then(() =>
      this.#conn.send(bytes, { transport: "udp", ...to }).catch(() => {})
    );
    this.#sending = turn;
    await turn;
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      try {
        const [bytes, from] = await this.#conn.receive(buffer);
        const { hostname, port } = from as Deno.NetAddr;
        const at = { hostname, port };
        const heard = { bytes: bytes.slice(), from: at, at: this };
        this.heard.push(heard);
        this.#onHeard(heard);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        if (error instanceof Deno.errors.Interrupted) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}

/**
 * Passing sockets of ever new addresses: a receiver may count a source's
 * failures, and those of one case must not be those of the next.
 */
export class Strangers {
  readonly #network: string;
  readonly #onHeard: (heard: Heard) => void;
  readonly #open: Socket[] = [];
  #count = 0;

  constructor(network: string, onHeard: (heard: Heard) => void) {
    this.#network = network;
    this.#onHeard = onHeard;
  }

  next(): Socket {
    const count = this.#count++;
    const hostname = `${this.#network}.${1 + (count >> 8)}.${count & 255 || 1}`;
    const socket = new Socket({ hostname, port: 0 }, this.#onHeard);
    this.#open.push(socket);
    if (this.#open.length > 64) this.#open.shift()?.close();
    return socket;
  }

  close(): void {
    for (const socket of this.#open) socket.close();
  }
}
