/**
 * Program lists on their way up, over real TLS: cut, resumed, begun anew by a
 * machine that lost its connection, too large, not what was announced.
 */

import { assertEquals } from "@std/assert";
import { ask } from "../../lib/sip/exchange.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import type { Line } from "../../lib/sip/line.ts";
import { frameOf } from "./hand_made.ts";
import { faultOf, listOf, makeMachine, someBytes } from "./things.ts";
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

for (const form of ["bytes", "a file"]) {
  Deno.test(`uploadList sends a list that is ${form}`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    const path = `${world.directory}/B.peo.gz`;
    await Deno.writeFile(path, LIST);
    const outcome = await client.uploadList({
      server: world.server(machine),
      ...listOf(LIST),
      from: form === "bytes" ? LIST : path,
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
    ...listOf(document),
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
      ...listOf(LIST),
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
      ...listOf(LIST),
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
    ...listOf(old),
  });
  const outcome = await client.uploadList({
    server,
    ...listOf(LIST),
    from: LIST.with(5, 0).with(6, 1),
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
    ...listOf(LIST),
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
    ...listOf(LIST),
    from: path,
    packed: LIST.length + 1,
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
    ...listOf(LIST),
  });
  assertEquals(faultOf(outcome).reason, "network");
});

for (const what of ["signature", "package", "later"] as const) {
  Deno.test(`uploadList learns before it sends anything that the list may not come: ${what}, S-17`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    world.house.refusal = what;
    const outcome = await client.uploadList({
      server: world.server(machine),
      ...listOf(LIST),
    });
    assertEquals(faultOf(outcome).reason, what);
    const note = await world.noted(({ word }) => word === "liste");
    assertEquals([note.kind, note.reason, note.bytes], ["refused", what, 0]);
    assertEquals(world.house.sinksOpen, 0);
  });
}

/** A connection on which `[liste]` was asked for and is awaited. */
async function askToSend(world: World): Promise<Line> {
  const line = await dial(world.address);
  const { from: _, ...list } = listOf(LIST);
  const answer = await ask(line, { word: "liste", ...list }, {
    asker: machine,
    session: machine.session,
    certificateHash,
    limits: SIP_LIMITS,
  });
  assertEquals(answer, { ok: true, value: 0 });
  return line;
}
