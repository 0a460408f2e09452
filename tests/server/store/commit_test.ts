/** Group commit and the epoch. */

import { assertEquals, assertRejects } from "@std/assert";
import { Epoch } from "../../../lib/server/machines/epoch.ts";
import { GroupCommit } from "../../../lib/server/store/group_commit.ts";
import type { Write, Writer } from "../../../lib/server/store/store.ts";
import { Turns } from "../../../lib/server/store/turns.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { withStore } from "../temporary.ts";

function meta(key: string, value = ""): Write {
  return { kind: "meta", key, value };
}

/** A writer that keeps its transactions, and refuses the key "bad". */
class FakeWriter implements Writer {
  readonly transactions: string[][] = [];

  commit(writes: readonly Write[]): Promise<void> {
    const keys = writes.map((write) => write.kind === "meta" ? write.key : "");
    if (keys.includes("bad")) return Promise.reject(new Error("refused"));
    this.transactions.push(keys);
    return Promise.resolve();
  }
}

Deno.test("GroupCommit puts a burst into one transaction", async () => {
  const clock = new FakeClock();
  const writer = new FakeWriter();
  const group = new GroupCommit(writer, clock);
  const all = [["a", "b"], ["c"], ["d"]].map((keys) =>
    group.commit(keys.map((key) => meta(key)))
  );
  assertEquals(writer.transactions, []);
  await clock.advance(10);
  await Promise.all(all);
  assertEquals(writer.transactions, [["a", "b", "c", "d"]]);
});

Deno.test("GroupCommit keeps one bad change from its neighbours", async () => {
  const clock = new FakeClock();
  const writer = new FakeWriter();
  const group = new GroupCommit(writer, clock);
  const good = group.commit([meta("a")]);
  const bad = assertRejects(() => group.commit([meta("b"), meta("bad")]));
  const other = group.commit([meta("c")]);
  await clock.advance(10);
  await Promise.all([good, bad, other]);
  assertEquals(writer.transactions, [["a"], ["c"]]);
});

Deno.test("GroupCommit bounds its transactions, and keeps the order", async () => {
  const clock = new FakeClock();
  const writer = new FakeWriter();
  const group = new GroupCommit(writer, clock);
  for (let index = 0; index < 2_500; index++) {
    void group.commit([meta(String(index))]);
  }
  await group.flush();
  assertEquals(writer.transactions.map((keys) => keys.length), [
    1_000,
    1_000,
    500,
  ]);
  assertEquals(
    writer.transactions.flat(),
    Array.from({ length: 2_500 }, (_, index) => String(index)),
  );
});

Deno.test("GroupCommit makes 1,000 enrolments cost few transactions", () =>
  withStore(async (store) => {
    const clock = new FakeClock();
    let transactions = 0;
    const group = new GroupCommit({
      commit(writes) {
        transactions++;
        return store.commit(writes);
      },
    }, clock);
    // 1,000 machines within 5 s: one each 5 ms.
    const all: Promise<void>[] = [];
    for (let index = 0; index < 1_000; index++) {
      all.push(group.commit([meta(String(index))]));
      if (index % 10 === 9) await clock.advance(50);
    }
    await Promise.all(all);
    assertEquals(transactions, 100);
    assertEquals(await store.meta("999"), "");
  }));

Deno.test("Turns takes work of one key in turn, of others at once", async () => {
  const turns = new Turns();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", async () => {
    await gate.promise;
    told.push("a1");
    throw new Error("fails");
  });
  const second = turns.take("a", () => Promise.resolve(told.push("a2")));
  await turns.take("b", () => Promise.resolve(told.push("b1")));
  assertEquals(told, ["b1"]);
  gate.resolve();
  await assertRejects(() => first);
  await second;
  assertEquals(told, ["b1", "a1", "a2"]);
});

Deno.test("Epoch grows with each start, C-14, N-02", () =>
  withStore(async (store) => {
    const first = await Epoch.begin(store, store);
    assertEquals(first.current, 1n);
    assertEquals((await Epoch.begin(store, store)).current, 2n);
    assertEquals(await store.meta("epoch"), "2");
  }));

Deno.test("Epoch passes what a machine of the fleet has heard, C-13", () =>
  withStore(async (store) => {
    const epoch = await Epoch.begin(store, store);
    epoch.heard(1n);
    await settle();
    assertEquals(epoch.current, 1n);
    epoch.heard(41n);
    epoch.heard(40n);
    await settle();
    assertEquals(epoch.current, 42n);
    assertEquals(await store.meta("epoch"), "42");
  }));

Deno.test("Epoch does not believe in leaps that use it up", () =>
  withStore(async (store) => {
    const epoch = await Epoch.begin(store, store);
    epoch.heard(2n ** 64n - 1n);
    epoch.heard(2n ** 60n);
    await settle();
    assertEquals(epoch.current, 1n);
  }));

Deno.test("Epoch is not said before it is stored", async () => {
  const refusing: Writer = { commit: () => Promise.reject(new Error("full")) };
  await withStore(async (store) => {
    const epoch = await Epoch.begin(store, refusing);
    epoch.heard(7n);
    await settle();
    assertEquals(epoch.current, 1n);
  });
});
