/**
 * Two TCP connections joined end to end: what comes out of the one goes into
 * the other. Either can be cut at any time, whatever the two sides are at.
 *
 * @module
 */

import type { Address } from "./datagrams.ts";

const BUFFER_BYTES = 65_536;

/**
 * How long the stranger may take to receive the last of what was sent, and to
 * close. Whoever is slower finds the transfer cut, and goes on from there.
 */
const LET_GO_MS = 30_000;

export class Splice {
  readonly peer: Address;
  readonly #stranger: Deno.TcpConn;
  #first: Uint8Array | null = null;
  #inner: Deno.TcpConn | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cut = false;
  #oneEnded = false;

  constructor(stranger: Deno.TcpConn) {
    const { hostname, port } = stranger.remoteAddr as Deno.NetAddr;
    this.peer = { hostname, port };
    this.#stranger = stranger;
  }

  get isCut(): boolean {
    return this.#cut;
  }

  /**
   * Waits until the stranger has said something: until then it costs us one
   * file descriptor and nothing else.
   *
   * @throws when the connection ends first.
   */
  async firstBytes(): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    const count = await this.#stranger.read(buffer);
    if (count === null) throw new Deno.errors.UnexpectedEof("Nothing was said");
    this.#first = buffer.slice(0, count);
  }

  /** Joins the other end and lets the bytes flow, both ways. */
  join(inner: Deno.TcpConn): void {
    if (this.#cut) return close(inner);
    this.#inner = inner;
    void this.#carry(this.#stranger, inner, this.#first);
    void this.#carry(inner, this.#stranger, null);
    this.#first = null;
  }

  /** Closes both ends at once. */
  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    clearTimeout(this.#timer);
    close(this.#stranger);
    if (this.#inner !== null) close(this.#inner);
  }

  /** Closes both ends when all has got through, or after a while. */
  cutWhenThrough(): void {
    if (this.#cut) return;
    this.#timer ??= setTimeout(() => this.cut(), LET_GO_MS);
  }

  /** One direction, to its end. The second one to end closes the splice. */
  async #carry(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    first: Uint8Array | null,
  ): Promise<void> {
    try {
      if (first !== null) await writeAll(to, first);
      const buffer = new Uint8Array(BUFFER_BYTES);
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        await writeAll(to, buffer.subarray(0, count));
      }
      await to.closeWrite();
      if (this.#oneEnded) this.cut();
      this.#oneEnded = true;
    } catch {
      this.cut(); // One of the two is gone: so is the other.
    }
  }
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await to.write(rest));
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It was closed already.
  }
}
