/** Downgrade statements on their way, and who else might ask for them. */

import { assert, assertEquals } from "@std/assert";
import { realStreams } from "../../lib/host/real_streams.ts";
import { SipClient } from "../../lib/sip/client.ts";
import { DOWNGRADE_BYTES_MAX, SIP_LIMITS } from "../../lib/sip/limits.ts";
import { DOWNGRADE_BYTES_MAX as TRUSTED_MAX } from "../../lib/trust/downgrade.ts";
import { frameOf, readRest, request } from "./hand_made.ts";
import {
  base64Url,
  clock,
  disk,
  faultOf,
  makeMachine,
  pause,
  someBytes,
} from "./things.ts";
import {
  dial,
  knowing,
  makeClient,
  playServer,
  served,
  serverAt,
} from "./world.ts";

const machine = makeMachine(1);
const stranger = makeMachine(2);
const client = makeClient(machine);
const SHA256 = "ab".repeat(32);

Deno.test("SipClient fetches the downgrade statement of a package, and no other", async () => {
  await using world = await knowing(machine);
  const server = world.server(machine);
  for (const size of [1, 700, DOWNGRADE_BYTES_MAX]) {
    const statement = someBytes(size);
    world.house.downgrades.set(SHA256, statement);
    const fetched = await client.fetchDowngrade({ server, sha256: SHA256 });
    assertEquals(fetched, { ok: true, value: statement });
  }
  const other = await client.fetchDowngrade({
    server,
    sha256: "ac".repeat(32),
  });
  assertEquals(other, { ok: true, value: null });
  const refused = await world.noted(({ kind }) => kind === "refused");
  assertEquals([refused.word, refused.reason], ["declasse", "absent"]);
  const done = await world.noted(({ kind }) => kind === "done");
  assertEquals([done.word, done.bytes], ["declasse", 1]);
});

Deno.test("DOWNGRADE_BYTES_MAX is what a reader of statements takes", () => {
  assertEquals(DOWNGRADE_BYTES_MAX, TRUSTED_MAX);
});

Deno.test("SipClient takes no downgrade statement of an absurd length, S-08", async () => {
  for (
    const bytes of [
      Uint8Array.of(0, 0, 0, 0),
      Uint8Array.of(255, 255, 255, 255),
      frameOf("[OK]"),
      frameOf(`[OK{${DOWNGRADE_BYTES_MAX + 1}}]`),
      frameOf(`[OK{${Number.MAX_SAFE_INTEGER}}]`),
    ]
  ) {
    using odd = playServer(machine, async (line) => {
      await line.write(bytes);
      await line.fill(new Uint8Array(1));
    });
    const { server } = odd;
    const fetched = await client.fetchDowngrade({ server, sha256: SHA256 });
    assertEquals(faultOf(fetched).reason, "network");
  }
});

Deno.test("SipClient tells a cut statement from none at all", async () => {
  using cut = playServer(machine, async (line) => {
    await line.write(frameOf("[OK{700}]"));
    await line.write(someBytes(699));
  });
  const { server } = cut;
  const fetched = await client.fetchDowngrade({ server, sha256: SHA256 });
  const { reason, detail } = faultOf(fetched);
  assertEquals(reason, "network");
  assert(detail.includes("Cannot fetch the downgrade statement"), detail);
});

Deno.test("serveSip gives no downgrade statement to a stranger, S-16", async () => {
  await using world = await knowing(machine);
  world.house.downgrades.set(SHA256, someBytes(700));
  const line = await dial(world.address);
  await request(line, stranger, `[declasse{${base64Url(SHA256)}}]`);
  assertEquals((await readRest(line)).length, 0);
  const note = await world.noted(() => true);
  assertEquals([note.kind, note.machine], ["stranger", null]);
  await served(world, machine);
});

Deno.test("serveSip counts a downgrade statement as a transfer, S-14", async () => {
  await using world = await knowing(machine, { transfersMax: 0 });
  const server = world.server(machine);
  const fetched = await client.fetchDowngrade({ server, sha256: SHA256 });
  assertEquals(faultOf(fetched).reason, "later");
});

Deno.test("SipClient that is closed waits for no connection, and makes none", async () => {
  // Connects when it is told to, which is never: a host that is off.
  let closed = 0;
  const late = Promise.withResolvers<never>();
  const streams = realStreams();
  const stopping = new SipClient({
    streams: { ...streams, connect: () => late.promise },
    disk,
    clock,
    limits: SIP_LIMITS,
    identity: machine,
  });
  const server = serverAt({ hostname: "127.0.0.1", port: 1 }, machine);
  const waiting = stopping.fetchPublishers({ server });
  await pause(10);
  stopping.close();
  const first = faultOf(await waiting);
  assert(first.detail.includes("The agent is stopping"), first.detail);
  // What connects after all is closed, and not left to itself.
  late.resolve({ close: () => closed++ } as never);
  await pause(10);
  assertEquals(closed, 1);
  const second = faultOf(await stopping.fetchPublishers({ server }));
  assert(second.detail.includes("The agent is stopping"), second.detail);
});
