/** The registry: states, who was heard, and what is saved of it. */

import { assertEquals } from "@std/assert";
import type { MachineRecord } from "../../../lib/server/shapes/machine.ts";
import { Registry } from "../../../lib/server/machines/registry.ts";
import type { Write } from "../../../lib/server/store/store.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { machine } from "../examples.ts";

const FROM = { hostname: "127.0.0.9", port: 2013 };
const ada = machine("ada");
const bob = machine("bob", { macs: ["02:00:00:00:00:0b"] });

function open(...records: MachineRecord[]) {
  const clock = new FakeClock();
  const awake: string[] = [];
  const writes: Write[] = [];
  const registry = new Registry({
    clock,
    writer: {
      commit(given) {
        writes.push(...given);
        return Promise.resolve();
      },
    },
    missedMax: 3,
    conflictMs: 60_000,
    listAtMs: () => null,
    awake: (id) => awake.push(id),
  }, records);
  return { registry, clock, awake, writes };
}

Deno.test("Registry calls nobody alive who was not heard", () => {
  const { registry } = open(ada, machine("p", { status: "pending" }));
  assertEquals(registry.stateOf(ada.id), "dead");
  assertEquals(registry.stateOf("nobody"), null);
  assertEquals(registry.counts(), {
    ...{ alive: 0, dead: 1, pending: 1, revoked: 0, conflict: 0 },
  });
});

Deno.test("Registry wakes an approved machine once, when it is heard", () => {
  const pending = machine("p", { status: "pending" });
  const { registry, awake, clock } = open(ada, pending);
  registry.heard(ada.id, FROM);
  registry.heard(ada.id, FROM);
  registry.heard(pending.id, FROM);
  registry.heard("nobody", FROM);
  assertEquals(awake, [ada.id]);
  assertEquals(registry.stateOf(ada.id), "alive");
  assertEquals(registry.stateOf(pending.id), "pending");
  const { address, lastSeenMs } = registry.get(ada.id) ?? ada;
  assertEquals([address, lastSeenMs], [FROM, clock.wallMs()]);
});

Deno.test("Registry counts rounds, and asks who missed three", () => {
  const { registry } = open(ada, bob);
  registry.heard(ada.id, FROM);
  registry.heard(bob.id, FROM);
  assertEquals(registry.countRound(), { found: 2, expected: 2, ask: [] });
  for (let round = 1; round <= 2; round++) {
    registry.heard(bob.id, FROM);
    assertEquals(registry.countRound(), { found: 1, expected: 2, ask: [] });
  }
  registry.heard(bob.id, FROM);
  assertEquals(registry.countRound().ask, [ada.id]);
  // Shown alive until the unicast ping has failed too.
  assertEquals(registry.stateOf(ada.id), "alive");
  assertEquals(registry.silent(ada.id), true);
  assertEquals(registry.stateOf(ada.id), "dead");
  assertEquals(registry.silent(ada.id), false);
  registry.heard(bob.id, FROM);
  assertEquals(registry.countRound(), { found: 1, expected: 1, ask: [] });
});

Deno.test("Registry shows a conflict until it was not seen for a while, N-06", async () => {
  const { registry, clock } = open(ada);
  registry.heard(ada.id, FROM);
  registry.conflict(ada.id);
  assertEquals(registry.stateOf(ada.id), "conflict");
  await clock.advance(50_000);
  registry.conflict(ada.id);
  await clock.advance(50_000);
  assertEquals(registry.stateOf(ada.id), "conflict");
  await clock.advance(10_001);
  assertEquals(registry.stateOf(ada.id), "alive");
  // A jump of the wall clock ends or prolongs nothing (N-03).
  registry.conflict(ada.id);
  clock.wallOffsetMs += 10 ** 10;
  assertEquals(registry.stateOf(ada.id), "conflict");
});

Deno.test("Registry saves who was seen, once", async () => {
  const { registry, writes, clock } = open(ada, bob);
  await registry.saveSeen();
  assertEquals(writes, []);
  registry.heard(ada.id, FROM);
  registry.heard(ada.id, FROM);
  await registry.saveSeen();
  await registry.saveSeen();
  assertEquals(writes, [{
    kind: "seen",
    machine: ada.id,
    lastSeenMs: clock.wallMs(),
    address: FROM,
  }]);
});

Deno.test("Registry forgets a name that was given up", () => {
  const { registry } = open(ada);
  assertEquals(registry.hasName("ada"), true);
  registry.put({ ...ada, name: "Lovelace" });
  assertEquals(
    [registry.hasName("ada"), registry.hasName("lovelace")],
    [false, true],
  );
  assertEquals(registry.size, 1);
});
