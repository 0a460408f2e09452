/**
 * One suite for both kinds of UDP: the one of the calling thread and the one
 * of the Worker. Real sockets on loopback.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Datagram,
  type Datagrams,
  type DatagramSocket,
  RECEIVE_BYTES_MAX,
  showAddress,
} from "../../lib/host/datagrams.ts";
import { realDatagrams } from "../../lib/host/real_datagrams.ts";
import { workerDatagrams } from "../../lib/host/worker_datagrams.ts";

const ANY = { hostname: "127.0.0.1", port: 0 };

testDatagrams("Real datagrams", realDatagrams);
testDatagrams("Worker datagrams", workerDatagrams);

function testDatagrams(name: string, make: () => Datagrams): void {
  Deno.test(`${name} go from one socket to another, byte for byte`, async () => {
    await withPair(make(), async (a, b) => {
      assert(await a.send(Uint8Array.of(1, 2, 3), b.address));
      const { bytes, from } = await next(b);
      assertEquals(bytes, Uint8Array.of(1, 2, 3));
      assertEquals(from, a.address);
      assert(await b.send(Uint8Array.of(4), from));
      assertEquals((await next(a)).bytes, Uint8Array.of(4));
    });
  });

  Deno.test(`${name} of 0 bytes arrive with length 0, D-01`, async () => {
    await withPair(make(), async (a, b) => {
      assert(await a.send(new Uint8Array(0), b.address));
      assertEquals((await next(b)).bytes.length, 0);
    });
  });

  Deno.test(`${name} too long arrive one byte too long, D-03`, async () => {
    await withPair(make(), async (a, b) => {
      for (const length of [1_200, 1_201, 1_202, 65_507]) {
        assert(await a.send(new Uint8Array(length), b.address));
        const { bytes } = await next(b);
        assertEquals(bytes.length, Math.min(length, RECEIVE_BYTES_MAX));
      }
    });
  });

  Deno.test(`${name} keep their order and their own bytes`, async () => {
    await withPair(make(), async (a, b) => {
      const buffer = new Uint8Array(2);
      for (let i = 0; i < 100; i++) {
        buffer.set([i, i]);
        void a.send(buffer.subarray(1), b.address);
      }
      const seen: number[] = [];
      for await (const { bytes } of b.receive()) {
        assertEquals(bytes.length, 1);
        seen.push(bytes[0] ?? -1);
        if (seen.length === 100) break;
      }
      assertEquals(seen, Array.from({ length: 100 }, (_, i) => i));
    });
  });

  Deno.test(`${name} that the system refuses are told by false`, async () => {
    await withPair(make(), async (a, b) => {
      assertEquals(await a.send(new Uint8Array(70_000), b.address), false);
      const reserved = { hostname: "240.0.0.1", port: 2013 };
      assertEquals(await a.send(new Uint8Array(1), reserved), false);
      assert(await a.send(new Uint8Array(1), b.address), "works afterwards");
    });
  });

  Deno.test(`${name} to a port nobody holds do not end the socket`, async () => {
    await withPair(make(), async (a, b) => {
      const gone = make().open(ANY);
      gone.close();
      for (let i = 0; i < 3; i++) {
        await a.send(new Uint8Array(1), gone.address);
      }
      assert(await b.send(Uint8Array.of(9), a.address));
      assertEquals((await next(a)).bytes, Uint8Array.of(9));
    });
  });

  Deno.test(`${name} refuse an address that is taken, S-21`, () => {
    const datagrams = make();
    const first = datagrams.open(ANY);
    try {
      assertThrows(
        () => datagrams.open(first.address),
        Deno.errors.AddrInUse,
      );
      assertThrows(
        () => make().open(first.address),
        Deno.errors.AddrInUse,
      );
    } finally {
      first.close();
    }
  });

  Deno.test(`${name} free their address when closed`, () => {
    const datagrams = make();
    const first = datagrams.open(ANY);
    first.close();
    first.close(); // Harmless.
    const second = datagrams.open(first.address);
    assertEquals(second.address, first.address);
    second.close();
  });

  Deno.test(`${name} end the reader when the socket is closed`, async () => {
    const socket = make().open(ANY);
    const reading = (async () => {
      for await (const _ of socket.receive()) { /* Nothing comes. */ }
      return "ended";
    })();
    await Promise.resolve();
    socket.close();
    assertEquals(await reading, "ended");
    assertEquals(await socket.send(new Uint8Array(1), socket.address), false);
  });

  Deno.test(`${name} broadcast reaches every shared socket of the port`, async () => {
    const datagrams = make();
    // One host plays several machines: each holds its own address, and shares
    // the broadcast address with the others.
    const own = datagrams.open({ hostname: "127.0.0.2", port: 0 });
    const broadcast = {
      hostname: "127.255.255.255",
      port: own.address.port,
      shared: true,
    };
    const ears = [datagrams.open(broadcast), datagrams.open(broadcast)];
    try {
      assert(await own.send(Uint8Array.of(7), ears[0]?.address ?? ANY));
      for (const ear of ears) {
        const { bytes, from } = await next(ear);
        assertEquals(bytes, Uint8Array.of(7));
        assertEquals(from, own.address);
      }
    } finally {
      for (const socket of [own, ...ears]) socket.close();
    }
  });
}

Deno.test("workerDatagrams keeps reading while the main thread stalls, F-03", async () => {
  const inbox = workerDatagrams().open(ANY);
  const bell = realDatagrams().open(ANY);
  const sender = new Worker(
    new URL("./datagram_sender.ts", import.meta.url),
    { type: "module" },
  );
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  sender.onmessage = ({ data }) => (data === "began" ? began : ended).resolve();
  try {
    sender.postMessage({ to: inbox.address, count: 2_000, spreadMs: 200 });
    await began.promise;
    stall(300);
    await ended.promise;
    const seen = await countUntilBell(inbox, bell);
    // The kernel alone keeps some 280 of these.
    assert(seen > 1_000, `${seen} of 2,000`);
  } finally {
    sender.terminate();
    inbox.close();
    bell.close();
  }
});

Deno.test("showAddress joins host and port", () => {
  assertEquals(
    showAddress({ hostname: "127.0.0.2", port: 2013 }),
    "127.0.0.2:2013",
  );
});

async function withPair(
  datagrams: Datagrams,
  use: (a: DatagramSocket, b: DatagramSocket) => Promise<void>,
): Promise<void> {
  const a = datagrams.open(ANY);
  const b = datagrams.open(ANY);
  try {
    await use(a, b);
  } finally {
    a.close();
    b.close();
  }
}

async function next(socket: DatagramSocket): Promise<Datagram> {
  for await (const datagram of socket.receive()) return datagram;
  throw new Error("The socket was closed before a datagram came");
}

/** Datagrams that were there before one of the bell's own. */
async function countUntilBell(
  inbox: DatagramSocket,
  bell: DatagramSocket,
): Promise<number> {
  const ring = () => void bell.send(new Uint8Array(1), inbox.address);
  const ringing = setInterval(ring, 10);
  try {
    let seen = 0;
    for await (const { bytes } of inbox.receive()) {
      if (bytes.length === 1) break;
      seen++;
    }
    return seen;
  } finally {
    clearInterval(ringing);
  }
}

function stall(milliseconds: number): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(nothing, 0, 0, milliseconds);
}
