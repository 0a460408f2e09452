/** A package whose file is deleted or cut short while machines download it. */

import { assert, assertEquals } from "@std/assert";
import { faultOf, hexHash, makeMachine, someBytes } from "./things.ts";
import { knowing, makeClient } from "./world.ts";

const machine = makeMachine();
const client = makeClient(machine);
/** More than the buffers between the two ends hold. */
const FILE = someBytes(24 * 1_048_576);

/** A download; `spoil` is called with the server's file when it has begun. */
async function download(spoil: (path: string) => void) {
  const world = await knowing(machine);
  const sha256 = await world.house.publish(FILE, someBytes(400, 3));
  const partPath = `${world.directory}/part`;
  const wish = {
    ...{ server: world.server(machine), sha256, size: FILE.length, partPath },
  };
  let isSpoilt = false;
  const outcome = await client.downloadPackage({
    ...wish,
    onProgress() {
      if (!isSpoilt) spoil(world.house.pathOf(sha256));
      isSpoilt = true;
    },
  });
  assert(isSpoilt);
  return { world, wish, outcome };
}

Deno.test("serveSip ends the transfer of a package that is deleted under it, and fails the next cleanly, B-10", async () => {
  const { world, wish, outcome } = await download((path) =>
    Deno.removeSync(path)
  );
  await using _ = world;
  assert(outcome.ok, Deno.inspect(outcome));
  assertEquals(hexHash(await Deno.readFile(wish.partPath)), wish.sha256);
  await Deno.remove(wish.partPath);
  assertEquals(faultOf(await client.downloadPackage(wish)).reason, "system");
  assertEquals(world.service.transfers, 0);
  const other = await client.fetchPublishers({ server: wish.server });
  assert(other.ok, "the server serves on");
});

Deno.test("serveSip fails the transfer of a package that is cut short under it, B-10", async () => {
  const { world, wish, outcome } = await download((path) =>
    Deno.truncateSync(path, 1_048_576)
  );
  await using _ = world;
  // What came is kept: a good file on the server lets it go on.
  assertEquals(faultOf(outcome).reason, "network");
  assertEquals(world.service.transfers, 0);
  await world.house.publish(FILE, someBytes(400, 3));
  assert((await client.downloadPackage(wish)).ok);
  assertEquals(hexHash(await Deno.readFile(wish.partPath)), wish.sha256);
});
