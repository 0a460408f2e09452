/** The local API over real HTTP: lists at their dates, who has what. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import {
  diffSchema,
  fleetProgramSchema,
  holdersSchema,
  LIST_SIGNATURE_HEADER,
  listDatesSchema,
  MACHINE_KEY_HEADER,
  machineListSchema,
  whoHasSchema,
} from "../../../lib/server/shapes/api_schema.ts";
import { fromBase64Url, sha256, toHex } from "../../../lib/trust/bytes.ts";
import { verifyList } from "../../../lib/trust/list_statement.ts";
import { machineOf } from "../../../lib/trust/keys.ts";
import { keyOf, NOON_MS } from "../examples.ts";
import { documentOf, send, sentOf } from "../lists/lists_kit.ts";
import { faults, putList } from "../store/store_kit.ts";
import { type ApiBench, testApi } from "./api_bench.ts";

const HOUR_MS = 3_600_000;

function deb(
  name: string,
  version: string,
  different: Partial<ListedProgram> = {},
): ListedProgram {
  const purl = `pkg:deb/debian/${name}@${version}?arch=amd64`;
  const known = { name, version, purl, source: "dpkg", architecture: "amd64" };
  return { ...known, ...different };
}

/** `2013-06-01T15:00:00.000Z`, so many hours after noon. */
function hour(hours: number): string {
  return new Date(NOON_MS + hours * HOUR_MS).toISOString();
}

async function list(
  bench: ApiBench,
  machine: string,
  hours: number,
  ...programs: ListedProgram[]
): Promise<void> {
  const atMs = NOON_MS + hours * HOUR_MS;
  await bench.store.commit(
    putList(machine, programs, { atMs, confirmedMs: atMs }),
  );
}

const old = deb("openssl", "3.0.11-1");
const fresh = deb("openssl", "3.0.15-1~deb12u1", {
  installedAtS: 1_700_000_000,
});
const bash = deb("bash", "5.2-2", { licence: "GPL-3+", sizeBytes: 7_000 });
const firefox = {
  ...{ name: "Mozilla Firefox (x64 fr)", version: "132.0" },
  ...{ purl: "pkg:generic/Mozilla%20Firefox@132.0", source: "windows" },
};

testApi("shows a machine's list, as it is and as it was", async (bench) => {
  const [ada = ""] = await bench.enrol("ada");
  const at = async (query = "") => {
    const { status, body } = await bench.get(`/v1/machines/ada/list${query}`);
    assertEquals(status, 200, JSON.stringify(body));
    return machineListSchema.parse(body);
  };
  const none = await at();
  assertEquals([none.at, none.confirmedAt, none.programs], [null, null, []]);
  await list(bench, ada, 0, bash, old);
  await list(bench, ada, 2, bash, fresh);
  const now = await at();
  assertEquals(now.programs, [bash, fresh]);
  assertEquals([now.at, now.confirmedAt], [hour(2), hour(2)]);
  assertEquals(now.faults, faults);
  const then = await at(`?at=${hour(1)}`);
  assertEquals([then.at, then.programs], [hour(0), [bash, old]]);
  const zoned = encodeURIComponent("2013-06-01T15:00:00+02:00");
  assertEquals((await at(`?at=${zoned}`)).at, hour(0));
  const before = await at(`?at=${hour(-1)}`);
  assertEquals([before.at, before.programs, before.faults], [null, [], []]);
});

testApi("says what is wrong with a moment or a machine", async (bench) => {
  await bench.enrol("ada");
  const moments = [
    "",
    "yesterday",
    "2013-06-01",
    "2013-06-31T25:00:00Z",
    "1e9",
  ];
  for (const moment of moments) {
    const path = `/v1/machines/ada/list?at=${moment}`;
    const { status, body } = await bench.get(path);
    assertEquals(status, 400, moment);
    assertMatch(body.error, /is not a moment like 2026-11-01T14:30:00Z$/);
  }
  for (const path of ["list", "lists", "document"]) {
    const { status, body } = await bench.get(`/v1/machines/adda/${path}`);
    assertEquals([status, body.nearest], [404, ["ada"]], path);
  }
});

