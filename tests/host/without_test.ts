/** A host that loses one word. */

import { assertEquals } from "@std/assert";
import type { Datagram, DatagramSocket } from "../../lib/host/datagrams.ts";
import { realHost } from "../../lib/host/real.ts";
import { without } from "../../lib/host/without.ts";

const ADDRESS = { hostname: "127.0.0.1", port: 2013 };

Deno.test("without drops its word on the way out and on the way in", async () => {
  const bodies = [
    "[echo]",
    "[ping]",
    "[ping{1+2}]",
    "[pingu]",
    "[OK]",
    "x[ping]",
  ];
  const heard = ["[echo]", "[pingu]", "[OK]", "x[ping]"];
  const wire = new Wire(bodies.map(seP));
  const host = without(
    { ...realHost(), datagrams: { open: () => wire } },
    "ping",
  );
  const socket = host.datagrams.open(ADDRESS);
  for (const body of bodies) {
    assertEquals(await socket.send(seP(body), ADDRESS), true);
  }
  assertEquals(wire.sent, heard.map(seP));
  const received = await Array.fromAsync(socket.receive());
  assertEquals(received.map(({ bytes }) => bytes), heard.map(seP));
});

Deno.test("without lets everything else through, whatever it is", async () => {
  const others = [
    new Uint8Array(0),
    new Uint8Array(79),
    seP(""),
    new TextEncoder().encode("[ping]"),
    seP("[ping]").fill(0, 0, 4), // Not SeP.
  ];
  const wire = new Wire(others);
  const host = without(
    { ...realHost(), datagrams: { open: () => wire } },
    "ping",
  );
  const socket = host.datagrams.open(ADDRESS);
  for (const bytes of others) await socket.send(bytes, ADDRESS);
  assertEquals(wire.sent, others);
  assertEquals((await Array.fromAsync(socket.receive())).length, others.length);
});

Deno.test("without closes the socket behind it", () => {
  const wire = new Wire([]);
  const host = without(
    { ...realHost(), datagrams: { open: () => wire } },
    "ping",
  );
  host.datagrams.open(ADDRESS).close();
  assertEquals(wire.closed, true);
});

/** A socket that has received what it is told and keeps what is sent. */
class Wire implements DatagramSocket {
  readonly address = ADDRESS;
  readonly sent: Uint8Array[] = [];
  closed = false;
  readonly #arrived: Uint8Array<ArrayBuffer>[];

  constructor(arrived: Uint8Array<ArrayBuffer>[]) {
    this.#arrived = arrived;
  }
  async *receive(): AsyncGenerator<Datagram> {
    for (const bytes of this.#arrived) yield { bytes, from: ADDRESS };
  }
  send(bytes: Uint8Array): Promise<boolean> {
    this.sent.push(bytes);
    return Promise.resolve(true);
  }
  close(): void {
    this.closed = true;
  }
}

/** A datagram's header with the magic alone, the body, and a tail. */
function seP(body: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(body);
  const bytes = new Uint8Array(80 + text.length + 72);
  bytes.set(new TextEncoder().encode("SeP1"));
  bytes.set(text, 80);
  return bytes;
}
