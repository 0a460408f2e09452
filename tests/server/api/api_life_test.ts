/** The life of machines, over the local API and with a real store. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  expectedListSchema,
  importedSchema,
  machinesSchema,
  orderSchema,
  replacedSchema,
} from "../../../lib/server/shapes/api_schema.ts";
import { taskAtStart } from "../../../lib/server/shapes/task.ts";
import { machine } from "../examples.ts";
import { type ApiBench, testApi } from "./api_bench.ts";

const LAB = { name: "lab", isNew: true, windows: [] };

async function names(bench: ApiBench): Promise<string[]> {
  const { body } = await bench.get("/v1/machines");
  return machinesSchema.parse(body).machines.map(({ name, state }) =>
    `${name} ${state}`
  ).sort();
}

async function demand(
  bench: ApiBench,
  path: string,
  body: unknown,
): Promise<unknown> {
  const answer = await bench.post(path, body);
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

testApi("forgets no machine that may still speak", async (bench) => {
  await bench.enrol("ada", "bob");
  await demand(bench, "/v1/machines/revoke", { on: ["bob"] });
  const both = { on: ["ada", "bob"] };
  const { status, body } = await bench.post("/v1/machines/forget", both);
  assertEquals([status, body.details], [409, ["ada is alive"]]);
  assertEquals(await names(bench), ["ada alive", "bob revoked"]);
});

testApi("forgets a machine, and what waits for it ends", async (bench) => {
  await bench.enrol("ada", "bob");
  await demand(bench, "/v1/groups", { ...LAB, add: ["ada", "bob"] });
  await demand(bench, "/v1/tags", { tag: "exam", on: ["bob"], isGone: false });
  bench.endpoint.script = () => null;
  const given = await demand(bench, "/v1/orders", {
    ...{ verb: "has", name: "x", version: "1", on: ["bob"] },
  });
  const { id } = orderSchema.parse(given);
  await demand(bench, "/v1/machines/revoke", { on: ["bob"] });
  const gone = await demand(bench, "/v1/machines/forget", { on: ["bob"] });
  assertEquals(gone, { machines: ["bob"] });
  assertEquals(await names(bench), ["ada alive"]);
  assertEquals((await bench.ended(id)).state, "failed");
  assertEquals((await bench.store.machines()).length, 1);
  assertEquals((await bench.store.groups())[0]?.machines.length, 1);
  assertEquals([...await bench.store.tags()].length, 0);
  // Its name is free.
  await demand(bench, "/v1/machines/rename", { machine: "ada", name: "bob" });
});

testApi(
  "gives a machine's place to another: name, groups, tags, what waits",
  async (bench) => {
    const [old, young] = await bench.enrol("ada", "pc-new");
    await demand(bench, "/v1/groups", { ...LAB, add: ["ada"] });
    await demand(bench, "/v1/tags", {
      ...{ tag: "exam", on: ["ada"], isGone: false },
    });
    const body = { old: "ada", new: "pc-new" };
    const early = await bench.post("/v1/machines/replace", body);
    assertEquals(early.status, 409);
    assertMatch(
      early.body.error,
      /ada is alive; revoke it first, or turn it off/,
    );

    await demand(bench, "/v1/machines/revoke", { on: ["ada"] });
    await bench.store.addOrders([{
      order: {
        ...{ verb: "has", name: "x", version: "1", sha256: "", size: 0 },
        ...{ createdMs: 1, expiresMs: null, anytime: true },
        ...{ origin: "", on: ["ada"] },
      },
      tasks: [taskAtStart(old ?? "", "ask")],
    }]);
    const replaced = replacedSchema.parse(
      await demand(bench, "/v1/machines/replace", body),
    );
    assertEquals([replaced.machine, replaced.old], ["ada", "ada-old"]);
    assertEquals(replaced.moved.map(({ id }) => id), [1]);
    assertEquals(await names(bench), ["ada alive", "ada-old revoked"]);
    const [group] = await bench.store.groups();
    assertEquals(group?.machines, [young]);
    assertEquals(bench.parts.groups.tagsOf(young ?? ""), ["exam"]);
    assertEquals(bench.parts.groups.tagsOf(old ?? ""), []);
    const again = orderSchema.parse((await bench.get("/v1/orders/2")).body);
    assertEquals(again.tasks?.map(({ machine }) => machine), [young]);
    assertEquals([again.expiresAt, again.name], [null, "x"]);
  },
);

testApi("settles whoever is expected and here already", async (bench) => {
  await demand(bench, "/v1/groups", LAB);
  const record = { ...machine("pc-7"), status: "pending" } as const;
  const known = { ...record, hostName: "pc-7", macs: ["aa:bb:cc:dd:ee:07"] };
  await bench.store.commit([{ kind: "machine", machine: known }]);
  bench.parts.registry.put(known);
  const place = { groups: ["lab"], tags: ["exam"] };
  const expected = [
    { by: "mac", sign: "aa:bb:cc:dd:ee:07", name: "room-7", ...place },
    { by: "host", sign: "lap-*", name: "", groups: [], tags: [] },
  ];
  const answer = await demand(bench, "/v1/expected", { expected });
  assertEquals(importedSchema.parse(answer), {
    ...{ settled: ["room-7"], expected: 1 },
  });
  assertEquals(bench.parts.registry.get(record.id)?.status, "approved");
  assertEquals((await bench.store.groups())[0]?.machines, [record.id]);
  const read = await bench.store.expected();
  assertEquals(read.map(({ sign }) => sign), ["lap-*"]);
  const left = await demand(bench, "/v1/expected/drop", { signs: ["LAP-*"] });
  assertEquals(expectedListSchema.parse(left).expected, []);
});

testApi("takes all lines of an import or none", async (bench) => {
  const none = { groups: [], tags: [] };
  const { status, body } = await bench.post("/v1/expected", {
    expected: [
      { by: "host", sign: "a", name: "x", ...none },
      { by: "host", sign: "b-*", name: "y", ...none },
      { by: "mac", sign: "no", name: "", ...none },
      { by: "host", sign: "c", name: "", groups: ["nowhere"], tags: [] },
    ],
  });
  assertEquals(status, 409);
  assertEquals(body.details?.length, 3);
  assertEquals((await bench.store.expected()).length, 0);
});
