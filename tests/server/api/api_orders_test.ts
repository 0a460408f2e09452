/** Orders through the local API: from the word to the proof, and refusals. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  errorSchema,
  orderSchema,
  ordersSchema,
} from "../../../lib/server/shapes/api_schema.ts";
import { publish, testApi } from "./api_bench.ts";

testApi("gives up a revoked machine's orders, K-15", async (bench) => {
  await bench.enrol("ada");
  const given = await bench.post("/v1/orders", {
    verb: "has",
    name: "hello",
    on: ["ada"],
  });
  await bench.post("/v1/machines/revoke", { on: ["ada"] });
  const order = await bench.ended(given.body.id);
  assertEquals(order.state, "failed");
  assertEquals(order.tasks[0]?.reason, "The machine is revoked");
  const again = await bench.post("/v1/orders", {
    verb: "collect",
    on: ["ada"],
  });
  assertEquals(again.status, 409);
  assertMatch(again.body.error, /ada: revoked/);
  // Nobody else is there: `all` does not mean it.
  const all = await bench.post("/v1/orders", { verb: "collect", on: ["all"] });
  assertEquals(all.status, 409);
});

testApi("follows an install from the order to its proof", async (bench) => {
  await publish(bench);
  await publish(bench, { version: "2.0", serial: 2 });
  const [ada = ""] = await bench.enrol("ada");
  bench.endpoint.script = (_, { word }) =>
    word === "install"
      ? { kind: "done", version: "", note: "" }
      : { kind: "owned" };
  const given = await bench.post("/v1/orders", {
    verb: "install",
    name: "hello",
    on: ["ada"],
  });
  assertEquals(given.status, 200);
  // Without a version: the highest serial.
  assertEquals(orderSchema.parse(given.body).version, "2.0");
  const order = orderSchema.parse(await bench.ended(given.body.id));
  assertEquals(order.state, "done");
  assertEquals(order.tasks?.[0]?.machine, ada);
  assertEquals(order.tasks?.[0]?.machineName, "ada");
  assertEquals(order.tasks?.[0]?.answer, "reussi");
  assertEquals(bench.endpoint.words, ["install", "possede"]);
  const { orders } = ordersSchema.parse((await bench.get("/v1/orders")).body);
  assertEquals(orders.map(({ id, state }) => [id, state]), [[1, "done"]]);
  assertEquals(orders[0]?.tasks, undefined);
});

testApi("gives a waiting order its reason, and cancels it", async (bench) => {
  const record = (await bench.enrol("ada"))[0] ?? "";
  for (let round = 0; round < 4; round++) bench.parts.registry.countRound();
  bench.parts.registry.silent(record);
  const given = await bench.post("/v1/orders", {
    verb: "has",
    name: "hello",
    on: ["ada"],
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const path = `/v1/orders/${given.body.id}`;
  const [task] = (await bench.get(path)).body.tasks;
  assertEquals([task?.state, task?.nextTryAt], ["waiting", null]);
  assertMatch(task?.reason ?? "", /does not answer/);
  const cancelled = await bench.post(`${path}/cancel`, {});
  assertEquals(cancelled.body.state, "cancelled");
  const again = await bench.post(`${path}/cancel`, {});
  assertEquals(again.status, 409);
});

type Refusal = [body: unknown, status: number, error: RegExp];

// deno-fmt-ignore
const REFUSALS: Record<string, Refusal> = {
  "no body":                    [undefined,                                                 400, /The body is not JSON/],
  "an unknown verb":            [{ verb: "destroy", on: ["all"] },                          400, /Malformed: verb/],
  "no machine named":           [{ verb: "collect", on: [] },                               400, /Malformed: on/],
  "an unknown field":           [{ verb: "collect", on: ["all"], force: true },             400, /Malformed/],
  "257 WHEREs":                 [{ verb: "collect", on: Array(257).fill("all") },           400, /Malformed: on/],
  "an install of nothing":      [{ verb: "install", on: ["all"] },                          400, /What to install\?/],
  "a collection of a program":  [{ verb: "collect", name: "hello", on: ["all"] },           400, /no program is named/],
  "ensure without a version":   [{ verb: "ensure", name: "hello", on: ["all"] },            400, /Which version of hello/],
  "a name with a line feed":    [{ verb: "has", name: "a\nb", on: ["all"] },                400, /No program can be called/],
  "a name too long for [possede]": [{ verb: "has", name: "é".repeat(65), on: ["all"] },     400, /No program can be called/],
  "a version too long":         [{ verb: "has", name: "a", version: "1".repeat(65), on: ["all"] }, 400, /No version can be called/],
  "an unknown program":         [{ verb: "install", name: "helo", on: ["all"] },            404, /No program is called "helo"; did you mean hello\?/],
  "an unknown version":         [{ verb: "install", name: "hello", version: "9", on: ["all"] }, 404, /no version "9" of hello; published are 1\.0/],
  "a removal of an unknown one": [{ verb: "remove", name: "helo", on: ["all"] },            404, /No program is called/],
  "a slip in what to go back": [{ verb: "rollback", name: "helo", on: ["all"] },          404, /No program is called "helo"; did you mean hello\?/],
  "an unknown machine":         [{ verb: "collect", on: ["adda"] },                         404, /No machine is called "adda"; did you mean ada\?/],
};

testApi("refuses what cannot be ordered, and says why", async (bench) => {
  await publish(bench);
  await bench.enrol("ada");
  for (const [what, [body, status, error]] of Object.entries(REFUSALS)) {
    const answer = await bench.post("/v1/orders", body);
    assertEquals(answer.status, status, `${what}: ${answer.body.error}`);
    assertMatch(errorSchema.parse(answer.body).error, error, what);
  }
  assertEquals((await bench.get("/v1/orders")).body.orders, []);
});

testApi(
  "does not order a package whose file is broken, B-08",
  async (bench) => {
    const { body } = await publish(bench);
    await bench.enrol("ada");
    await Deno.remove(`${bench.directory}/data/packages/${body.sha256}.ieo`);
    const answer = await bench.post("/v1/orders", {
      verb: "install",
      name: "hello",
      on: ["ada"],
    });
    assertEquals(answer.status, 409);
    assertMatch(answer.body.error, /is missing on the server's disk; publish/);
  },
);
