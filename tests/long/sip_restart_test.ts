/** A hundred machines download over real TLS, and the server is restarted. */

import { assert, assertEquals } from "@std/assert";
import { faultOf, hexHash, makeMachine, someBytes } from "../sip/things.ts";
import { makeClient, makeWorld } from "../sip/world.ts";

const MACHINES = 100;
/** More than what the system's buffers bring home after the cut. */
const FILE = someBytes(12 * 1_048_576, 4);

Deno.test("serveSip restarted during a hundred transfers: all of them resume, S-20", async () => {
  await using world = await makeWorld({
    transfersMax: MACHINES,
    strangersMax: 2 * MACHINES,
  });
  const sha256 = await world.house.publish(FILE, someBytes(400, 3));
  const allBegan = Promise.withResolvers<void>();
  let begun = 0;
  const downloads = Array.from({ length: MACHINES }, async (_, number) => {
    const machine = makeMachine(number + 1);
    world.house.know(machine);
    const client = makeClient(machine);
    const partPath = `${world.directory}/part${number}`;
    let [seen, cuts] = [0, 0];
    for (;;) {
      const outcome = await client.downloadPackage({
        server: world.server(machine),
        sha256,
        size: FILE.length,
        partPath,
        onProgress(bytes) {
          if (seen === 0 && ++begun === MACHINES) allBegan.resolve();
          seen = bytes;
        },
      });
      if (outcome.ok) break;
      assertEquals(faultOf(outcome).reason, "network");
      cuts++;
    }
    assertEquals(hexHash(await Deno.readFile(partPath)), sha256);
    await Deno.remove(partPath);
    return cuts;
  });
  await allBegan.promise;
  await world.restart();
  const cut = (await Promise.all(downloads)).filter((cuts) => cuts > 0).length;
  assert(cut > MACHINES / 2, `only ${cut} transfers were cut`);
  // What was sent twice is what was under way at the cut, not the files.
  const twice = world.house.bytesMovedTotal - FILE.length * MACHINES;
  assert(twice < FILE.length * MACHINES / 2, `${twice} bytes sent twice`);
});
