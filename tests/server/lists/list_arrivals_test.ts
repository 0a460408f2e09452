/** Waiting for a list: what is told to whom, and when nobody waits longer. */

import { assertEquals } from "@std/assert";
import {
  ListArrivals,
  type ListEnding,
} from "../../../lib/server/lists/list_arrivals.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { ada, documentOf, send, sentOf, testLists } from "./lists_kit.ts";

testLists(
  "tell who waits that the list has come, or why not",
  async (bench) => {
    const lists = await bench.open();
    const good = lists.expect(ada.id);
    await send(lists, sentOf(documentOf("bash")));
    assertEquals(await good.within(1_000), { kind: "received" });
    const bad = lists.expect(ada.id).within(1_000);
    await send(lists, sentOf(utf8("not a list")));
    assertEquals(await bad, {
      kind: "list refused",
      reason: "package",
      why:
        "Cannot read the list: it is not JSON; a list is CycloneDX 1.6 in JSON",
    });
  },
);

Deno.test("ListArrivals waits as long as something moves, and no longer", async () => {
  const clock = new FakeClock();
  const arrivals = new ListArrivals(clock);
  const ended: ListEnding[] = [];
  void arrivals.expect("m").within(1_000).then((ending) => ended.push(ending));
  for (let count = 0; count < 5; count++) {
    await clock.advance(900);
    arrivals.moved("m");
  }
  assertEquals(ended, []);
  await clock.advance(1_001);
  assertEquals(ended, [{ kind: "not received" }]);
  assertEquals(clock.pending, 0);
});

Deno.test("ListArrivals tells nothing to who has dropped it, or another machine's", async () => {
  const clock = new FakeClock();
  const arrivals = new ListArrivals(clock);
  const told: string[] = [];
  const dropped = arrivals.expect("m");
  dropped.drop();
  void arrivals.expect("other").within(1_000).then(({ kind }) =>
    told.push(kind)
  );
  arrivals.over("m", null);
  await settle();
  assertEquals(told, []);
  arrivals.over("other", null);
  await settle();
  assertEquals(told, ["received"]);
});
