/** `vulnerable`, against a server that has a small fleet. */

import { assert, assertEquals } from "@std/assert";
import { type Answers, withServer } from "./fake_server.ts";
import { zipOf } from "./osv_zip.ts";

const PROGRAMS = [
  {
    ...{ number: 1, machines: 2, name: "libssl3", version: "3.0.11-1+b1" },
    ...{ sourcePackage: "openssl", sourceVersion: "3.0.11-1", source: "dpkg" },
    purl: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12",
  },
  {
    ...{
      number: 2,
      machines: 1,
      name: "left",
      version: "1.0.0",
      source: "npm",
    },
    purl: "pkg:npm/left@1.0.0",
  },
  {
    ...{ number: 3, machines: 2, name: "editor", version: "1.0" },
    ...{ source: "flottille", purl: "pkg:generic/editor@1.0" },
  },
];

const HOLDERS = {
  holders: [
    { number: 1, machines: ["room-101", "room-102"] },
    { number: 2, machines: ["room-102"] },
  ],
};

const ANSWERS: Answers = {
  "GET /v1/inventory/programs": () =>
    new Response(PROGRAMS.map((one) => `${JSON.stringify(one)}\n`).join("")),
  "POST /v1/inventory/holders": HOLDERS,
};

const DEBIAN = {
  id: "DSA-9-1",
  modified: "1970-01-01T00:00:00Z",
  aliases: ["CVE-2026-1"],
  summary: "openssl - security update",
  affected: [{
    package: { ecosystem: "Debian:12", name: "openssl" },
    ranges: [{
      type: "ECOSYSTEM",
      events: [{ introduced: "0" }, { fixed: "3.0.15-1" }],
    }],
  }],
};

const NPM = {
  id: "GHSA-1",
  summary: "left goes right",
  database_specific: { severity: "HIGH" },
  affected: [{
    package: { ecosystem: "npm", name: "left" },
    versions: ["1.0.0"],
  }],
};

async function withDatabase(
  records: Readonly<Record<string, unknown>>,
  args: readonly string[],
  answers: Answers = ANSWERS,
) {
  let ran = { code: -1, stdout: "", stderr: "" };
  await withServer(answers, async (server) => {
    const path = `${server.directory}/all.zip`;
    const files = Object.entries(records).map((
      [name, record],
    ) => [name, typeof record === "string" ? record : JSON.stringify(record)]);
    await Deno.writeFile(path, await zipOf(Object.fromEntries(files)));
    ran = await server.run(["vulnerable", "--db", path, ...args]);
  });
  return ran;
}

const BOTH = { "a.json": DEBIAN, "b.json": NPM };

Deno.test("vulnerable groups by package: what, how bad, mended where, on whom", async () => {
  const { code, stdout, stderr } = await withDatabase(BOTH, []);
  assertEquals(code, 0);
  assertEquals(stdout.split("\n").map((line) => line.trimEnd()), [
    "left 1.0.0 (npm) on 1 machine: room-102",
    "  GHSA-1  high  no version without it  left goes right",
    "libssl3 3.0.11-1+b1 (dpkg) on 2 machines: room-101, room-102",
    "  CVE-2026-1 (DSA-9-1)    fixed in 3.0.15-1  openssl - security update",
    "",
  ]);
  assert(
    stderr.includes(
      "2 programs with known vulnerabilities on 2 machines; 2 records read",
    ),
    stderr,
  );
  assert(
    stderr.includes("1 of 3 programs cannot be judged by it: flottille 1"),
    stderr,
  );
  assert(/newest record is \d+ days old/.test(stderr), stderr);
});

Deno.test("vulnerable --by machine gathers the same by machine", async () => {
  const { stdout } = await withDatabase(BOTH, ["--by", "machine"]);
  assertEquals(stdout.split("\n").map((line) => line.trimEnd()), [
    "room-101: 1 program",
    "  libssl3 3.0.11-1+b1  1  CVE-2026-1 (DSA-9-1)",
    "room-102: 2 programs",
    "  left 1.0.0           1  GHSA-1",
    "  libssl3 3.0.11-1+b1  1  CVE-2026-1 (DSA-9-1)",
    "",
  ]);
});

Deno.test("vulnerable --json tells the same to programs", async () => {
  const { stdout } = await withDatabase(BOTH, ["--json"]);
  const told = JSON.parse(stdout);
  assertEquals(told.records, 2);
  assertEquals(told.unjudged, { flottille: 1 });
  assertEquals(told.packages.length, 2);
  assertEquals(
    told.machines.map(({ machine }: { machine: string }) => machine),
    ["room-101", "room-102"],
  );
});

Deno.test("vulnerable --on leaves other machines out", async () => {
  const machine = {
    ...{ id: "1", name: "room-101", hostName: "h", macs: [], address: "" },
    ...{ system: "linux", architecture: "x86_64", agentVersion: "0.1.0" },
    ...{ state: "alive", lastSeen: null, listAt: null, sharedMac: false },
  };
  const answers = {
    ...ANSWERS,
    "GET /v1/machines?on=room-101": { machines: [machine] },
  };
  const { stdout } = await withDatabase(BOTH, ["--on", "room-101"], answers);
  assert(stdout.startsWith("libssl3"), stdout);
  assert(!stdout.includes("room-102"), stdout);
});

Deno.test("vulnerable counts what one database cannot judge", async () => {
  const { stderr } = await withDatabase({ "b.json": NPM }, []);
  assert(stderr.includes("2 of 3 programs cannot be judged"), stderr);
  assert(stderr.includes("debian:12 1"), stderr);
});

Deno.test("vulnerable names broken records, and goes on", async () => {
  const records = { ...BOTH, "c.json": "{", "d.json": "[]" };
  const { code, stderr } = await withDatabase(records, []);
  assertEquals(code, 0);
  assert(stderr.includes("c.json is not JSON"), stderr);
  assert(stderr.includes("d.json has no id"), stderr);
});

Deno.test("vulnerable without a database, or with a wrong grouping, says what to give", async () => {
  await withServer(ANSWERS, async (server) => {
    const none = await server.run(["vulnerable"]);
    assertEquals(none.code, 2);
    assert(none.stderr.includes("--db FILE is missing"), none.stderr);
    const wrong = await server.run([
      "vulnerable",
      "--db",
      "x.zip",
      "--by",
      "machin",
    ]);
    assertEquals(wrong.code, 2);
    assert(wrong.stderr.includes("machine"), wrong.stderr);
  });
});
