/** Enrolment and the owner's decisions, with a real store. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  introduction,
  secret,
  testDesk,
  told,
  WITHOUT_SECRET,
} from "./desk_bench.ts";

testDesk("accepts nobody before the store has him", async (bench) => {
  const verdict = bench.desk.identify(introduction("ada"));
  let isTold = false;
  void verdict.then(() => isTold = true);
  await bench.clock.advance(1);
  assertEquals([isTold, await bench.store.machines()], [false, []]);
  await bench.clock.advance(100);
  assertEquals(told(await verdict), "accepte");
  const [record] = await bench.store.machines();
  assertEquals(record, bench.registry.records()[0]);
  assertEquals(record?.status, "approved");
});

testDesk("accepts nobody whom the store refuses, B-04", async (bench) => {
  bench.isFull = true;
  assertEquals(await bench.identify(introduction("ada")), "refuse system");
  assertEquals(bench.registry.records(), []);
  assertEquals(bench.uses.get(secret.id) ?? 0, 0);
  bench.isFull = false;
  assertEquals(await bench.identify(introduction("ada")), "accepte");
});

testDesk("knows a machine again, without its secret", async (bench) => {
  await bench.identify(introduction("ada"));
  const again = introduction("ada", WITHOUT_SECRET);
  assertEquals(await bench.identify(again), "accepte");
  assertEquals(bench.names(), ["ada"]);
  assertEquals(await bench.store.secretUses(), new Map([[secret.id, 1]]));
});

testDesk(
  "takes what a machine says anew, and keeps its name",
  async (bench) => {
    await bench.identify(introduction("ada"));
    await bench.identify(introduction("ada", {
      hostName: "other",
      macs: ["02:00:00:00:00:09"],
      agentVersion: "0.2.0",
    }));
    const [record] = await bench.store.machines();
    assertEquals(
      [record?.name, record?.hostName, record?.macs, record?.agentVersion],
      ["ada", "other", ["02:00:00:00:00:09"], "0.2.0"],
    );
  },
);

testDesk("gives each machine a name of its own, N-05", async (bench) => {
  const all = ["a", "b", "c"].map((key) =>
    bench.desk.identify(introduction(key, { hostName: "PC" }))
  );
  await bench.after(Promise.all(all));
  assertEquals(bench.names().toSorted(), ["PC", "PC-2", "PC-3"]);
  const views = bench.registry.records()
    .map((record) => bench.registry.view(record));
  assertEquals(views.map(({ sharedMac }) => sharedMac), [true, true, true]);
});

testDesk(
  "marks no MAC address that one machine has alone, N-07",
  async (bench) => {
    await bench.identify(introduction("a", { macs: ["02:00:00:00:00:0a"] }));
    await bench.identify(introduction("b", { macs: ["02:00:00:00:00:0b"] }));
    const views = bench.registry.records()
      .map((record) => bench.registry.view(record));
    assertEquals(views.map(({ sharedMac }) => sharedMac), [false, false]);
    // The other one plugs the dock of the first one in.
    await bench.identify(introduction("b", {
      macs: ["02:00:00:00:00:0b", "02:00:00:00:00:0a"],
    }));
    const shared = bench.registry.records()
      .map((record) => bench.registry.view(record).sharedMac);
    assertEquals(shared, [true, true]);
  },
);

testDesk("keeps a revoked machine's history apart, K-15", async (bench) => {
  await bench.identify(introduction("ada"));
  await bench.after(bench.desk.revoke(bench.registry.records()));
  assertEquals(await bench.identify(introduction("ada")), "refuse revoked");
  // The same computer, the same MAC address, a new key.
  const anew = introduction("a new key", { hostName: "ada" });
  assertEquals(await bench.identify(anew), "accepte");
  const records = await bench.store.machines();
  assertEquals(
    records.map(({ name, status }) => [name, status]),
    [["ada", "revoked"], ["ada-2", "approved"]],
  );
  assert(records[0]?.id !== records[1]?.id);
});

testDesk("holds a limit on uses in a burst, K-04", async (bench) => {
  const all = ["a", "b", "c", "d"].map((key) =>
    bench.desk.identify(introduction(key))
  );
  const verdicts = (await bench.after(Promise.all(all))).map(told);
  assertEquals(verdicts.filter((verdict) => verdict === "accepte").length, 2);
  assertEquals(
    verdicts.filter((verdict) => verdict === "attente used").length,
    2,
  );
  assertEquals(await bench.store.secretUses(), new Map([[secret.id, 2]]));
}, { secrets: () => [{ ...secret, usesMax: 2 }] });

testDesk("keeps a bounded number waiting, F-07", async (bench) => {
  const all = ["a", "b", "c", "d", "e"].map((key) =>
    bench.desk.identify(introduction(key))
  );
  const verdicts = (await bench.after(Promise.all(all))).map(told);
  assertEquals(verdicts, [
    ...Array(3).fill("attente pending"),
    ...Array(2).fill("refuse pending"),
  ]);
  assertEquals(bench.registry.countOf("pending"), 3);
}, { mode: "manual", pendingMax: 3 });

testDesk("keeps nothing of whoever proves nothing, F-07", async (bench) => {
  for (let index = 0; index < 100; index++) {
    const stranger = introduction(`stranger ${index}`, WITHOUT_SECRET);
    assertEquals(told(await bench.desk.identify(stranger)), "refuse secret");
  }
  assertEquals(bench.registry.size, 0);
  assertEquals(await bench.store.machines(), []);
});

testDesk("approves who waits", async (bench) => {
  assertEquals(await bench.identify(introduction("ada")), "attente pending");
  const [waiting] = bench.registry.records();
  assert(waiting !== undefined);
  await bench.after(bench.desk.approve(bench.registry.records()));
  assertEquals(await bench.identify(introduction("ada")), "accepte");
  assertEquals((await bench.store.machines())[0]?.status, "approved");
}, { mode: "manual" });

testDesk(
  "loses no revocation to an introduction at the same moment",
  async (bench) => {
    await bench.identify(introduction("ada"));
    const revoked = bench.desk.revoke(bench.registry.records());
    const verdict = bench.desk.identify(introduction("ada", { hostName: "x" }));
    await bench.after(revoked);
    assertEquals(told(await bench.after(verdict)), "refuse revoked");
    assertEquals((await bench.store.machines())[0]?.status, "revoked");
    assertEquals(bench.registry.records()[0]?.status, "revoked");
  },
);

testDesk("renames, but to no other machine's name", async (bench) => {
  await bench.identify(introduction("ada"));
  await bench.identify(introduction("bob"));
  const [ada] = bench.registry.records();
  if (ada === undefined) throw new Error("ada is not there");
  const refused = await bench.after(bench.desk.rename(ada, "BOB"));
  assertMatch(refused.ok ? "" : refused.fault, /is another machine's name/);
  const unlawful = await bench.after(bench.desk.rename(ada, "a*"));
  assertMatch(unlawful.ok ? "" : unlawful.fault, /may hold letters, digits/);
  const renamed = await bench.after(bench.desk.rename(ada, "Lovelace"));
  assertEquals(renamed.ok && renamed.value.name, "Lovelace");
  assertEquals(bench.names(), ["Lovelace", "bob"]);
  // Its own name in other letters is free, and so is its old one.
  const own = await bench.after(bench.desk.rename(ada, "LOVELACE"));
  assertEquals(own.ok, true);
  await bench.identify(introduction("third", { hostName: "ada" }));
  assertEquals(bench.names(), ["LOVELACE", "bob", "ada"]);
});

testDesk("cleans and cuts a stranger's words, D-10", async (bench) => {
  await bench.identify(introduction("ada", {
    hostName: "../\u001b[31m\u202eada\n",
    system: "x".repeat(500),
    architecture: "",
    agentVersion: "1\u0000",
  }));
  const [record] = await bench.store.machines();
  assertEquals(record?.name, "31m-ada");
  assertEquals(record?.hostName, "../\ufffd[31m\ufffdada\ufffd");
  assertEquals(record?.system.length, 64);
  assertEquals(record?.architecture, "");
  assertEquals(record?.agentVersion, "1\ufffd");
});
