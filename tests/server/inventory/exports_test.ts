/** Exports that nobody reads any more, and how they let go of their moment. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Exports } from "../../../lib/server/inventory/exports.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { NOON_MS } from "../examples.ts";
import { ada, listed, put, putList } from "../store/store_kit.ts";
import { withStore } from "../temporary.ts";

const NOTHING = { beforeMs: NOON_MS * 2, listsMax: 0, linesMax: 0 };

/** A store with a long list and a past one, and exports of it. */
async function withExports(
  test: (
    given: { exports: Exports; store: Store; clock: FakeClock },
  ) => Promise<void>,
): Promise<void> {
  await withStore(async (store) => {
    const many = Array.from(
      { length: 5_000 },
      (_, at) => listed(`program-${at}`, "1"),
    );
    await store.commit([put(ada), ...putList(ada.id, [])]);
    await store.commit(putList(ada.id, many, { atMs: NOON_MS + 1 }));
    const clock = new FakeClock();
    const exports = new Exports({ store, clock, durationMsMax: 1_000 });
    await test({ exports, store, clock });
  });
}

/** Is history pruned, so that no snapshot is open? */
async function isFree(store: Store): Promise<boolean> {
  while (await store.prune(NOTHING));
  return (await store.listDates(ada.id)).length === 1;
}

Deno.test("Exports keep the history until the last byte is taken", () =>
  withExports(async ({ exports, store, clock }) => {
    const { body } = await exports.begin("json", [ada]);
    assertEquals(await isFree(store), false);
    const text = await new Response(body).text();
    assertEquals(JSON.parse(text)[0].programs.length, 5_000);
    assert(await isFree(store));
    assertEquals(clock.pending, 0);
  }));

Deno.test("Exports let go when nobody reads any more", () =>
  withExports(async ({ exports, store, clock }) => {
    const { body } = await exports.begin("csv", [ada]);
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    assert(await isFree(store));
    assertEquals(clock.pending, 0);
  }));

Deno.test("Exports break off what takes too long, read or not", () =>
  withExports(async ({ exports, store, clock }) => {
    const { body } = await exports.begin("cyclonedx", [ada]);
    await settle();
    await clock.advance(1_001);
    assert(await isFree(store));
    await assertRejects(
      () => new Response(body).text(),
      Error,
      "The export took too long",
    );
  }));

Deno.test("Exports are bounded, and free again after each", () =>
  withExports(async ({ exports }) => {
    const running = [];
    for (let count = 0; count < 4; count++) {
      running.push(await exports.begin("json", [ada]));
    }
    await assertRejects(() => exports.begin("json", []), Error, "4 exports");
    await running[0]?.body.cancel();
    await (await exports.begin("json", [])).body.cancel();
    exports.close();
    for (const { body } of running.slice(1)) {
      await assertRejects(() => new Response(body).text());
    }
    await (await exports.begin("json", [])).body.cancel();
  }));
