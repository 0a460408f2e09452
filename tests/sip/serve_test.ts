/**
 * The server's places, paces and descriptors, over real TLS.
 */

import { assert, assertEquals } from "@std/assert";
import type { Line } from "../../lib/sip/line.ts";
import { frameOf, readRest, request } from "./hand_made.ts";
import {
  base64Url,
  faultOf,
  listBody,
  makeMachine,
  pause,
  someBytes,
} from "./things.ts";
import { dial, knowing, makeClient, served } from "./world.ts";

const machine = makeMachine(1);
const stranger = makeMachine(2);
const client = makeClient(machine);

Deno.test("serveSip gives the publishers' list to a machine that proves itself", async () => {
  await using world = await knowing(machine);
  await served(world, machine);
  const note = await world.noted(({ kind }) => kind === "done");
  assertEquals(note.word, "editeurs");
  assertEquals(note.bytes, world.house.publishersList.length);
});

Deno.test("serveSip serves a machine while 100 strangers say nothing, S-04", async () => {
  await using world = await knowing(machine, { strangersMax: 50 });
  const strangers = await Promise.all(
    Array.from({ length: 100 }, () => dial(world.address)),
  );
  await served(world, machine);
  // Over the limit, the oldest had to go.
  await world.noted(({ detail }) => detail.includes("oldest"));
  for (const line of strangers) line.close();
});

Deno.test("serveSip closes a download that nobody takes, S-05, S-19", async () => {
  await using world = await knowing(machine, {
    rateWindowMs: 300,
    rateBytesMin: 100_000,
  });
  const big = someBytes(32 * 1_048_576);
  const sha256 = await world.house.publish(big);
  const line = await dial(world.address);
  await request(line, machine, `[paquet{${base64Url(sha256)}+0}]`);
  const note = await world.noted(({ word }) => word === "paquet");
  assertEquals(note.kind, "cut");
  assert(note.detail.includes("Fewer than 100000 bytes"), note.detail);
  assert(note.bytes < big.length);
  assertEquals(world.service.transfers, 0);
  line.close();
});

Deno.test("serveSip closes an upload that trickles, S-05, S-19", async () => {
  await using world = await knowing(machine, {
    rateWindowMs: 200,
    rateBytesMin: 10_000,
  });
  const list = someBytes(100_000);
  const line = await dial(world.address);
  await request(line, machine, listBody(list));
  await line.fill(new Uint8Array(frameOf("[OK{0}]").length));
  let noted = false;
  void world.noted(({ word }) => word === "liste").then(() => noted = true);
  while (!noted && await line.write(Uint8Array.of(1))) await pause(20);
  line.close();
  const note = await world.noted(({ word }) => word === "liste");
  assertEquals(note.kind, "cut");
  assertEquals(world.house.sinksOpen, 0);
  assertEquals(world.service.transfers, 0);
});

Deno.test("serveSip closes a transfer that takes too long in all, S-05", async () => {
  await using world = await knowing(machine, {
    transferMsMax: 200,
    rateBytesMin: 0,
  });
  const list = someBytes(100_000);
  const line = await dial(world.address);
  await request(line, machine, listBody(list));
  await readRest(line);
  const note = await world.noted(({ word }) => word === "liste");
  assert(note.detail.includes("longer than 0.2 s"), note.detail);
});

Deno.test("serveSip lets one machine have two transfers, and another one more, S-14", async () => {
  await using world = await knowing(machine, { transfersMax: 3 });
  world.house.know(stranger);
  const big = someBytes(32 * 1_048_576);
  const body = `[paquet{${base64Url(await world.house.publish(big))}+0}]`;
  const lines: Line[] = [];
  const begin = async (who: typeof machine) => {
    const line = await dial(world.address);
    lines.push(line);
    await request(line, who, body);
    return new TextDecoder().decode(await readRest(line, 12));
  };
  assert((await begin(machine)).includes("[OK{"));
  assert((await begin(machine)).includes("[OK{"));
  assert((await begin(machine)).includes("[rate{"));
  assert((await begin(stranger)).includes("[OK{"));
  assert((await begin(stranger)).includes("[rate{")); // The fourth in all.
  for (const line of lines) line.close();
});

Deno.test("serveSip goes on when the house fails", async () => {
  await using world = await knowing(machine);
  const find = world.house.package.bind(world.house);
  world.house.package = () => Promise.reject(new Error("The store is closed"));
  const outcome = await client.downloadPackage({
    server: world.server(machine),
    sha256: "00".repeat(32),
    size: 1,
    partPath: `${world.directory}/part`,
  });
  assertEquals(faultOf(outcome).reason, "system");
  world.house.machine = () => {
    throw new Error("The registry is closed");
  };
  const refused = await client.fetchPublishers({
    server: world.server(machine),
  });
  assertEquals(faultOf(refused).reason, "network");
  const note = await world.noted(({ kind }) => kind === "fault");
  assert(note.detail.includes("The registry is closed"));
  world.house.package = find;
});

// In a process of its own: other tests of this one open descriptors as well.
Deno.test({
  name:
    "serveSip holds no descriptor after 500 connections of every kind, S-19",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const script = new URL("./descriptors.ts", import.meta.url).pathname;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--quiet", script, "500"],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stdout));
  },
});
