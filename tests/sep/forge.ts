/**
 * Datagrams made by hand: right in everything but what the test wants wrong.
 *
 * @module
 */

import { encodeBody } from "../../lib/sep/body.ts";
import { encodeDatagram, type Header } from "../../lib/sep/datagram.ts";
import { encodeMessage, type MessageFrom } from "../../lib/sep/words.ts";
import { concat, sha256, utf8 } from "../../lib/trust/bytes.ts";
import { fleetOf, type KeyPair, machineOf } from "../../lib/trust/keys.ts";
import { createHmac } from "node:crypto";
import { FILTER_KEY, FLEET_KEY, SERVER_KEY } from "./props.ts";

const FLEET = fleetOf(FLEET_KEY.publicKey);

/** The header of a first message outside every session; change what counts. */
export function headerOf(changes: Partial<Header>): Header {
  return {
    fromServer: false,
    step: 0,
    fleet: FLEET,
    machine: new Uint8Array(16),
    conversation: new Uint8Array(16).fill(0xc0),
    prev: new Uint8Array(16),
    session: new Uint8Array(8),
    counter: 0,
    ...changes,
  };
}

/** What the server says to a machine, signed by `signer`. */
export function serverSays(
  message: MessageFrom<"server">,
  changes: Partial<Header>,
  signer: KeyPair = SERVER_KEY,
): Uint8Array {
  return encodeDatagram(
    headerOf({ fromServer: true, ...changes }),
    encodeMessage("server", message),
    { filterKey: FILTER_KEY, signer },
  );
}

/** What the machine of this key says, signed by it or by `signer`. */
export function machineSays(
  key: KeyPair,
  message: MessageFrom<"machine">,
  changes: Partial<Header>,
  signer: KeyPair = key,
): Uint8Array {
  return encodeDatagram(
    headerOf({ machine: machineOf(key.publicKey), ...changes }),
    encodeMessage("machine", message),
    { filterKey: FILTER_KEY, signer },
  );
}

/** A body that is no message, in a datagram that is right otherwise. */
export function bodySays(
  body: Uint8Array | string,
  changes: Partial<Header>,
  signer: KeyPair,
): Uint8Array {
  const bytes = typeof body === "string" ? utf8(body) : body;
  return encodeDatagram(headerOf(changes), bytes, {
    filterKey: FILTER_KEY,
    signer,
  });
}

/** `[word{arg+arg}]` without asking whether the word exists. */
export function anyBody(word: string, ...args: string[]): Uint8Array {
  return encodeBody(word, args);
}

/** The header fields of the datagram that comes next after this one. */
export function after(
  bytes: Uint8Array,
): Pick<
  Header,
  "step" | "machine" | "conversation" | "prev" | "session" | "counter"
> {
  return {
    step: (bytes[6] ?? 0) + 1,
    machine: bytes.slice(16, 32),
    conversation: bytes.slice(32, 48),
    prev: sha256(bytes).subarray(0, 16),
    session: bytes.slice(64, 72),
    counter: new DataView(bytes.buffer, bytes.byteOffset).getUint32(72),
  };
}

/** The changed datagram of one who holds the filter key, but not the other. */
export function refilter(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 72;
  const tag = createHmac("sha256", FILTER_KEY).update(bytes.subarray(0, end))
    .digest();
  return concat(
    bytes.subarray(0, end),
    tag.subarray(0, 8),
    bytes.subarray(end + 8),
  );
}

/** The bytes with one bit turned over; `bit` counts from the first byte. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  const index = bit >> 3;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
