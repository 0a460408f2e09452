/** The local API over real HTTP: exports of the whole inventory. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { cyclonedxFaults } from "../../peo/cyclonedx_schema.ts";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import { NOON_MS } from "../examples.ts";
import { faults, putList } from "../store/store_kit.ts";
import { type ApiBench, testApi } from "./api_bench.ts";

const AT = new Date(NOON_MS).toISOString();

const bash: ListedProgram = {
  ...{ name: "bash", version: "5.2-2", source: "dpkg", architecture: "amd64" },
  purl: "pkg:deb/debian/bash@5.2-2?arch=amd64&distro=debian-12",
  ...{ supplier: 'Matthias "doko" Klose', licence: "GPL-3+" },
  ...{ sizeBytes: 7_000, sourcePackage: "bash-src", sourceVersion: "5.2" },
};
const types: ListedProgram = {
  ...{ name: "@types/node", version: "", source: "npm" },
  purl: "pkg:npm/%40types/node",
};

async function fleet(bench: ApiBench): Promise<string[]> {
  const ids = await bench.enrol("bob", "ada", "unlisted");
  const [bob = "", ada = ""] = ids;
  const dated = { ...bash, installedAtS: 1_700_000_000 };
  await bench.store.commit([
    ...putList(ada, [types, dated]),
    ...putList(bob, [bash]),
  ]);
  return ids;
}

async function text(bench: ApiBench, query: string): Promise<string> {
  const answer = await bench.fetch(`/v1/export?format=${query}`);
  assertEquals(answer.status, 200);
  return await answer.text();
}

testApi("exports the fleet as one CycloneDX document", async (bench) => {
  const [bob = "", ada = ""] = await fleet(bench);
  const exported = await text(bench, "cyclonedx");
  assertEquals(await cyclonedxFaults(new TextEncoder().encode(exported)), null);
  const document = JSON.parse(exported);
  const components: {
    readonly type: string;
    readonly name: string;
    readonly "bom-ref": string;
  }[] = document.components;
  assertEquals(components.map(({ type, name }) => `${type} ${name}`), [
    "device ada",
    "device bob",
    "library @types/node",
    "application bash",
  ]);
  assertEquals(document.metadata.tools.components[0].name, "flottille-server");
  assert(Date.parse(document.metadata.timestamp) > 0);
  const [, , node = "", shell = ""] = components.map((one) => one["bom-ref"]);
  assertEquals(document.dependencies, [
    { ref: `machine:${ada}`, dependsOn: [node, shell] },
    { ref: `machine:${bob}`, dependsOn: [shell] },
  ]);
});

testApi("exports an empty fleet in each form", async (bench) => {
  const empty = await text(bench, "cyclonedx");
  assertEquals(await cyclonedxFaults(new TextEncoder().encode(empty)), null);
  assertEquals(JSON.parse(await text(bench, "json")), []);
  assertEquals((await text(bench, "csv")).split("\r\n").length, 2);
  const [ada = ""] = await bench.enrol("ada");
  await bench.store.commit(putList(ada, []));
  const bare = await text(bench, "cyclonedx");
  assertEquals(await cyclonedxFaults(new TextEncoder().encode(bare)), null);
  assertEquals(JSON.parse(await text(bench, "json"))[0].programs, []);
});

testApi(
  "exports one line of CSV for each machine and program",
  async (bench) => {
    const [bob = "", ada = ""] = await fleet(bench);
    const lines = (await text(bench, "csv")).split("\r\n");
    const purl = "pkg:deb/debian/bash@5.2-2?arch=amd64&distro=debian-12";
    const shell = 'bash,5.2-2,dpkg,amd64,"Matthias ""doko"" Klose",GPL-3+,' +
      `bash-src,5.2,7000,${purl}`;
    assertEquals(lines, [
      "machine,identifier,listed,name,version,source,architecture,supplier," +
      "licence,source_package,source_version,size_bytes,purl,installed",
      `ada,${ada},${AT},'@types/node,,npm,,,,,,,pkg:npm/%40types/node,`,
      `ada,${ada},${AT},${shell},2023-11-14T22:13:20Z`,
      `bob,${bob},${AT},${shell},`,
      "",
    ]);
  },
);

testApi("exports machines with their programs as JSON", async (bench) => {
  const [bob = "", ada = ""] = await fleet(bench);
  const dated = { ...bash, installedAtS: 1_700_000_000 };
  const known = {
    ...{ system: "linux", architecture: "x86_64" },
    ...{ distribution: "debian", distributionVersion: "12" },
    ...{ at: AT, confirmedAt: AT, faults },
  };
  assertEquals(JSON.parse(await text(bench, "json")), [
    { machine: "ada", id: ada, ...known, programs: [types, dated] },
    { machine: "bob", id: bob, ...known, programs: [bash] },
  ]);
});

testApi("exports the machines that are meant", async (bench) => {
  await fleet(bench);
  const names = async (query: string) =>
    JSON.parse(await text(bench, `json${query}`))
      .map(({ machine }: { machine: string }) => machine);
  assertEquals(await names("&on=b*"), ["bob"]);
  assertEquals(await names("&on=unlisted"), []);
  await bench.post("/v1/machines/revoke", { on: ["ada"] });
  assertEquals(await names(""), ["bob"]);
  assertEquals(await names("&on=ada&on=bob"), ["ada", "bob"]);
  const unknown = await bench.get("/v1/export?format=json&on=bop");
  assertEquals([unknown.status, unknown.body.nearest], [404, ["bob"]]);
  for (const query of ["", "?format=xml", "?format=JSON"]) {
    assertEquals((await bench.get(`/v1/export${query}`)).status, 400);
  }
});

/** So much that it does not fit into the sockets' buffers. */
async function largeFleet(bench: ApiBench): Promise<void> {
  const programs = Array.from({ length: 20_000 }, (_, at) => ({
    ...{ ...bash, name: `program-${at}`, supplier: "x".repeat(200) },
  }));
  for (const name of ["ada", "bob", "eve"]) {
    const [id = ""] = await bench.enrol(name);
    await bench.store.commit(putList(id, programs));
  }
}

testApi(
  "bounds the exports at once, and lets an abandoned one go",
  async (bench) => {
    await largeFleet(bench);
    const begin = async () => {
      const answer = await bench.fetch("/v1/export?format=json");
      const reader = answer.body?.getReader();
      await reader?.read();
      return { status: answer.status, reader };
    };
    const running = [
      await begin(),
      await begin(),
      await begin(),
      await begin(),
    ];
    const refused = await bench.get("/v1/export?format=csv");
    assertEquals(refused.status, 409);
    for (const { status, reader } of running) {
      assertEquals(status, 200);
      await reader?.cancel();
    }
    // The server notices it when it writes the next piece.
    for (let tries = 0;; tries++) {
      const answer = await bench.fetch("/v1/export?format=csv&on=ada");
      await answer.body?.cancel();
      if (answer.status === 200) break;
      assert(tries < 200, "the exports must end");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },
);

testApi("breaks an export off when the server stops", async (bench) => {
  await largeFleet(bench);
  const answer = await bench.fetch("/v1/export?format=json");
  const reader = answer.body?.getReader();
  await reader?.read();
  bench.inventory.close();
  await assertRejects(async () => {
    while (!(await reader?.read())?.done);
  });
});
