/** The local API over real HTTP: every route, and what it refuses. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  apiFileSchema,
  errorSchema,
  machinesSchema,
  programSchema,
  programsSchema,
  statusSchema,
} from "../../../lib/server/shapes/api_schema.ts";
import { publish, testApi } from "./api_bench.ts";

testApi("leaves its port and token in a private file", async (bench) => {
  const path = `${bench.directory}/data/api.json`;
  assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const file = apiFileSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  assertEquals(file, { port: bench.door.port, token: bench.token, pid: 4711 });
});

testApi("removes that file when it closes", async (bench) => {
  await bench.door.close();
  const data = [...Deno.readDirSync(`${bench.directory}/data`)];
  assertEquals(data.some(({ name }) => name === "api.json"), false);
});

testApi("answers nobody without the token", async (bench) => {
  for (
    const authorization of [
      "",
      "Bearer",
      "Bearer x",
      bench.token,
      `bearer ${bench.token}`,
      `Bearer ${bench.token}x`,
    ]
  ) {
    for (const path of ["/v1/status", "/v1/orders", "/nowhere"]) {
      const answer = await bench.ask(path, { headers: { authorization } });
      assertEquals(answer.status, 401, authorization);
      errorSchema.parse(answer.body);
    }
  }
  assertEquals((await bench.get("/v1/status")).status, 200);
});

testApi("tells how the fleet is", async (bench) => {
  await bench.enrol("ada");
  const { status, body } = await bench.get("/v1/status");
  assertEquals(status, 200);
  assertEquals(statusSchema.parse(body).machines.alive, 1);
});

testApi("shows machines, all or those that are meant", async (bench) => {
  await bench.enrol("room-1", "room-2", "hall");
  const names = async (path: string) =>
    machinesSchema.parse((await bench.get(path)).body).machines
      .map(({ name }) => name).sort();
  assertEquals(await names("/v1/machines"), ["hall", "room-1", "room-2"]);
  assertEquals(await names("/v1/machines?on=room-*"), ["room-1", "room-2"]);
  assertEquals(await names("/v1/machines?on=hall&on=room-1"), [
    "hall",
    "room-1",
  ]);
  const unknown = await bench.get("/v1/machines?on=hal");
  assertEquals(unknown.status, 404);
  assertEquals(unknown.body.nearest, ["hall"]);
  assertMatch(unknown.body.error, /did you mean hall\?/);
});

testApi("revokes who came by a machine's word with it, N-06", async (bench) => {
  const [ada = ""] = await bench.enrol("ada", "bob", "eve");
  const [, bob, eve] = bench.parts.registry.records();
  for (const [one, clonedFrom] of [[bob, ada], [eve, bob?.id]] as const) {
    if (one !== undefined) bench.parts.registry.put({ ...one, clonedFrom });
  }
  const shown = await bench.get("/v1/machines");
  assertEquals(
    shown.body.machines.map(({ clonedFrom }) => clonedFrom),
    [undefined, "ada", "bob"],
  );
  const revoked = await bench.post("/v1/machines/revoke", { on: ["ada"] });
  assertEquals(
    revoked.body.machines.map(({ name, state }) => `${name} ${state}`),
    ["ada revoked", "bob revoked", "eve revoked"],
  );
  assertEquals(bench.endpoint.forgotten.length, 3);
  // The owner has looked at it: it is a machine of its own now.
  await bench.post("/v1/machines/approve", { on: ["bob"] });
  const again = await bench.post("/v1/machines/revoke", { on: ["ada"] });
  assertEquals(again.body.machines.map(({ name }) => name), ["ada"]);
  const stored = await bench.store.machines();
  assertEquals(
    stored.map(({ clonedFrom = "", status }) => `${status} ${clonedFrom}`),
    ["revoked ", "approved ", `revoked ${bob?.id}`],
  );
});

testApi("approves, revokes and renames", async (bench) => {
  const [ada = ""] = await bench.enrol("ada");
  const revoked = await bench.post("/v1/machines/revoke", { on: ["ada"] });
  assertEquals(revoked.body.machines[0]?.state, "revoked");
  assertEquals(bench.endpoint.forgotten, [ada]);
  const approved = await bench.post("/v1/machines/approve", { on: [ada] });
  assertEquals(approved.body.machines[0]?.state, "alive");
  // It is greeted at once, so that it need not wait for the next round.
  assertEquals(bench.endpoint.words, ["ping"]);
  const renamed = await bench.post("/v1/machines/rename", {
    machine: "ada",
    name: "lovelace",
  });
  assertEquals([renamed.status, renamed.body.name], [200, "lovelace"]);
  const taken = await bench.post("/v1/machines/rename", {
    machine: "lovelace",
    name: "all",
  });
  assertEquals(taken.status, 409);
  const gone = await bench.post("/v1/machines/rename", {
    machine: "ada",
    name: "x",
  });
  assertEquals(gone.status, 404);
});

testApi("publishes a streamed package, and shows it", async (bench) => {
  const published = await publish(bench);
  assertEquals(published.status, 200);
  const program = programSchema.parse(published.body);
  assertEquals([program.name, program.version, program.state], [
    "hello",
    "1.0",
    "ok",
  ]);
  const { programs } = programsSchema.parse(
    (await bench.get("/v1/programs")).body,
  );
  assertEquals(programs, [program]);
});

testApi(
  "refuses a package that is not what its statement says",
  async (bench) => {
    const without = await bench.ask("/v1/programs", {
      method: "POST",
      body: "x",
    });
    assertEquals(without.status, 400);
    assertMatch(without.body.error, /header "flottille-statement"/);
    const forged = await bench.ask("/v1/programs", {
      method: "POST",
      body: "x",
      headers: { "flottille-statement": "AAAA" },
    });
    assertEquals(forged.status, 422);
    assertMatch(forged.body.error, /the statement is damaged/);
    await publish(bench);
    const statement = [...Deno.readDirSync(`${bench.directory}/data/packages`)]
      .find(({ name }) => name.endsWith(".sig"));
    assert(statement !== undefined);
    const same = await publish(bench, { version: "2.0", serial: 1 });
    assertEquals(same.status, 409);
  },
);

testApi("bounds bodies and numbers", async (bench) => {
  const large = await bench.post("/v1/orders", { x: "x".repeat(200_000) });
  assertEquals(large.status, 413);
  for (const limit of ["0", "-1", "1001", "x", "1e3", ""]) {
    const answer = await bench.get(`/v1/orders?limit=${limit}`);
    assertEquals(answer.status, 400, limit);
  }
  assertEquals((await bench.get("/v1/orders?limit=1000")).status, 200);
  assertEquals((await bench.get("/v1/orders/7")).status, 404);
  assertEquals((await bench.get("/v1/orders/seven")).status, 400);
  assertEquals((await bench.get("/v2/status")).status, 404);
  assertEquals((await bench.post("/v1/status", {})).status, 404);
});

testApi(
  "enrols through the hooks as SeP calls them, 1a and 1b",
  async (bench) => {
    const [ada = ""] = await bench.enrol("ada");
    const from = { hostname: "127.0.0.7", port: 2013 };
    bench.hooks.opened(ada, from, true);
    assertEquals(bench.hooks.addressOf(ada), from);
    assertEquals(bench.hooks.keyOf(ada)?.length, 32);
    assertEquals(bench.hooks.keyOf("nobody"), null);
    bench.hooks.conflict(ada, from);
    const { body } = await bench.get("/v1/machines");
    assertEquals(body.machines[0]?.state, "conflict");
    assertEquals(
      await bench.hooks.listOffered(ada, "00".repeat(32)),
      "envoie",
    );
  },
);
