/** The server among strangers, liars and the silent, over real TLS. */

import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/trust/bytes.ts";
import { signProof } from "../../lib/sip/proof.ts";
import type { Line } from "../../lib/sip/line.ts";
import { frameOf, readNonce, readRest, request } from "./hand_made.ts";
import { makeMachine, pause } from "./things.ts";
import { certificateHash, dial, knowing, served } from "./world.ts";

const machine = makeMachine(1);
const stranger = makeMachine(2);

const forgeries: [string, Parameters<typeof request>[3]][] = [
  ["another nonce", { facts: { nonce: new Uint8Array(32) } }],
  [
    "another server's certificate, as when a server passes a proof on",
    { facts: { certificateHash: new Uint8Array(32).fill(1) } },
  ],
  ["a session that is over", { facts: { session: new Uint8Array(8) } }],
  ["another machine's key", { key: stranger.key }],
  ["another machine's name", { facts: { machine: stranger.machine } }],
  ["another request", {
    facts: { request: new TextEncoder().encode("[liste]") },
  }],
];
for (const [name, forgery] of forgeries) {
  Deno.test(`serveSip is silent to a proof with ${name}, S-16`, async () => {
    await using world = await knowing(machine);
    world.house.know(stranger);
    const line = await dial(world.address);
    await request(line, machine, "[editeurs]", forgery);
    assertEquals((await readRest(line)).length, 0);
    const note = await world.noted(() => true);
    assertEquals([note.kind, note.machine], ["stranger", null]);
    await served(world, machine);
  });
}

Deno.test("serveSip is silent to a proof that was right on an earlier connection, S-16", async () => {
  await using world = await knowing(machine);
  const first = await dial(world.address);
  const facts = {
    nonce: await readNonce(first),
    certificateHash,
    session: machine.session,
    machine: machine.machine,
    request: new TextEncoder().encode("[editeurs]"),
  };
  const sent = concat(frameOf("[editeurs]"), signProof(machine.key, facts));
  await first.write(sent);
  assert((await readRest(first)).length > 0);

  const second = await dial(world.address);
  await readNonce(second);
  await second.write(sent);
  assertEquals((await readRest(second)).length, 0);
});

Deno.test("serveSip is silent to a machine that the house does not know, S-16", async () => {
  await using world = await knowing(machine);
  const line = await dial(world.address);
  await request(line, stranger, "[editeurs]");
  assertEquals((await readRest(line)).length, 0);
});

for (
  const body of [
    "[paquet{../../etc/shadow+0}]",
    "[paquet{/etc/shadow+0}]",
    "[paquet{%2Fetc%2Fshadow+0}]",
    `[liste{../${"A".repeat(40)}+10+5+${"A".repeat(86)}}]`,
    `[paquet{${"A".repeat(42)}/+0}]`,
    `[paquet{${"A".repeat(43)}}]`,
    `[paquet{${"A".repeat(43)}+-1}]`,
    `[paquet{${"A".repeat(43)}+0+0}]`,
    `[paquet{${"A".repeat(43)}+9007199254740992}]`,
    `[liste{${stranger.id}+10+5+${"A".repeat(86)}}]`,
    "[editeurs{keys/server.key}]",
    "[declasse{../../etc/shadow}]",
    `[declasse{${"A".repeat(42)}}]`,
    `[declasse{${"A".repeat(43)}+0}]`,
    "[OK{1}]",
    "GET / HTTP/1.1",
  ]
) {
  Deno.test(`serveSip opens nothing for a machine that asks ${body}, S-15`, async () => {
    await using world = await knowing(machine);
    const asked = () => {
      throw new Error("The house was asked");
    };
    world.house.package = asked;
    world.house.downgrade = asked;
    const line = await dial(world.address);
    await request(line, machine, body);
    assertEquals((await readRest(line)).length, 0);
    const note = await world.noted(() => true);
    assertEquals([note.kind, note.machine], ["refused", machine.id]);
    await served(world, machine);
  });
}

for (const length of [0, 1_025, 2 ** 31, 2 ** 32 - 1]) {
  Deno.test(`serveSip closes at a request of ${length} bytes before it takes one, S-08`, async () => {
    await using world = await knowing(machine);
    const line = await dial(world.address);
    await readNonce(line);
    const prefix = new Uint8Array(4);
    new DataView(prefix.buffer).setUint32(0, length);
    await line.write(prefix);
    assertEquals((await readRest(line)).length, 0);
    const note = await world.noted(() => true);
    assertEquals(note.kind, "stranger");
    assert(note.detail.includes("length"), note.detail);
  });
}

const slow: [string, (line: Line) => Promise<void>][] = [
  ["says nothing", async () => {}],
  ["sends a byte now and then", async (line) => {
    for (const byte of frameOf("[editeurs]")) {
      if (!await line.write(Uint8Array.of(byte))) return;
      await pause(30);
    }
  }],
  ["sends a request and no proof", async (line) => {
    await line.write(frameOf("[editeurs]"));
  }],
];
for (const [name, act] of slow) {
  Deno.test(`serveSip closes a client that ${name} at the deadline, S-04`, async () => {
    await using world = await knowing(machine, { requestMsMax: 200 });
    const line = await dial(world.address);
    await readNonce(line);
    await act(line);
    assertEquals((await readRest(line)).length, 0);
    const note = await world.noted(() => true);
    assertEquals(note.kind, "stranger");
    assert(note.detail.includes("within 0.2 s"), note.detail);
  });
}
