/**
 * Junk under an honest end's address: whoever can send can claim any source,
 * and must not take anybody's voice away by it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FAILURES_BURST } from "../../lib/sep/bucket.ts";
import type { Address } from "../../lib/host/datagrams.ts";
import { headerOf } from "./forge.ts";
import { encodeDatagram } from "../../lib/sep/datagram.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { installOrder, keyOf, SERVER_AT } from "./props.ts";
import { onStage, type Stage } from "./stage.ts";

/** Fills a bucket: right in form and fleet, of who has no filter key. */
async function junk(
  stage: Stage,
  from: Address,
  to: Address,
): Promise<void> {
  const fromServer = from === SERVER_AT;
  const keys = { filterKey: new Uint8Array(32), signer: keyOf(99) };
  const bytes = encodeDatagram(headerOf({ fromServer }), utf8("[OK]"), keys);
  for (let count = 0; count < 2 * FAILURES_BURST; count++) {
    stage.network.inject(bytes, from, to);
  }
  await stage.clock.advance(1);
}

Deno.test("Endpoints hear their sessions through junk in each other's name, F-04", async () => {
  await onStage({}, async (stage) => {
    const { machine, server } = stage;
    await stage.round();
    await junk(stage, machine.at, SERVER_AT);
    await junk(stage, SERVER_AT, machine.at);
    // Both buckets are full, or this shows nothing.
    const before = [server.dropped, machine.endpoint.dropped];
    assertEquals(before.every(({ bucket = 0 }) => bucket > 0), true);
    const order = installOrder(1n);
    const opening = { word: "install", order, deadlineMs: 5_000 } as const;
    const outcome = await stage.until(server.converse(machine.id, opening));
    assertEquals(outcome.kind, "done");
    await junk(stage, machine.at, SERVER_AT);
    await junk(stage, SERVER_AT, machine.at);
    const heard = await stage.until(machine.endpoint.ping([SERVER_AT]));
    assertEquals(heard.kind, "alive");
  });
});
