/**
 * Program lists on their way up, over real TLS: cut, resumed, begun anew by a
 * machine that lost its connection, too large, not what was announced.
 */

import { assertEquals } from "@std/assert";
import { ask } from "../../lib/sip/exchange.ts";
import { LIST_BYTES_MAX, SIP_LIMITS } from "../../lib/sip/limits.ts";
import type { Line } from "../../lib/sip/line.ts";
import { frameOf, readRest, request } from "./hand_made.ts";
import { faultOf, hexHash, makeMachine, someBytes } from "./things.ts";
import {
  certificateHash,
  dial,
  makeClient,
  makeWorld,
  playServer,
  type World,
} from "./world.ts";

const machine = makeMachine();
const client = makeClient(machine);
const KIB_64 = 65_536;
const LIST = someBytes(3 * KIB_64 + 77, 2);
const SHA256 = hexHash(LIST);

for (const form of ["bytes", "a file"]) {
  Deno.test(`uploadList sends a list that is ${form}`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    const path = `${world.directory}/B.peo`;
    await Deno.writeFile(path, LIST);
    const outcome = await client.uploadList({
      server: world.server(machine),
      document: form === "bytes" ? LIST : path,
      sha256: SHA256,
      size: LIST.length,
    });
    assertEquals(outcome, { ok: true, value: null });
    assertEquals(world.house.lists.get(machine.id), LIST);
    assertEquals(world.house.sinksOpen, 0);
  });
}

Deno.test("uploadList sends a list of no bytes, S-17", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const document = new Uint8Array(0);
  const outcome = await client.uploadList({
    server: world.server(machine),
    document,
    sha256: hexHash(document),
    size: 0,
  });
  assertEquals(outcome, { ok: true, value: null });
  assertEquals(world.house.lists.get(machine.id), document);
});

for (
  const cut of [0, KIB_64, 2 * KIB_64, 3 * KIB_64, LIST.length - 1, LIST.length]
) {
  Deno.test(`uploadList after an upload that was cut after ${cut} bytes sends the rest, S-01, S-02`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    const line = await askToSend(world);
    await line.write(LIST.subarray(0, cut));
    line.close();
    // With every byte there the list is whole, whatever the sender did next.
    const whole = cut === LIST.length;
    await world.noted(({ word }) => word === "liste");
    assertEquals(world.house.lists.has(machine.id), whole);
    assertEquals(world.house.bytesMovedTotal, cut);

    const outcome = await client.uploadList({
      server: world.server(machine),
      document: LIST,
      sha256: SHA256,
      size: LIST.length,
    });
    assertEquals(outcome, { ok: true, value: null });
    assertEquals(world.house.lists.get(machine.id), LIST);
    const again = whole ? LIST.length : LIST.length - cut;
    assertEquals(world.house.bytesMovedTotal, cut + again);
  });
}

Deno.test("uploadList takes the place of an upload that hangs, S-19", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const hanging = await askToSend(world);
  await hanging.write(LIST.subarray(0, KIB_64));
  // Three at once: however they meet, two sinks never share a part.
  const outcomes = await Promise.all([1, 2, 3].map(() =>
    client.uploadList({
      server: world.server(machine),
      document: LIST,
      sha256: SHA256,
      size: LIST.length,
    })
  ));
  assertEquals(outcomes.some(({ ok }) => ok), true);
  assertEquals(world.house.lists.get(machine.id), LIST);
  assertEquals(world.house.sinksOpen, 0);
  assertEquals(await hanging.fill(new Uint8Array(1)), 0);
});

Deno.test("uploadList of a list that is not what was announced is refused, and the old list stays, S-10, S-17", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const server = world.server(machine);
  const old = someBytes(100, 8);
  await client.uploadList({
    server,
    document: old,
    sha256: hexHash(old),
    size: old.length,
  });
  const outcome = await client.uploadList({
    server,
    document: LIST.with(5, 0).with(6, 1),
    sha256: SHA256,
    size: LIST.length,
  });
  assertEquals(faultOf(outcome).reason, "hash");
  assertEquals(world.house.lists.get(machine.id), old);
});

Deno.test("uploadList learns that the server's disk is full, whenever it happens, S-13", async () => {
  await using world = await makeWorld({ blockBytes: KIB_64 });
  world.house.know(machine);
  const error = new Error("No space left on device (os error 28)");
  world.house.writeError = error;
  const outcome = await client.uploadList({
    server: world.server(machine),
    document: LIST,
    sha256: SHA256,
    size: LIST.length,
  });
  assertEquals(faultOf(outcome).reason, "disk");
  assertEquals(world.house.sinksOpen, 0);
});

Deno.test("uploadList of a file that is shorter than said is cut by us, and says so", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const path = `${world.directory}/B.peo`;
  await Deno.writeFile(path, LIST);
  const outcome = await client.uploadList({
    server: world.server(machine),
    document: path,
    sha256: SHA256,
    size: LIST.length + 1,
  });
  assertEquals(faultOf(outcome).reason, "system");
  await world.noted(({ kind }) => kind === "cut");
  assertEquals(world.house.lists.size, 0);
});

Deno.test("uploadList refuses a server that asks to go on behind the end", async () => {
  using lying = playServer(machine, async (line) => {
    await line.write(frameOf(`[OK{${LIST.length + 1}}]`));
    await line.fill(new Uint8Array(1));
  });
  const outcome = await client.uploadList({
    server: lying.server,
    document: LIST,
    sha256: SHA256,
    size: LIST.length,
  });
  assertEquals(faultOf(outcome).reason, "network");
});

Deno.test("serveSip hears no [liste] above the largest size, S-17", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  // Our own encoder refuses it as well, so it is written by hand.
  const line = await dial(world.address);
  const sha256 = "A".repeat(43);
  const body = `[liste{${sha256}+${LIST_BYTES_MAX + 1}}]`;
  await request(line, machine, body);
  assertEquals((await readRest(line)).length, 0);
  const note = await world.noted(() => true);
  assertEquals([note.kind, note.machine], ["refused", machine.id]);
  assertEquals(world.house.sinksOpen, 0);
});

/** A connection on which `[liste]` was asked for and is awaited. */
async function askToSend(world: World): Promise<Line> {
  const line = await dial(world.address);
  const wish = { word: "liste", sha256: SHA256, size: LIST.length } as const;
  const answer = await ask(line, wish, {
    asker: machine,
    session: machine.session,
    certificateHash,
    limits: SIP_LIMITS,
  });
  assertEquals(answer, { ok: true, value: 0 });
  return line;
}
