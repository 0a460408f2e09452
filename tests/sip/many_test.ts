/** Many machines at once, over real TLS: in turn, and over a restart. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { faultOf, hexHash, makeMachine, someBytes } from "./things.ts";
import { makeClient, makeWorld } from "./world.ts";

const KIB_64 = 65_536;
const FILE = someBytes(3 * KIB_64);
const STATEMENT = someBytes(400, 3);

Deno.test("serveSip restarted during transfers: every machine resumes, S-20", async () => {
  await using world = await makeWorld({ transfersMax: 100 });
  // More than what the system's buffers bring home after the cut.
  const big = someBytes(24 * 1_048_576, 4);
  const sha256 = await world.house.publish(big, STATEMENT);
  const machines = Array.from({ length: 5 }, (_, n) => makeMachine(n + 1));
  const under = Promise.withResolvers<void>();
  let begun = 0;
  const downloads = machines.map(async (machine, number) => {
    world.house.know(machine);
    const client = makeClient(machine);
    const partPath = `${world.directory}/part${number}`;
    let cuts = 0;
    let seen = 0;
    for (;;) {
      const outcome = await client.downloadPackage({
        server: world.server(machine),
        sha256,
        size: big.length,
        partPath,
        onProgress: (bytes) => {
          if (seen === 0 && ++begun === machines.length) under.resolve();
          seen = bytes;
        },
      });
      if (outcome.ok) break;
      assertEquals(faultOf(outcome).reason, "network");
      cuts += 1;
    }
    assertEquals(hexHash(await Deno.readFile(partPath)), sha256);
    return cuts;
  });
  await under.promise;
  await world.restart();
  const cuts = await Promise.all(downloads);
  assertNotEquals(Math.max(...cuts), 0);
  // What was sent twice is what was under way at the cut, not the files.
  const twice = world.house.bytesMovedTotal - big.length * machines.length;
  assert(twice < big.length * machines.length / 2, `${twice} bytes sent twice`);
});

Deno.test("serveSip lets 200 machines in a few at a time, S-14", async () => {
  const transfersMax = 8;
  await using world = await makeWorld({ transfersMax });
  const sha256 = await world.house.publish(FILE, STATEMENT);
  let most = 0;
  const find = world.house.package.bind(world.house);
  world.house.package = (sha256) => {
    most = Math.max(most, world.service.transfers);
    return find(sha256);
  };
  let later = 0;
  await Promise.all(Array.from({ length: 200 }, async (_, number) => {
    const machine = makeMachine(number);
    world.house.know(machine);
    const client = makeClient(machine);
    for (;;) {
      const outcome = await client.downloadPackage({
        server: world.server(machine),
        sha256,
        size: FILE.length,
        partPath: `${world.directory}/part${number}`,
      });
      if (outcome.ok) return;
      assertEquals(faultOf(outcome).reason, "later");
      later += 1;
      await new Promise((resolve) =>
        setTimeout(resolve, 1_000 * Math.random())
      );
    }
  }));
  assertEquals(most, transfersMax);
  assert(later > 0);
  assertEquals(world.service.transfers, 0);
});
