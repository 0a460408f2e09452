/**
 * What the agent's hands do with packages that are not what they should be:
 * real files, real TLS, and a server that has anything to offer but a
 * publisher's key.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import {
  goodPackage,
  PUBLISHER,
  PUBLISHERS,
  type Sample,
  STRANGER,
} from "../ieo/samples.ts";
import {
  makePlace,
  orderOf,
  type Place,
  V1,
  V2,
  withByteChanged,
} from "./hands.ts";

/** Version 1 is there; `order` is refused so, and nothing of it is left. */
async function refusesIt(
  place: Place,
  sample: Sample,
  { reason, says, publishers = PUBLISHERS }: {
    readonly reason: string;
    readonly says: RegExp;
    readonly publishers?: typeof PUBLISHERS;
  },
): Promise<void> {
  await place.offer(V1);
  {
    await using hands = await place.start();
    const first = await hands.worker.install(orderOf(V1, 1n));
    assertEquals(first.reason, null, first.note);
  }
  const before = place.programs();
  await using hands = await place.start({ publishers });
  const told = await hands.worker.install(orderOf(sample, 2n));
  assertEquals([told.reason, told.version], [reason, ""], told.note);
  assert(says.test(told.note), told.note);
  assertEquals(place.programs(), before);
  assertEquals(place.downloads(), []);
  // The same attempt again is not tried, and has the same note.
  const transfers = place.world.notes.length;
  assertEquals(await hands.worker.install(orderOf(sample, 2n)), told);
  assertEquals(place.world.notes.length, transfers);
}

for (
  const [where, at] of [["first", 0], ["middle", 150], ["last", -1]] as const
) {
  Deno.test(`Worker refuses a package whose ${where} byte is another, S-10`, async () => {
    await using place = await makePlace();
    const index = at < 0 ? V2.bytes.length - 1 : at;
    await place.offer(V2, withByteChanged(V2, index));
    await refusesIt(place, V2, { reason: "hash", says: /what came is/ });
  });
}

Deno.test("Worker refuses another package of the ordered size and hash, S-10", async () => {
  // A server whose key was stolen orders what it has; the statement does not.
  await using place = await makePlace();
  const other = goodPackage(
    { "bin/tool": "evil\n" },
    { name: "tool", version: "2.0", serial: 2 },
  );
  const forged = { ...other, statement: V2.statement };
  await place.offer(forged);
  await refusesIt(place, forged, { reason: "hash", says: /statement's s/ });
});

Deno.test("Worker refuses a package of another name or version than ordered, S-11", async () => {
  for (const naming of [{ name: "other" }, { version: "3.0" }]) {
    await using place = await makePlace();
    await place.offer(V2);
    const ordered = { ...V2.ordered, ...naming };
    await refusesIt(place, { ...V2, ordered }, {
      reason: "name",
      says: /statement's (name|version)/,
    });
  }
});

Deno.test("Worker refuses a statement that nobody, or somebody else, signed, S-12", async () => {
  const unsigned = V2.statement.slice();
  unsigned[unsigned.length - 20] = 0x41;
  const hooks = { format: 1, ...V2.ordered, serial: 2, hooks: true } as const;
  const key = toBase64Url(PUBLISHER.publicKey);
  const cases = [
    [new Uint8Array([0x7b]), PUBLISHERS, "signature"],
    [unsigned, PUBLISHERS, "signature"],
    [
      signStatement(STRANGER, { ...hooks, hooks: false }),
      PUBLISHERS,
      "publisher",
    ],
    [V2.statement, { ...PUBLISHERS, revoked: [key] }, "revoked"],
    [signStatement(PUBLISHER, hooks), PUBLISHERS, "publisher"],
    [
      V2.statement,
      { ...PUBLISHERS, publishers: [{ key, names: ["x"], hooks: true }] },
      "name",
    ],
  ] as const;
  for (const [statement, publishers, reason] of cases) {
    await using place = await makePlace();
    const sample = { ...V2, statement };
    await place.offer(sample);
    const says = /its statement /;
    await refusesIt(place, sample, { reason, says, publishers });
  }
});
