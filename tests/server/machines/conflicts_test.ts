/** When one key is in two places, and when a machine merely moved (N-06). */

import { assertEquals } from "@std/assert";
import { Conflicts } from "../../../lib/server/machines/conflicts.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const ADA = "ada";
const KNOWN = ["02:00:00:00:00:01"];
const STRANGE = ["02:00:00:00:00:99"];

function open() {
  const clock = new FakeClock();
  const conflicts = new Conflicts({ clock, conflictMs: 1_000 });
  return { clock, conflicts };
}

Deno.test("Conflicts makes nobody rekey for one sighting, N-06", async () => {
  const { clock, conflicts } = open();
  conflicts.sighted(ADA);
  assertEquals(conflicts.has(ADA), true);
  assertEquals(conflicts.mustRekey(ADA, STRANGE), false);
  await clock.advance(1_000);
  assertEquals(conflicts.has(ADA), false);
  conflicts.sighted(ADA);
  assertEquals(conflicts.mustRekey(ADA, STRANGE), false, "the old one is over");
});

Deno.test("Conflicts makes the stranger of two rekey, and anybody at last, N-06", () => {
  const { conflicts } = open();
  conflicts.introduced(ADA, "a", KNOWN);
  // The record holds what the last one said of itself.
  conflicts.introduced(ADA, "b", STRANGE);
  for (let sighting = 1; sighting <= 4; sighting++) {
    conflicts.sighted(ADA);
    assertEquals(
      [conflicts.mustRekey(ADA, STRANGE), conflicts.mustRekey(ADA, KNOWN)],
      [sighting >= 2, sighting >= 4],
    );
  }
  conflicts.settled(ADA);
  assertEquals([conflicts.has(ADA), conflicts.mustRekey(ADA, STRANGE)], [
    false,
    false,
  ]);
});

type Row = readonly [
  story: string,
  places: readonly string[],
  everyMs: number,
  mustRekey: boolean,
];

// deno-fmt-ignore
const ROWS: readonly Row[] = [
  ["stays where it is",                    ["a", "a", "a", "a", "a", "a"], 10,  false],
  ["has another address each time",        ["a", "b", "c", "d", "e", "f"], 10,  false],
  ["moves, and comes back",                ["a", "b", "a", "a", "a", "a"], 10,  false],
  ["is here, there, here and there",       ["a", "b", "a", "b"],           10,  true],
  ["does so, a round apart",               ["a", "b", "a", "b", "a", "b"], 400, true],
  ["does so, with rounds of rest between", ["a", "b", "a", "b", "a", "b"], 1_001, false],
];
for (const [story, places, everyMs, mustRekey] of ROWS) {
  Deno.test(`Conflicts: a machine that ${story}, N-06`, async () => {
    const { clock, conflicts } = open();
    for (const place of places) {
      conflicts.introduced(ADA, place, KNOWN);
      await clock.advance(everyMs);
    }
    assertEquals(conflicts.mustRekey(ADA, STRANGE), mustRekey);
  });
}
