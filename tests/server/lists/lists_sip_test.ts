/**
 * Lists as they come over real TLS, from machines that mean well and from
 * others: each gets its answer, and what is held stays until a good one is
 * whole.
 */

import { assert, assertEquals } from "@std/assert";
import type { Lists } from "../../../lib/server/lists/lists.ts";
import { serveSip } from "../../../lib/sip/serve.ts";
import { ask } from "../../../lib/sip/exchange.ts";
import { SIP_LIMITS } from "../../../lib/sip/limits.ts";
import type { SipNote } from "../../../lib/sip/doors.ts";
import { realRandomness } from "../../../lib/host/real_randomness.ts";
import { concat, fromHex, utf8 } from "../../../lib/trust/bytes.ts";
import { clock, faultOf, type TestMachine } from "../../sip/things.ts";
import {
  ANY,
  certificateHash,
  dial,
  listen,
  makeClient,
  serverAt,
} from "../../sip/world.ts";
import { keyOf } from "../examples.ts";
import {
  ada,
  documentOf,
  type ListsBench,
  pack,
  type Sent,
  sentOf,
  testLists,
} from "./lists_kit.ts";

const MACHINE: TestMachine = {
  key: keyOf("ada"),
  machine: fromHex(ada.id) ?? new Uint8Array(),
  id: ada.id,
  session: new Uint8Array(8).fill(7),
};
const client = makeClient(MACHINE);

/** A server of SiP in front of the lists. */
function serve(lists: Lists) {
  const notes: SipNote[] = [];
  const listener = listen(ANY);
  const service = serveSip({
    ...{ listener, certificateHash, clock, limits: SIP_LIMITS },
    randomness: realRandomness(),
    doors: {
      machine: () => MACHINE.key.publicKey,
      moved() {},
      package: () => Promise.resolve(null),
      publishers: () => new Uint8Array(1),
      downgrade: () => null,
      receiveList: (id, offer) => lists.receive(id, offer),
    },
    log: (note) => notes.push(note),
  });
  const server = serverAt(listener.address, MACHINE);
  return {
    ...{ server, notes, address: listener.address },
    /** Null, or what the machine is told. */
    async send({ bytes, ...offer }: Sent): Promise<string | null> {
      const wish = { ...offer, server, from: bytes };
      const outcome = await client.uploadList(wish);
      return outcome.ok ? null : faultOf(outcome).reason;
    },
    [Symbol.dispose]: () => service.close(),
  };
}

const GOOD = sentOf(documentOf("bash"));
const DOCUMENT = documentOf("zsh");

testLists("answer each list over TLS, S-17", async (bench) => {
  using sip = serve(await bench.open());
  assertEquals(await sip.send(GOOD), null);
  const bomb = pack(new Uint8Array(20_000_000));
  const packed = (bytes: Uint8Array) => sentOf(DOCUMENT, { bytes });
  const bad: [Sent, string][] = [
    [sentOf(DOCUMENT, { key: keyOf("eve") }), "signature"],
    [sentOf(DOCUMENT, { hash: "00".repeat(32) }), "hash"],
    [sentOf(DOCUMENT, { size: DOCUMENT.length + 1 }), "hash"],
    [sentOf(DOCUMENT, { size: 2 ** 27 + 1 }), "package"],
    [packed(bomb), "hash"],
    [packed(pack(DOCUMENT).slice(0, -30)), "hash"],
    [packed(concat(pack(DOCUMENT), pack(DOCUMENT))), "hash"],
    [packed(concat(pack(DOCUMENT), utf8("more"))), "hash"],
    [sentOf(utf8('{"bomFormat":"SPDX"}\n')), "package"],
    [sentOf(utf8("\x1f\x8b")), "package"],
  ];
  for (const [list, reason] of bad) {
    assertEquals(await sip.send(list), reason);
    assertEquals(await bench.names(), ["bash"]);
  }
  assertEquals(await sip.send(sentOf(documentOf())), null);
  assertEquals(await bench.names(), []);
  // Whoever asks for the limit to be broken sends not one byte.
  const kinds = sip.notes.map(({ kind, reason, bytes }) =>
    reason === "signature" ? `${kind} ${bytes}` : kind
  );
  assertEquals(kinds[1], "refused 0");
  assertEquals(new Set(kinds), new Set(["done", "refused", "refused 0"]));
});

testLists(
  "lose nothing when one machine sends two lists at once, the same or others",
  async (bench) => {
    using sip = serve(await bench.open());
    const many = Array.from({ length: 6_000 }, (_, index) => `p${index}`);
    const long = sentOf(documentOf(...many));
    const sendAll = async (...sent: Sent[]) => {
      const told = await Promise.all(sent.map((list) => sip.send(list)));
      // Each is in its place, or its machine was told to send it again.
      assert(told.includes(null), told.join());
      for (const reason of told) assert(reason === null || again(reason));
      return sent[told.lastIndexOf(null)];
    };
    await sendAll(long, long, long);
    assertEquals((await bench.names()).length, 6_000);
    for (const order of [[GOOD, long], [long, GOOD], [GOOD, GOOD, long]]) {
      await sendAll(...order);
      const { length } = await bench.names();
      assert(length === 1 || length === 6_000, `${length} programs`);
      // And then each of them, by itself.
      for (const list of order) assertEquals(await sip.send(list), null);
    }
    assertEquals(await bench.files(), [".peo.gz"]);
    assertEquals(bench.told.filter((line) => line.startsWith("error")), []);
  },
);

function again(reason: string): boolean {
  return reason === "network" || reason === "later";
}

testLists(
  "go on where a connection was cut, over a restart of the server, S-01, S-17",
  async (bench) => {
    const names = Array.from({ length: 3_000 }, (_, index) => `p${index}`);
    const list = sentOf(documentOf(...names));
    const cut = Math.floor(list.packed / 2);
    await sendPart(bench, list, cut);
    using sip = serve(await bench.open());
    assertEquals(await sip.send(list), null);
    const [note] = sip.notes;
    assertEquals([note?.kind, note?.bytes], ["done", list.packed - cut]);
    assertEquals((await bench.names()).length, 3_000);
  },
);

/** Sends so much of a list, and hangs up. */
async function sendPart(
  bench: ListsBench,
  { bytes, ...offer }: Sent,
  count: number,
): Promise<void> {
  using sip = serve(await bench.open());
  const line = await dial(sip.address);
  const answer = await ask(line, { word: "liste", ...offer }, {
    asker: MACHINE,
    session: MACHINE.session,
    certificateHash,
    limits: SIP_LIMITS,
  });
  assertEquals(answer, { ok: true, value: 0 });
  await line.write(bytes.subarray(0, count));
  line.close();
  while (sip.notes.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
