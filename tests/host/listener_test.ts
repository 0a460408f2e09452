/**
 * The end of TLS that listens, and the strangers who come to it.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ANY,
  connect,
  listen,
  readAll,
  readToEnd,
  serveEach,
  serveOne,
  server,
  settledDescriptors,
} from "./tls.ts";

Deno.test("listen gives every file descriptor back, S-19", async () => {
  const listener = listen(server);
  void serveEach(listener, async (stream) => {
    await stream.read(new Uint8Array(8)).catch(() => null);
    stream.close();
  });
  const cycles: (() => Promise<void>)[] = [
    async () => { // Comes, asks, goes.
      const stream = await connect(listener.address, server);
      await stream.write(new Uint8Array(8));
      assertEquals(await readAll(stream), new Uint8Array(0));
      stream.close();
    },
    async () => { // Goes without a word.
      (await connect(listener.address, server)).close();
    },
    async () => { // Goes in the middle of the handshake.
      const stranger = await Deno.connect(listener.address);
      await stranger.write(Uint8Array.of(22, 3, 1, 2));
      stranger.close();
    },
    async () => { // Never said anything.
      (await Deno.connect(listener.address)).close();
    },
  ];
  for (const cycle of cycles) await cycle();
  const before = await settledDescriptors(0);
  for (let i = 0; i < 25; i++) for (const cycle of cycles) await cycle();
  const after = await settledDescriptors(before);
  // A hundred connections came and went. Other tests of this process open
  // files meanwhile: a few more are theirs, and a leak would be a hundred.
  assert(after < before + 50, `${before} before, ${after} after`);
  listener.close();
});

Deno.test("listen refuses an address that is taken, S-21", () => {
  const listener = listen(server);
  assertThrows(() => listen(server, listener.address), Deno.errors.AddrInUse);
  listener.close();
});

Deno.test("listen closes who says nothing at the deadline, S-04", async () => {
  const listener = listen(server, ANY, { handshakeDeadlineMs: 100 });
  const stranger = await Deno.connect(listener.address);
  await readToEnd(stranger);
  stranger.close();
  listener.close();
});

Deno.test("listen closes who speaks no TLS and serves the next, S-09", async () => {
  const listener = listen(server);
  const served = serveOne(listener);
  const stranger = await Deno.connect(listener.address);
  await stranger.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await readToEnd(stranger);
  stranger.close();
  const stream = await connect(listener.address, server);
  (await served).close();
  stream.close();
  listener.close();
});

Deno.test("listen lets silent connections keep nobody out, S-04", async () => {
  const listener = listen(server, ANY, { handshakesMax: 8 });
  const strangers = [];
  for (let i = 0; i < 50; i++) {
    strangers.push(await Deno.connect(listener.address));
  }
  const served = serveOne(listener);
  const stream = await connect(listener.address, server);
  (await served).close();
  stream.close();
  // The oldest had to go, and were told so.
  for (const stranger of strangers.slice(0, 40)) await readToEnd(stranger);
  listener.close();
  for (const stranger of strangers) stranger.close();
});

Deno.test("listen ends its iteration and its streams when closed", async () => {
  const listener = listen(server);
  const ended = (async () => {
    for await (const _ of listener.accept()) { /* Nobody comes. */ }
  })();
  const stranger = await Deno.connect(listener.address);
  listener.close();
  listener.close(); // Harmless.
  await ended;
  await readToEnd(stranger);
  stranger.close();
});

Deno.test("listen survives that no file descriptor is left", async () => {
  // A process of its own, with few descriptors: all are used up, then freed.
  const output = await new Deno.Command("sh", {
    args: [
      "-c",
      'ulimit -n 40 && exec "$0" run -A --unstable-net "$1"',
      Deno.execPath(),
      new URL("./few_descriptors.ts", import.meta.url).pathname,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(output.stdout);
  assertEquals(
    said,
    "served after the flood\n",
    new TextDecoder().decode(output.stderr),
  );
});
