/**
 * Somebody who holds the fleet's filter key, as every client does, and means
 * ill: what he sends costs others nothing, and the server as little as can be.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FAILURES_BURST } from "../../lib/sep/bucket.ts";
import { CALL_EVERY_MS } from "../../lib/sep/limits.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { machineSays, refilter } from "./forge.ts";
import { need } from "./need.ts";
import { ELSEWHERE, keyOf, SERVER_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

const FLOOD = 2_000;
const ROGUE = keyOf(66);
const CALL = {
  word: "ping",
  args: { key: ROGUE.publicKey, serial: 1n },
} as const;

/** A machine of the fleet is ordered to tell its list, and one more is found. */
async function assertOthersAreServed(stage: Stage): Promise<void> {
  const { server, machine: { id } } = stage;
  const opening = { word: "dliste", sha256: "" } as const;
  const outcome = await stage.until(server.converse(id, opening));
  assertEquals(outcome, { kind: "list", coming: true });
  const late = stage.addMachine();
  const call = await stage.until(late.endpoint.ping([SERVER_AT]));
  assertEquals(call, { kind: "session", accepted: true });
}

Deno.test("A server stops listening to who forges signatures under a good filter, F-05", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const chance = new FakeRandomness(5);
    const good = machineSays(ROGUE, CALL, {});
    for (let count = 0; count < FLOOD; count++) {
      const forged = good.slice();
      forged.set(chance.bytes(16), 32);
      stage.network.inject(refilter(forged), ELSEWHERE, SERVER_AT);
    }
    await stage.clock.advance(0);
    assertEquals(stage.server.dropped, {
      signature: FAILURES_BURST,
      bucket: FLOOD - FAILURES_BURST,
    });
    assertEquals(stage.network.sent, []);
    await assertOthersAreServed(stage);
  }));

Deno.test("A server verifies one call of a machine in its time, however many are good, F-05", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const chance = new FakeRandomness(6);
    // His own key, a new conversation each time: nothing of it is forged.
    for (let count = 0; count < 100; count++) {
      const conversation = chance.bytes(16);
      const bytes = machineSays(ROGUE, CALL, { conversation });
      stage.network.inject(bytes, ELSEWHERE, SERVER_AT);
      await stage.clock.advance(0);
    }
    assertEquals(stage.server.dropped, { place: 99 });
    assertEquals(stage.network.sent.map(wordOf), ["S echo"]);
    await stage.clock.advance(CALL_EVERY_MS);
    const again = machineSays(ROGUE, CALL, { conversation: chance.bytes(16) });
    stage.network.inject(again, ELSEWHERE, SERVER_AT);
    await stage.clock.advance(0);
    assertEquals(stage.network.sent.map(wordOf), ["S echo", "S echo"]);
    await assertOthersAreServed(stage);
  }));

Deno.test("A server verifies no call of a session twice, whoever repeats it, F-05", () =>
  onStage({}, async (stage) => {
    await stage.discover();
    const { endpoint } = stage.machine;
    await stage.until(endpoint.ping([SERVER_AT]));
    const call = need(stage.network.sent.splice(0)[0], "ping");
    // When its conversation is forgotten, too.
    await stage.clock.advance(60_000);
    for (let count = 0; count < FLOOD; count++) {
      stage.network.inject(call.bytes, ELSEWHERE, SERVER_AT);
    }
    await stage.clock.advance(0);
    assertEquals(stage.server.dropped, { place: FLOOD });
    assertEquals(stage.network.sent, []);
    await assertOthersAreServed(stage);
  }));
