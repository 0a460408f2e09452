/** Requirements, downgrades and rollbacks through the local API. */

import { assertEquals, assertMatch } from "@std/assert";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { makeDoors } from "../../../lib/server/doors.ts";
import { readFleetKey } from "../../../lib/server/fleet/fleet.ts";
import {
  downgradeSchema,
  errorSchema,
  orderSchema,
  planSchema,
} from "../../../lib/server/shapes/api_schema.ts";
import { signDowngrade } from "../../../lib/trust/downgrade.ts";
import { type ApiBench, publish, testApi } from "./api_bench.ts";

const JAVA = { name: "java", version: "17.0", serial: 17 };
const NEEDS_JAVA = { requires: [{ name: "java", versions: ">=17" }] };

/** Every machine does as it is told. */
function obey(bench: ApiBench, note = ""): void {
  bench.endpoint.script = (_, opening) =>
    opening.word === "install"
      ? { kind: "done", version: opening.order.version, note }
      : { kind: "owned" };
}

testApi("orders first what a program requires, K-11", async (bench) => {
  await publish(bench, JAVA);
  await publish(bench, {}, NEEDS_JAVA);
  await bench.enrol("ada", "bob");
  obey(bench);
  const body = { verb: "install", name: "hello", on: ["all"] };
  const given = orderSchema.parse((await bench.post("/v1/orders", body)).body);
  assertEquals(given.id, 2);
  assertEquals(given.first, [
    { id: 1, name: "java", version: "17.0", machines: 2 },
  ]);
  const ended = orderSchema.parse(await bench.ended(2));
  assertEquals([ended.state, ended.counts.done], ["done", 2]);
  assertEquals(ended.tasks?.map(({ after, version }) => [after, version]), [
    [1, "1.0"],
    [1, "1.0"],
  ]);
  assertEquals((await bench.ended(1)).state, "done");
  // What the first order did is known, although no list has come.
  const again = await bench.post("/v1/orders", body);
  assertEquals(orderSchema.parse(again.body).first, []);
  await bench.ended(3);
});

testApi("plans without ordering anything", async (bench) => {
  await publish(bench, JAVA);
  await publish(bench, {}, NEEDS_JAVA);
  await bench.enrol("ada");
  const body = { verb: "ensure", name: "hello", version: "1.0", on: ["all"] };
  const planned = await bench.post("/v1/orders/plan", body);
  assertEquals(planSchema.parse(planned.body), {
    ...{ verb: "ensure", name: "hello", version: "1.0" },
    groups: [{
      machines: ["ada"],
      steps: [
        { name: "java", version: "17.0", now: "" },
        { name: "hello", version: "1.0", now: "" },
      ],
      problem: null,
    }],
  });
  assertEquals((await bench.get("/v1/orders")).body.orders, []);
  assertEquals(bench.endpoint.words, []);
  const collect = { verb: "collect", on: ["all"] };
  assertEquals((await bench.post("/v1/orders/plan", collect)).status, 400);
});

testApi(
  "orders nothing when one machine cannot, and says why",
  async (bench) => {
    await publish(bench, JAVA, {
      targets: [{ os: "linux", architecture: "aarch64" }],
    });
    await publish(bench, {}, NEEDS_JAVA);
    await bench.enrol("ada", "bob");
    const body = { verb: "install", name: "hello", on: ["all"] };
    const refused = await bench.post("/v1/orders", body);
    assertEquals(refused.status, 409);
    const { error, details } = errorSchema.parse(refused.body);
    assertMatch(
      error,
      /^Cannot install hello 1\.0 on 2 of 2 machines, so noth/,
    );
    assertEquals(details, [
      "ada, bob: Cannot install hello 1.0: hello 1.0 requires java >=17. " +
      "Cannot install java 17.0: it is for linux on aarch64, and this machine " +
      "is linux on x86_64",
    ]);
    assertEquals((await bench.get("/v1/orders")).body.orders, []);
    const plan = planSchema.parse(
      (await bench.post("/v1/orders/plan", body)).body,
    );
    assertEquals(plan.groups.map(({ machines }) => machines), [["ada", "bob"]]);
  },
);

