/**
 * The end of TLS that connects: one certificate, and no other.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Address } from "../../lib/host/datagrams.ts";
import { makeCertificate } from "../../lib/host/certificate.ts";
import {
  ANY,
  connect,
  digest,
  listen,
  readAll,
  refused,
  serveEach,
  server,
  streams,
} from "./tls.ts";

Deno.test("connect reaches the server with the pinned certificate", async () => {
  const listener = listen(server);
  void serveEach(listener, async (stream) => {
    const buffer = new Uint8Array(16);
    const count = await stream.read(buffer) ?? 0;
    await stream.write(buffer.subarray(0, count));
    stream.close();
  });
  const stream = await connect(listener.address, server);
  await stream.write(Uint8Array.of(1, 2, 3));
  assertEquals(await readAll(stream), Uint8Array.of(1, 2, 3));
  assertEquals(stream.peer, listener.address);
  stream.close();
  stream.close(); // Harmless.
  listener.close();
});

Deno.test("connect moves 8 MiB whole, closed right behind it", async () => {
  const listener = listen(server);
  const bytes = new Uint8Array(8 << 20).map((_, index) => index * 7);
  void serveEach(listener, async (stream) => {
    await stream.write(bytes);
    stream.close();
  });
  const stream = await connect(listener.address, server);
  assertEquals(await digest(await readAll(stream)), await digest(bytes));
  stream.close();
  listener.close();
});

Deno.test("connect sends all that was written before close", async () => {
  const listener = listen(server);
  const bytes = new Uint8Array(2 << 20).fill(5);
  const received = Promise.withResolvers<number>();
  void serveEach(listener, async (stream) => {
    received.resolve((await readAll(stream)).length);
    stream.close();
  });
  const stream = await connect(listener.address, server);
  await stream.write(bytes);
  stream.close();
  assertEquals(await received.promise, bytes.length);
  listener.close();
});

Deno.test("connect refuses every other certificate, S-09", async (t) => {
  const cases: [
    string,
    Partial<Parameters<typeof makeCertificate>[0]>,
    RegExp,
  ][] = [
    ["another self-signed one for the same name", {}, /is not the server's/],
    [
      "the same name as an authority",
      { authority: true },
      /is not the server's|authority's/,
    ],
    [
      "another name",
      { name: "other.flottille.invalid" },
      /is not the server's|another name/,
    ],
    [
      "expired, and not ours",
      { notAfter: new Date("2001-01-01") },
      /is not the server's|not valid at this time/,
    ],
  ];
  for (const [name, options, message] of cases) {
    await t.step(name, async () => {
      const listener = listen(await makeCertificate(options));
      await refused(listener.address, server, message);
      listener.close();
    });
  }
});

Deno.test("connect refuses a pinned certificate that is not right, S-09", async (t) => {
  const cases: [
    string,
    Partial<Parameters<typeof makeCertificate>[0]>,
    RegExp,
  ][] = [
    [
      "wrong name",
      { name: "other.flottille.invalid" },
      /bears another name|is not the server's/,
    ],
    [
      "expired",
      { notAfter: new Date("2001-01-01") },
      /not valid at this time|is not the server's/,
    ],
    [
      "not yet valid",
      { notBefore: new Date("2999-01-01") },
      /not valid at this time|is not the server's/,
    ],
    ["an authority's", { authority: true }, /authority's/],
  ];
  for (const [name, options, message] of cases) {
    await t.step(name, async () => {
      const pair = await makeCertificate(options);
      const listener = listen(pair);
      await refused(listener.address, pair, message);
      listener.close();
    });
  }
});

Deno.test("connect refuses plain TCP, S-09", async () => {
  const plain = Deno.listen(ANY);
  void (async () => {
    for await (const connection of plain) {
      await connection.write(new TextEncoder().encode("220 hello\r\n"));
      await connection.read(new Uint8Array(1_024)).catch(() => {});
      connection.close();
    }
  })();
  await refused(plain.addr as Address, server, /does not speak TLS/);
  plain.close();
});

Deno.test("connect says that nothing listens there", async () => {
  const gone = Deno.listen(ANY);
  gone.close();
  await refused(gone.addr as Address, server, /nothing listens there/);
});

Deno.test("connect gives up at its deadline, S-04", async () => {
  const silent = Deno.listen(ANY);
  const accepted = silent.accept();
  await assertRejects(
    () =>
      streams.connect({
        to: silent.addr as Address,
        certificatePem: server.certificatePem,
        deadlineMs: 100,
      }),
    Error,
    "no answer within 100 ms",
  );
  (await accepted).close();
  silent.close();
});

Deno.test("connect waits in nobody's queue for small requests, S-22", async () => {
  const listener = listen(server);
  void serveEach(listener, async (stream) => {
    const buffer = new Uint8Array(64);
    // The shape of SiP: a greeting, a request in two writes, three answers.
    await stream.write(new Uint8Array(36));
    for (let got = 0; got < 20;) got += await stream.read(buffer) ?? 20;
    for (let i = 0; i < 3; i++) await stream.write(new Uint8Array(10));
    stream.close();
  });
  const beganMs = performance.now();
  for (let i = 0; i < 50; i++) {
    const stream = await connect(listener.address, server);
    await stream.write(new Uint8Array(10));
    await stream.write(new Uint8Array(10));
    assertEquals((await readAll(stream)).length, 66);
    stream.close();
  }
  const tookMs = performance.now() - beganMs;
  listener.close();
  // With one wait of Nagle's each it would be 2,200 ms and more.
  assert(tookMs < 1_500, `50 small requests took ${tookMs} ms`);
});
