/**
 * Run by the test of the listener in a process that may open few files: a
 * flood of connections uses them up, the flood ends, and the listener must
 * serve again.
 */

import { makeCertificate } from "../../lib/host/certificate.ts";
import { realStreams } from "../../lib/host/real_streams.ts";

const streams = realStreams();
const pair = await makeCertificate();
const listener = streams.listen({
  at: { hostname: "127.0.0.1", port: 0 },
  certificatePem: pair.certificatePem,
  privateKeyPem: pair.privateKeyPem,
  handshakeDeadlineMs: 60_000,
  handshakesMax: 1_000,
});

const flood: Deno.Conn[] = [];
try {
  for (;;) flood.push(await Deno.connect(listener.address));
} catch {
  // Both ends are in this process: it ran out of descriptors.
}
for (const connection of flood) connection.close();

void (async () => {
  for await (const stream of listener.accept()) {
    await stream.write(new TextEncoder().encode("served"));
    stream.close();
  }
})();

const stream = await untilServed();
const buffer = new Uint8Array(16);
const count = await stream.read(buffer) ?? 0;
const said = new TextDecoder().decode(buffer.subarray(0, count));
console.log(`${said} after the flood`);
stream.close();
listener.close();

async function untilServed() {
  for (;;) {
    try {
      return await streams.connect({
        to: listener.address,
        certificatePem: pair.certificatePem,
        deadlineMs: 5_000,
      });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
