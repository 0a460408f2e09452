/**
 * What the agent's hands do with full disks, with restarts and with being
 * stopped: real files, real TLS.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { goodPackage } from "../ieo/samples.ts";
import { disk as realDisk, pause } from "../sip/things.ts";
import { inUse, makePlace, orderOf, V1, V2, withByteChanged } from "./hands.ts";

for (const percent of [0, 50, 99]) {
  Deno.test(`Worker whose disk is full at ${percent} % of the download leaves nothing of it, S-13`, async () => {
    await using place = await makePlace();
    const big = goodPackage(
      { "bin/tool": "three\n", "data": noise(400_000) },
      { name: "tool", version: "3.0", serial: 3 },
    );
    await place.offer(V1);
    await place.offer(big);
    const full = fullAfter(big.bytes.length * percent / 100);
    await using hands = await place.start({ disk: full.disk });
    const first = await hands.worker.install(orderOf(V1, 1n));
    assertEquals(first.reason, null, first.note);
    full.begin();
    const told = await hands.worker.install(orderOf(big, 2n));
    assertEquals(told.reason, "disk", told.note);
    assertEquals(inUse(place), "one\n");
    assertEquals(place.downloads(), []);
    // With room again the next attempt works.
    full.end();
    const again = await hands.worker.install(orderOf(big, 2n, 2));
    assertEquals(again, { reason: null, version: "3.0", note: "" });
    assertEquals(inUse(place), "three\n");
    assertEquals(place.downloads(), []);
  });
}

Deno.test("Worker whose disk is full for the journal says so, and changes nothing, S-13", async () => {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2);
  const full = fullAfter(0, "/journal");
  await using hands = await place.start({ disk: full.disk });
  await hands.worker.install(orderOf(V1, 1n));
  const before = place.programs();
  full.begin();
  const told = await hands.worker.install(orderOf(V2, 2n));
  assertEquals(told.reason, "disk", told.note);
  assertEquals(place.programs(), before);
  assertEquals(place.downloads(), []);
  // Nothing could be recorded, so the same attempt is simply tried again.
  full.end();
  const again = await hands.worker.install(orderOf(V2, 2n));
  assertEquals(again, { reason: null, version: "2.0", note: "" });
});

Deno.test("Worker gives the package's room back when there is none to unpack it, S-13", async () => {
  await using place = await makePlace();
  await place.offer(V2);
  const disk: Disk = {
    ...realDisk,
    // Room for the download, and not for what the installer asks for.
    spaceFree: () => Promise.resolve(V2.bytes.length + 1),
  };
  await using hands = await place.start({ disk });
  const told = await hands.worker.install(orderOf(V2, 1n));
  assertEquals(told.reason, "disk", told.note);
  assertEquals(place.downloads(), []);
  assertEquals(inUse(place), "");
});

Deno.test("Worker tells after a restart what it would have told, C-16, C-02", async () => {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2, withByteChanged(V2, 7));
  const orders = [orderOf(V1, 1n), orderOf(V2, 2n)] as const;
  const told = [];
  {
    await using hands = await place.start();
    for (const order of orders) told.push(await hands.worker.install(order));
    assert(await hands.installer.owns("tool", "1.0"));
  }
  assertEquals(told.map(({ reason }) => reason), [null, "hash"]);
  assert(told[1]?.note !== "");
  await using hands = await place.start();
  const transfers = place.world.notes.length;
  for (const [index, order] of orders.entries()) {
    assertEquals(await hands.worker.install(order), told[index]);
  }
  assert(await hands.installer.owns("tool", "1.0"));
  assertEquals(place.world.notes.length, transfers, "nothing was fetched");
});

Deno.test("Worker goes back to the version before, and forward again, with no server", async () => {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2);
  {
    await using hands = await place.start();
    await hands.worker.install(orderOf(V1, 1n));
    await hands.worker.install(orderOf(V2, 2n));
  }
  assertEquals(inUse(place), "two\n");
  place.world.service.close();
  await using hands = await place.start();
  const { order, ...named } = orderOf(V1, 3n);
  const how = "retour" as const;
  const back = { ...named, order, version: "*", how };
  const told = await hands.worker.install(back);
  assertEquals([told.reason, told.version], [null, "1.0"], told.note);
  assertEquals(inUse(place), "one\n");
  assertEquals(await hands.worker.install(back), told);
  assertEquals(inUse(place), "one\n");
  const other = await hands.worker.install({
    ...back,
    order: 4n,
    version: "0.9",
  });
  assertEquals(other.reason, "absent", other.note);
  assertEquals(inUse(place), "one\n");
  // The version that was left is the one that is kept now.
  const forward = await hands.worker.install({ ...back, order: 5n });
  assertEquals([forward.reason, forward.version], [null, "2.0"]);
  assertEquals(inUse(place), "two\n");
});

Deno.test("Worker that is stopped in a download ends at once, and goes on at the next start", async () => {
  await using place = await makePlace();
  const big = goodPackage(
    { "bin/tool": "three\n", "data": noise(4_000_000) },
    { name: "tool", version: "3.0", serial: 3 },
  );
  await place.offer(big);
  const slow = slowDisk(20);
  {
    await using hands = await place.start({ disk: slow });
    const working = hands.worker.install(orderOf(big, 1n));
    while (!(hands.worker.doing ?? "").includes("%")) await pause(5);
    const startedMs = performance.now();
    hands.worker.stop();
    hands.link.close();
    const told = await working;
    assertEquals(told.reason, "network", told.note);
    const tookMs = performance.now() - startedMs;
    assert(tookMs < 2_000, `It took ${tookMs} ms`);
    assertEquals(hands.installer.resultOf(1n, 1), null);
  }
  const [part = ""] = place.downloads();
  assert(part.startsWith(big.ordered.sha256), part);
  await using hands = await place.start();
  const told = await hands.worker.install(orderOf(big, 1n));
  assertEquals(told, { reason: null, version: "3.0", note: "" });
  const sent = place.world.house.bytesMovedTotal;
  assert(sent < 1.9 * big.bytes.length, `${sent} bytes of ${big.bytes.length}`);
  assertEquals(place.downloads(), []);
});

/** Text that does not compress much. */
function noise(chars: number): string {
  let text = "";
  for (let state = 1; text.length < chars;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, chars);
}

