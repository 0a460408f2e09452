/**
 * The server's end of TLS. Strangers can connect, so nothing here may wait for
 * one of them: each handshake has a deadline, their number has a limit, and
 * the loop that accepts outlives every error (S-04, S-09).
 *
 * A stranger's connection comes to a plain door first, and from there goes
 * through a `Splice` to the TLS listener, which hears only this process. The
 * detour is what lets us close a connection: the runtime's `TlsConn.close()`
 * waits, out of sight and for ever, until a handshake under way has ended and
 * all that was written has been read, so that whoever connects and says
 * nothing would hold a file descriptor for as long as they like. (Node's TLS
 * in the same runtime can be closed, but stops accepting for good once no file
 * descriptor is left.) The detour costs some processor time on the server,
 * where the bottleneck of a transfer is not.
 *
 * @module
 */

import type { SecureListener, SecureStream, SecureStreams } from "./streams.ts";
import { denoStream } from "./deno_stream.ts";
import { Queue } from "./queue.ts";
import { Splice } from "./splice.ts";

/** Rest after an error of `accept`, such as no file descriptor left. */
const ACCEPT_PAUSE_MS = 100;

/** Streams that are through and wait to be taken; a reader takes them at once. */
const READY_MAX = 1_024;

/** Ours is asked for at once; what is not was never ours. */
const FOREIGN_MS = 1_000;

type ListenOptions = Parameters<SecureStreams["listen"]>[0];

/** Listens with one certificate; see {@linkcode SecureStreams}. */
export const listen: SecureStreams["listen"] = (options): SecureListener =>
  new Listener(options);

class Listener implements SecureListener {
  readonly address: SecureListener["address"];
  readonly #door: Deno.TcpListener;
  readonly #inside: Inside;
  readonly #options: ListenOptions;
  readonly #ready = new Queue<SecureStream>(READY_MAX);
  /** How to end each connection whose handshake is under way, oldest first. */
  readonly #shaking = new Set<() => void>();
  #closed = false;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#inside = new Inside(options);
    try {
      this.#door = Deno.listen({ ...options.at });
    } catch (error) {
      this.#inside.close();
      throw error;
    }
    const { hostname, port } = this.#door.addr;
    this.address = { hostname, port };
    void this.#acceptAll();
  }

  accept(): AsyncIterable<SecureStream> {
    return this.#ready;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#door.close();
    this.#inside.close();
    for (const end of this.#shaking) end();
    for (const stream of this.#ready.close()) stream.close();
  }

  async #acceptAll(): Promise<void> {
    while (!this.#closed) {
      try {
        void this.#shake(await this.#door.accept());
      } catch {
        if (!this.#closed) await pause(ACCEPT_PAUSE_MS);
      }
    }
  }

  /** Hands the connection on when its handshake is through; never throws. */
  async #shake(stranger: Deno.TcpConn): Promise<void> {
    const splice = new Splice(stranger);
    const end = () => splice.cut();
    const timer = setTimeout(end, this.#options.handshakeDeadlineMs);
    this.#makeRoom();
    this.#shaking.add(end);
    try {
      stranger.setNoDelay(true);
      const tls = await this.#inside.connect(splice);
      const stream = splicedStream(tls, splice);
      await handshake(tls);
      // Cut for being late or one too many, it can still have got through.
      if (splice.isCut || !this.#ready.push(stream)) stream.close();
    } catch {
      splice.cut(); // A stranger: silence.
    } finally {
      clearTimeout(timer);
      this.#shaking.delete(end);
    }
  }

  /**
   * Ends the oldest when there is no room: an honest handshake takes
   * milliseconds, so the oldest is the one that says nothing. To end the
   * newest would let a few silent connections keep everybody out.
   */
  #makeRoom(): void {
    if (this.#shaking.size < this.#options.handshakesMax) return;
    const [endOldest] = this.#shaking;
    if (endOldest === undefined) return;
    this.#shaking.delete(endOldest);
    endOldest();
  }
}

/** The TLS listener behind the door, on loopback. */
class Inside {
  readonly #listener: Deno.TlsListener;
  /** By our own port: the connection that comes from there, or will. */
  readonly #come = new Map<number, PromiseWithResolvers<Deno.TlsConn>>();
  #closed = false;

  constructor({ certificatePem, privateKeyPem }: ListenOptions) {
    this.#listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      cert: certificatePem,
      key: privateKeyPem,
    });
    void this.#acceptAll();
  }

  /** Waits for the stranger's first bytes, then joins it to the listener. */
  async connect(splice: Splice): Promise<Deno.TlsConn> {
    await splice.firstBytes();
    const { hostname, port: door } = this.#listener.addr as Deno.NetAddr;
    const ours = await Deno.connect({ hostname, port: door });
    ours.setNoDelay(true);
    splice.join(ours);
    const { port } = ours.localAddr as Deno.NetAddr;
    try {
      return await this.#from(port).promise;
    } finally {
      this.#come.delete(port);
    }
  }

  close(): void {
    this.#closed = true;
    this.#listener.close();
  }

  /**
   * Accepts always, whoever comes: a backlog that another program of this host
   * has filled would keep ourselves out, and nobody would ever empty it.
   */
  async #acceptAll(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#take(await this.#listener.accept());
      } catch {
        if (!this.#closed) await pause(ACCEPT_PAUSE_MS);
      }
    }
  }

  #take(tls: Deno.TlsConn): void {
    const { port } = tls.remoteAddr as Deno.NetAddr;
    const come = this.#from(port);
    come.resolve(tls);
    const timer = setTimeout(() => {
      if (this.#come.get(port) !== come) return;
      this.#come.delete(port);
      tls.close(); // Another program of this host came to the inner door.
    }, FOREIGN_MS);
    Deno.unrefTimer(timer);
  }

  #from(port: number): PromiseWithResolvers<Deno.TlsConn> {
    const known = this.#come.get(port);
    if (known !== undefined) return known;
    const come = Promise.withResolvers<Deno.TlsConn>();
    this.#come.set(port, come);
    return come;
  }
}

async function handshake(tls: Deno.TlsConn): Promise<void> {
  try {
    await tls.handshake();
  } catch (error) {
    tls.close();
    throw error;
  }
}

/** The TLS of the one end with the address and the closing of the other. */
function splicedStream(tls: Deno.TlsConn, splice: Splice): SecureStream {
  const stream = denoStream(tls);
  return {
    ...stream,
    peer: splice.peer,
    close() {
      stream.close();
      splice.cutWhenThrough();
    },
  };
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
