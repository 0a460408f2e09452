/**
 * The way back to an older package, as the agent's hands go it: the server
 * orders it, and only the publisher's word on SiP allows it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { signDowngrade } from "../../lib/trust/downgrade.ts";
import { PUBLISHER, type Sample, STRANGER } from "../ieo/samples.ts";
import { inUse, makePlace, orderOf, type Place, V1, V2 } from "./hands.ts";

const HOUR_MS = 3_600_000;
const momentOf = (ms: number) =>
  new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** A statement that allows `tool` these versions, from now for so long. */
function statementFor(
  versions: string[],
  { key = PUBLISHER, forMs = HOUR_MS } = {},
) {
  const nowMs = Date.now();
  return signDowngrade(key, {
    format: 1,
    name: "tool",
    versions,
    issued: momentOf(nowMs - 2 * HOUR_MS),
    expires: momentOf(nowMs + forMs),
  });
}

async function withBothInstalled(
  use: (
    place: Place,
    /** Orders the first version, or another; tells how it ended. */
    order: (id: bigint, sample?: Sample) => Promise<string>,
  ) => Promise<void>,
) {
  await using place = await makePlace();
  await place.offer(V1);
  await place.offer(V2);
  await using hands = await place.start();
  await hands.worker.install(orderOf(V2, 1n));
  await use(place, async (id, sample = V1) => {
    const told = await hands.worker.install(orderOf(sample, id));
    return told.reason ?? told.version;
  });
}

Deno.test("Worker goes back to a lower serial once, by its publisher's word, I-16", async () => {
  await withBothInstalled(async (place, order) => {
    const { downgrades } = place.world.house;
    assertEquals(await order(2n), "downgrade");
    assertEquals(inUse(place), "two\n");
    downgrades.set(V1.ordered.sha256, statementFor(["1.0"]));
    assertEquals(await order(3n), "1.0");
    assertEquals(inUse(place), "one\n");
    // It was for one step, and not for every one of this hour.
    assertEquals(await order(4n, V2), "2.0");
    assertEquals(await order(5n), "downgrade");
    assertEquals(inUse(place), "two\n");
    assertEquals(place.downloads(), []);
  });
});

Deno.test("Worker goes back by no statement of a stranger, of another version, or that expired, I-16", async () => {
  await withBothInstalled(async (place, order) => {
    const wrong = [
      statementFor(["1.0"], { key: STRANGER }),
      statementFor(["1.1"]),
      statementFor(["1.0"], { forMs: -HOUR_MS }),
      new Uint8Array([0x7b, 0x7d]),
    ];
    for (const [index, statement] of wrong.entries()) {
      place.world.house.downgrades.set(V1.ordered.sha256, statement);
      assertEquals(await order(BigInt(index + 2)), "downgrade");
    }
    assertEquals(inUse(place), "two\n");
  });
});

Deno.test("Worker that cannot ask for the statement may be asked again", async () => {
  await withBothInstalled(async (place, order) => {
    place.world.house.downgrade = () => {
      throw new Error("The store is closed");
    };
    assertEquals(await order(2n), "system");
    const note = await place.world.noted(({ kind }) => kind === "fault");
    assert(note.detail.includes("The store is closed"), note.detail);
    assertEquals(inUse(place), "two\n");
    // The package is good, and is not fetched a second time.
    assertEquals(place.downloads().length, 1);
  });
});