/** A disk that takes so many bytes of such files once `begin` was called. */
function fullAfter(bytesMax: number, ending = ".part") {
  let left = Infinity;
  const disk: Disk = {
    ...realDisk,
    spaceFree: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
    async open(path, options) {
      const file = await realDisk.open(path, options);
      if (!path.endsWith(ending)) return file;
      return {
        ...file,
        write(bytes) {
          left -= bytes.length;
          if (left >= 0) return file.write(bytes);
          return Promise.reject(
            new Error("No space left on device (os error 28)"),
          );
        },
      };
    },
  };
  return {
    disk,
    begin: () => void (left = bytesMax),
    end: () => void (left = Infinity),
  };
}

/** A disk on which a block of a part takes so long. */
function slowDisk(blockMs: number): Disk {
  return {
    ...realDisk,
    async open(path, options) {
      const file = await realDisk.open(path, options);
      if (!path.endsWith(".part")) return file;
      return {
        ...file,
        async write(bytes) {
          await pause(blockMs);
          await file.write(bytes);
        },
      };
    },
  };
}

Deno.test("Worker asks for the publishers' list once in a session, although no ping told of one, K-07", async () => {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2);
  const { house } = place.world;
  const publishers = house.publishers.bind(house);
  let asked = 0;
  house.publishers = () => {
    asked++;
    return publishers();
  };
  await using hands = await place.start();
  await hands.worker.install(orderOf(V1, 1n));
  assertEquals(asked, 1);
  await hands.worker.install(orderOf(V2, 2n));
  assertEquals(asked, 1);
});
