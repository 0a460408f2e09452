/**
 * The six messages of flow 1a in all 720 orders.
 *
 * The same seed makes the same datagrams, so what one run recorded can be
 * delivered to the two ends of another in any order, even in one where a
 * message arrives before it was sent.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Passing } from "../fakes/fake_network.ts";
import { need } from "./need.ts";
import { EVERYONE, SERVER_AT, SIP_AT } from "./props.ts";
import { onStage, type Stage, wordOf } from "./stage.ts";

/** What flow 1a says, from the seed that every stage here has. */
async function record(): Promise<readonly Passing[]> {
  let sent: readonly Passing[] = [];
  await onStage({}, async (stage) => {
    await stage.round();
    sent = [...stage.network.sent];
  });
  return sent;
}

/** All orders of so many things. */
function ordersOf(count: number): number[][] {
  if (count === 0) return [[]];
  return ordersOf(count - 1).flatMap((order) =>
    Array.from(
      { length: count },
      (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)],
    )
  );
}

/** Do these come one after the other in the order? */
function inTurn(order: readonly number[], ...wanted: number[]): boolean {
  const places = wanted.map((one) => order.indexOf(one));
  return places.every((place, index) => place >= (places[index - 1] ?? -1));
}

/** Delivers the recorded datagrams in this order, and nothing else. */
async function deliver(
  stage: Stage,
  recorded: readonly Passing[],
  order: readonly number[],
): Promise<void> {
  stage.network.fate = () => 0;
  void stage.server.round([{ to: EVERYONE, sep: SERVER_AT, sip: SIP_AT }], 0);
  for (const index of order) {
    stage.network.replay(need(recorded[index], "datagram"));
    await stage.clock.advance(0);
  }
}

Deno.test("Of 720 orders of flow 1a only the right one completes, C-04", async () => {
  const recorded = await record();
  assertEquals(recorded.map(wordOf), [
    ...["S ping", "M echo", "S OK", "M identifie", "S identifiant", "M OK"],
  ]);
  let complete = 0;
  let possible = 0;
  for (const order of ordersOf(6)) {
    await onStage({}, async (stage) => {
      await deliver(stage, recorded, order);
      // Each end hears three of the six. It completes when its own three come
      // in turn, and else has no session: nothing else makes one.
      const machineEnds = inTurn(order, 0, 2, 4);
      const serverEnds = inTurn(order, 1, 3, 5);
      const { endpoint, id, house } = stage.machine;
      const own = endpoint.contact?.session ?? null;
      const theirs = stage.server.sessionOf(id);
      assertEquals(own !== null, machineEnds, `order ${order}`);
      assertEquals(theirs !== null, serverEnds, `order ${order}`);
      assertEquals(house.standings.length, machineEnds ? 1 : 0);
      if (!machineEnds || !serverEnds) return;
      complete++;
      assertEquals(own, theirs);
      // A message cannot arrive before what it answers did.
      if (inTurn(order, 0, 1, 2, 3, 4, 5)) possible++;
    });
  }
  assertEquals({ complete, possible }, { complete: 20, possible: 1 });
});

Deno.test("Messages of flow 1a out of turn are met with silence, C-04", async () => {
  const recorded = await record();
  const answers = new Map([[0, "M echo"], [1, "S OK"], [2, "M identifie"]]);
  for (const order of [[2, 0], [4, 0, 2], [3, 1], [5, 3, 1], [4, 2, 0]]) {
    await onStage({}, async (stage) => {
      await deliver(stage, recorded, order);
      const said = stage.words().slice(1);
      const expected = order.filter((index) =>
        index < 2 || order.indexOf(index - 2) < order.indexOf(index) &&
          order.includes(index - 2)
      ).map((index) => answers.get(index));
      assertEquals(said, expected, `order ${order}`);
      assert(!stage.identified);
    });
  }
});
