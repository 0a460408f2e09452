/**
 * A host that loses one word of SeP, for the tests that must notice it: each
 * datagram whose body is `[word]` or begins `[word{` is dropped, on its way
 * out and on its way in.
 *
 * It reads the datagram as the protocol's section on bytes lays it out, and
 * checks nothing: whatever is not recognised passes.
 *
 * @module
 */

import type { Datagram, DatagramSocket } from "./datagrams.ts";
import type { Host } from "./host.ts";

const MAGIC = "SeP1";
const BODY_OFFSET = 80;

/** The host, deaf and mute for one word. */
export function without(host: Host, word: string): Host {
  const datagrams: Host["datagrams"] = {
    open: (options) => silence(host.datagrams.open(options), word),
  };
  return { ...host, datagrams };
}

function silence(socket: DatagramSocket, word: string): DatagramSocket {
  return {
    address: socket.address,
    receive: () => others(socket.receive(), word),
    // The system would have taken it: to the sender it is lost on the way.
    send: (bytes, to) =>
      carries(bytes, word) ? Promise.resolve(true) : socket.send(bytes, to),
    close: () => socket.close(),
  };
}

async function* others(
  datagrams: AsyncIterable<Datagram>,
  word: string,
): AsyncGenerator<Datagram> {
  for await (const datagram of datagrams) {
    if (!carries(datagram.bytes, word)) yield datagram;
  }
}

function carries(bytes: Uint8Array, word: string): boolean {
  const begins = (offset: number, text: string) =>
    new TextDecoder().decode(
      bytes.subarray(offset, offset + text.length),
    ) === text;
  return begins(0, MAGIC) &&
    (begins(BODY_OFFSET, `[${word}]`) || begins(BODY_OFFSET, `[${word}{`));
}