testApi("tells the dates of a machine's lists, newest first", async (bench) => {
  const [ada = ""] = await bench.enrol("ada");
  await list(bench, ada, 0, bash, old);
  await list(bench, ada, 2, bash);
  await bench.store.commit([
    { kind: "list confirmed", machine: ada, atMs: NOON_MS + 3 * HOUR_MS },
  ]);
  const { body } = await bench.get("/v1/machines/ADA/lists");
  assertEquals(listDatesSchema.parse(body), {
    machine: "ada",
    lists: [
      { at: hour(2), confirmedAt: hour(3), programs: 1 },
      { at: hour(0), confirmedAt: hour(0), programs: 2 },
    ],
  });
});

testApi("gives a machine's list as it was signed", async (bench) => {
  const [ada = ""] = await bench.enrol("ada");
  assertEquals((await bench.get("/v1/machines/ada/document")).status, 404);
  const document = documentOf("bash", "vim");
  const sent = sentOf(document);
  assertEquals((await send(bench.parts.lists, sent)).reason, null);
  const answer = await bench.fetch("/v1/machines/ada/document");
  assertEquals(answer.status, 200);
  assertEquals(await answer.bytes(), document);
  const bytesOf = (name: string) =>
    fromBase64Url(answer.headers.get(name) ?? "") ?? new Uint8Array();
  const key = bytesOf(MACHINE_KEY_HEADER);
  assertEquals(key, keyOf("ada").publicKey);
  const statement = {
    ...{ machine: machineOf(key), size: document.length },
    sha256: toHex(sha256(document)),
  };
  assert(verifyList(key, statement, bytesOf(LIST_SIGNATURE_HEADER)));
  const shown = await bench.get("/v1/machines/ada/list");
  assertEquals(
    machineListSchema.parse(shown.body).programs.map(({ name }) => name),
    ["bash", "vim"],
  );
  assertEquals(
    bench.parts.lists.held(ada)?.sha256,
    statement.sha256,
  );
});

testApi(
  "tells what is different between two dates or machines",
  async (bench) => {
    const [ada = "", bob = ""] = await bench.enrol("ada", "bob", "eve");
    await list(bench, ada, 0, bash, old);
    await list(bench, ada, 2, firefox, fresh);
    await list(bench, bob, 1, bash, fresh);
    const diff = async (query: string) => {
      const { status, body } = await bench.get(`/v1/diff?${query}`);
      assertEquals(status, 200, JSON.stringify(body));
      return diffSchema.parse(body);
    };
    assertEquals(await diff(`from=ada&fromAt=${hour(0)}&to=ada`), {
      from: { machine: "ada", at: hour(0), faults },
      to: { machine: "ada", at: hour(2), faults },
      added: [firefox],
      removed: [bash],
      changed: [{ from: old, to: fresh }],
      same: 0,
    });
    const other = await diff(`from=BOB&to=ada&toAt=${hour(0)}`);
    assertEquals(other.same, 1);
    assertEquals(other.changed, [{ from: fresh, to: old }]);
    const refused = async (query: string) =>
      await bench.get(`/v1/diff?${query}`);
    const early = await refused(`from=ada&fromAt=${hour(-1)}&to=ada`);
    assertEquals(early.status, 404);
    assertMatch(early.body.error, /^"ada" had sent no list that is kept by /);
    assertEquals(early.body.details, [`Its first one is of ${hour(0)}`]);
    assertEquals((await refused("from=ada&to=eve")).status, 404);
    assertEquals((await refused("from=ada&to=bop")).body.nearest, ["bob"]);
    assertEquals((await refused("from=ada")).status, 400);
  },
);

