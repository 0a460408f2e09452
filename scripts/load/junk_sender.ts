/**
 * Sends datagrams that are none of the fleet's, as fast as it can:
 * `junk_sender.ts ADDRESS PORT SECONDS FLEET`. From many addresses, and of
 * kinds that fail at different checks: random bytes, our first bytes with
 * nonsense behind them, and whole datagrams whose filter tag was guessed, by
 * somebody who has read the fleet's name off the wire. Prints how many went.
 *
 * @module
 */

import { encodeDatagram, zero8 } from "../../lib/sep/datagram.ts";
import { fromBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";

/** Addresses that it sends from. */
const SOURCES = 128;

/** Different datagrams. */
const MADE = 1_024;

/** Sends under way at once. */
const AT_ONCE = 256;

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

function guessed(fleet: Uint8Array): Uint8Array {
  const header = {
    ...{ fromServer: false, step: 0, counter: 1, fleet },
    ...{
      machine: random(16),
      conversation: random(16),
      prev: new Uint8Array(16),
    },
    session: zero8(),
  };
  const key = random(32).toBase64({ alphabet: "base64url", omitPadding: true });
  const signer = keyPairFromSeed(random(32));
  const body = utf8(`[ping{${key}+0}]`);
  return encodeDatagram(header, body, { filterKey: random(32), signer });
}

function make(number: number, fleet: Uint8Array): Uint8Array {
  switch (number % 3) {
    case 0:
      return random(1 + number % 1_200);
    case 1: {
      const bytes = random(240);
      bytes.set(utf8("SeP1\x01"));
      return bytes;
    }
    default:
      return guessed(fleet);
  }
}

const [hostname = "", port, seconds, fleetText = ""] = Deno.args;
const fleet = fromBase64Url(fleetText);
if (fleet === null) throw new TypeError("FLEET must be base64url");
const to = { transport: "udp" as const, hostname, port: Number(port) };
const made = Array.from({ length: MADE }, (_, number) => make(number, fleet));
const sockets = Array.from(
  { length: SOURCES },
  (_, number) =>
    Deno.listenDatagram({
      transport: "udp",
      hostname: `127.3.1.${number + 1}`,
      port: 0,
    }),
);

const untilMs = performance.now() + Number(seconds) * 1_000;
let sent = 0;
while (performance.now() < untilMs) {
  const sending: Promise<number>[] = [];
  for (let index = 0; index < AT_ONCE; index++) {
    const socket = sockets[(sent + index) % SOURCES];
    const bytes = made[(sent + index) % MADE];
    if (socket === undefined || bytes === undefined) break;
    sending.push(socket.send(bytes, to).catch(() => 0));
  }
  await Promise.all(sending);
  sent += sending.length;
}
console.log(sent);
Deno.exit(0);