testApi(
  "orders nothing that requires a broken package, B-08",
  async (bench) => {
    const { body: java } = await publish(bench, JAVA);
    await publish(bench, {}, NEEDS_JAVA);
    await bench.enrol("ada");
    await Deno.remove(`${bench.directory}/data/packages/${java.sha256}.ieo`);
    const body = { verb: "install", name: "hello", on: ["ada"] };
    const refused = await bench.post("/v1/orders", body);
    assertEquals(refused.status, 409);
    assertMatch(
      refused.body.error,
      /^Cannot install hello 1\.0: the package of java 17\.0, which is required, is missing/,
    );
    assertEquals((await bench.get("/v1/orders")).body.orders, []);
  },
);

testApi("goes back to what no catalogue holds any more", async (bench) => {
  await bench.enrol("ada");
  bench.endpoint.script = (_, { word }) =>
    word === "install"
      ? { kind: "done", version: "0.9", note: "kept etc/hello.conf\nas it was" }
      : { kind: "owned" };
  const body = { verb: "rollback", name: "forgotten", on: ["ada"] };
  const given = orderSchema.parse((await bench.post("/v1/orders", body)).body);
  assertEquals([given.verb, given.version], ["rollback", "*"]);
  const order = orderSchema.parse(await bench.ended(given.id));
  const [task] = order.tasks ?? [];
  assertEquals(
    [task?.state, task?.version, task?.note],
    ["done", "0.9", "kept etc/hello.conf\nas it was"],
  );
  for (
    const wrong of [
      { verb: "rollback", on: ["ada"] },
      { verb: "rollback", name: "../x", on: ["ada"] },
      { verb: "rollback", name: "x", version: ">=1", on: ["ada"] },
    ]
  ) assertEquals((await bench.post("/v1/orders", wrong)).status, 400);
});

testApi("shows a failed machine's note beside the reason", async (bench) => {
  await publish(bench);
  await bench.enrol("ada");
  const note = "The hook check ended with code 1\nno port 8080";
  bench.endpoint.script = () => ({ kind: "failed", reason: "hook", note });
  const given = await bench.post("/v1/orders", {
    ...{ verb: "install", name: "hello", on: ["ada"] },
  });
  const order = orderSchema.parse(await bench.ended(given.body.id));
  const [task] = order.tasks ?? [];
  assertEquals(
    [task?.state, task?.reason, task?.note],
    ["failed", "One of the package's hooks failed", note],
  );
});

testApi(
  "takes a downgrade statement, and gives it to machines, I-16",
  async (bench) => {
    const older = await publish(bench);
    await publish(bench, { version: "2.0", serial: 2 });
    await bench.enrol("ada");
    obey(bench);
    const latest = { verb: "install", name: "hello", on: ["ada"] };
    await bench.ended((await bench.post("/v1/orders", latest)).body.id);
    // The way back is refused before it is ordered.
    const back = { ...latest, version: "1.0" };
    const refused = await bench.post("/v1/orders", back);
    assertEquals(refused.status, 409);
    assertMatch(refused.body.details[0] ?? "", /no downgrade statement allows/);

    const key = await readFleetKey(realDisk(), bench.directory, "publisherKey");
    const now = Date.now();
    const statement = signDowngrade(key, {
      ...{ format: 1, name: "hello", versions: ["1.0"] },
      issued: new Date(now).toISOString(),
      expires: new Date(now + 60_000).toISOString(),
    });
    const post = (body: Uint8Array<ArrayBuffer>) =>
      bench.ask("/v1/downgrades", { method: "POST", body });
    const taken = await post(statement);
    const view = downgradeSchema.parse(taken.body);
    assertEquals([view.name, view.versions], ["hello", ["1.0"]]);
    const doors = makeDoors({
      ...bench.parts,
      publishers: new Uint8Array(),
      sessionOf: () => null,
      touch() {},
    });
    assertEquals(doors.downgrade(older.body.sha256), statement);
    assertEquals(doors.downgrade("00".repeat(32)), null);
    assertEquals((await bench.post("/v1/orders", back)).status, 200);

    const spoilt = await post(statement.toReversed());
    assertEquals(spoilt.status, 422);
    assertMatch(
      spoilt.body.error,
      /Cannot publish: the downgrade statement is/,
    );
  },
);
