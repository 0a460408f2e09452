/**
 * UDP by `Deno.listenDatagram`, which is some hundred times faster than
 * `node:dgram` here, and may broadcast. It is an unstable API of the runtime:
 * programs need `--unstable-net`, or `"unstable": ["net"]` in `deno.json`.
 *
 * The kernel keeps about 256 small datagrams while the loop is busy. A server
 * that must hear thousands of machines at once uses `worker_datagrams.ts`.
 *
 * @module
 */

import type {
  Address,
  Datagram,
  Datagrams,
  DatagramSocket,
  OpenDatagramsOptions,
} from "./datagrams.ts";
import { RECEIVE_BYTES_MAX } from "./datagrams.ts";

/** Rest after an error of the socket, so that a broken one is no busy loop. */
const RECEIVE_PAUSE_MS = 50;

/** The UDP of this machine, on the thread that calls. */
export function realDatagrams(): Datagrams {
  return { open };
}

function open(options: OpenDatagramsOptions): DatagramSocket {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: options.hostname,
    port: options.port,
    reuseAddress: options.shared ?? false,
  });
  const { hostname, port } = socket.addr as Deno.NetAddr;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  return {
    address: { hostname, port },
    receive: () => receive(socket, () => closed),
    send(bytes, to) {
      // The runtime reads the bytes only after this call, and of several sends
      // under way it does the newest first: so a copy, and one at a time.
      const copy = bytes.slice();
      const turn = last.then(() => send(socket, copy, to));
      last = turn;
      return turn;
    },
    close() {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}

async function* receive(
  socket: Deno.DatagramConn,
  closed: () => boolean,
): AsyncGenerator<Datagram> {
  const buffer = new Uint8Array(RECEIVE_BYTES_MAX);
  while (!closed()) {
    try {
      const [bytes, from] = await socket.receive(buffer);
      const { hostname, port } = from as Deno.NetAddr;
      yield { bytes: bytes.slice(), from: { hostname, port } };
    } catch {
      // Closing ends the wait with an error. So do, on some systems, the
      // ICMP messages that an earlier send brought back: those are weather.
      if (!closed()) await pause(RECEIVE_PAUSE_MS);
    }
  }
}

async function send(
  socket: Deno.DatagramConn,
  bytes: Uint8Array,
  to: Address,
): Promise<boolean> {
  try {
    const sent = await socket.send(bytes, { transport: "udp", ...to });
    return sent === bytes.length;
  } catch {
    return false;
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