testApi(
  "tells who has a program, by its versions' own order",
  async (bench) => {
    const [ada = "", bob = "", eve = ""] = await bench
      .enrol("ada", "bob", "eve", "new");
    await list(bench, ada, 0, bash, old);
    await list(bench, bob, 0, bash, fresh);
    await list(bench, eve, 0, bash);
    const ask = async (program: string, more = "") => {
      const path = `/v1/who-has?program=${encodeURIComponent(program)}${more}`;
      const { status, body } = await bench.get(path);
      assertEquals(status, 200, JSON.stringify(body));
      return whoHasSchema.parse(body);
    };
    const names = async (program: string, more = "") =>
      (await ask(program, more)).holders.map(({ machine }) => machine);
    const found = await ask("OpenSSL < 3.0.15");
    assertEquals(found.holders, [
      { machine: "ada", id: ada, at: hour(0), programs: [old] },
    ]);
    assertEquals([found.machines, found.unlisted], [3, ["new"]]);
    assertEquals(await names("openssl"), ["ada", "bob"]);
    assertEquals((await ask("openssl >= 3.0.15~")).holders[0]?.programs, [
      fresh,
    ]);
    assertEquals(await names("open*"), ["ada", "bob"]);
    assertEquals(await names("openssl", "&on=bob&on=eve"), ["bob"]);
    assertEquals(await names("openssl", "&not=1"), ["eve"]);
    assertEquals(await names("openssl < 3.0.15", "&not=1"), ["bob", "eve"]);
    assertEquals(await names("bash", "&not=1"), []);
    assertEquals((await ask("openssl > 4")).nearest, []);
    // A machine that was sold does not count, unless it is asked about.
    await bench.post("/v1/machines/revoke", { on: ["ada"] });
    assertEquals(await names("openssl"), ["bob"]);
    assertEquals(await names("openssl", "&on=ada"), ["ada"]);
  },
);

testApi("offers the names near to one that nobody has", async (bench) => {
  const [ada = ""] = await bench.enrol("ada");
  await list(bench, ada, 0, bash, fresh, firefox);
  const near = async (program: string) => {
    const path = `/v1/who-has?program=${encodeURIComponent(program)}`;
    const found = whoHasSchema.parse((await bench.get(path)).body);
    assertEquals(found.holders, []);
    return found.nearest;
  };
  assertEquals(await near("opnssl < 3"), ["openssl"]);
  assertEquals(await near("firefox"), ["Mozilla Firefox (x64 fr)"]);
  assertEquals(await near("quite another thing"), []);
});

testApi("says what is wrong with a question", async (bench) => {
  await bench.enrol("ada");
  const bad = [
    "/v1/who-has",
    "/v1/who-has?program=",
    `/v1/who-has?program=${"x".repeat(257)}`,
    "/v1/who-has?program=bash%20%3C",
    "/v1/who-has?program=bash&not=yes",
  ];
  for (const path of bad) {
    const { status, body } = await bench.get(path);
    assertEquals(status, 400, path);
    assert(body.error.length > 10, path);
  }
  const unknown = await bench.get("/v1/who-has?program=bash&on=adda");
  assertEquals([unknown.status, unknown.body.nearest], [404, ["ada"]]);
});

testApi("tells the fleet's programs, and who has which", async (bench) => {
  const [ada = "", bob = ""] = await bench.enrol("ada", "bob");
  const lines = async () => {
    const answer = await bench.fetch("/v1/inventory/programs");
    assertEquals(answer.headers.get("content-type"), "application/jsonl");
    return (await answer.text()).split("\n").slice(0, -1)
      .map((line) => fleetProgramSchema.parse(JSON.parse(line)));
  };
  assertEquals(await lines(), []);
  const many = Array.from(
    { length: 1_200 },
    (_, at) => deb(`p${at}`, "1"),
  );
  await list(bench, ada, 0, ...many, bash);
  await list(bench, bob, 0, bash, fresh);
  const told = await lines();
  assertEquals(told.length, 1_202);
  const { number = 0, machines, ...program } = told
    .find(({ name }) => name === "bash") ?? {};
  assertEquals([program, machines], [bash, 2]);
  const holders = async (numbers: number[]) =>
    holdersSchema.parse(
      (await bench.post("/v1/inventory/holders", { numbers })).body,
    ).holders;
  assertEquals(await holders([]), []);
  assertEquals(await holders([number, 999_999]), [
    { number, machines: ["ada", "bob"] },
    { number: 999_999, machines: [] },
  ]);
  assertEquals((await holders(told.map(({ number }) => number))).length, 1_202);
  const tooMany = { numbers: Array.from({ length: 10_001 }, () => 1) };
  const refused = await bench.post("/v1/inventory/holders", tooMany);
  assertEquals(refused.status, 400);
});
