/** Strangers who begin a handshake of TLS and never end it. */

import { assertEquals } from "@std/assert";
import { ANY, connect, listen, serveOne, server } from "./tls.ts";

/** The first bytes of any client's hello: a record of 512 bytes, version 1. */
const HELLO = Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3);

Deno.test("listen closes who sends a hello a byte at a time at the deadline, S-04", async () => {
  const listener = listen(server, ANY, { handshakeDeadlineMs: 150 });
  const stranger = await Deno.connect(listener.address);
  let sent = 0;
  const trickle = setInterval(() => {
    const byte = HELLO[sent] ?? 0;
    stranger.write(Uint8Array.of(byte)).then(() => sent++, () => {});
  }, 20);
  try {
    // Each byte would start another wait if the deadline were one of silence.
    const end = await stranger.read(new Uint8Array(8)).catch(() => null);
    assertEquals(end, null);
    const served = serveOne(listener);
    const stream = await connect(listener.address, server);
    (await served).close();
    stream.close();
  } finally {
    clearInterval(trickle);
    stranger.close();
    listener.close();
  }
});
