/**
 * Records of OSV against programs: the specification's rules one by one, real
 * records, and records that are none.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FleetIndex } from "../../../lib/peo/osv/fleet_index.ts";
import { valueOf } from "../unwrap.ts";
import { readOsvRecord } from "../../../lib/peo/osv/record.ts";

const FIXTURES = new URL("../fixtures/osv/export/", import.meta.url);

const NPM = { ecosystem: "npm", name: "left" };

function recordOf(affected: unknown, more: object = {}): string {
  return JSON.stringify({ id: "X-1", affected: [affected], ...more });
}

/** Which of these versions of npm's `left` the record is about. */
function hit(json: string, versions: readonly string[]): string[] {
  const index = new FleetIndex();
  versions.forEach((version, number) =>
    index.add({
      ...{ number, name: "left", version, source: "npm" },
      purl: `pkg:npm/left@${version}`,
    })
  );
  const record = valueOf(readOsvRecord(json));
  return index.match(record).map(({ program }) => program.version);
}

const VERSIONS = ["0.9.0", "1.0.0", "1.5.0", "2.0.0", "2.1.0", "3.0.0"];

/** What is affected, and which of `VERSIONS` that is. */
const RULES: readonly (readonly [string, object, readonly string[]])[] = [
  [
    "introduced and fixed",
    {
      ranges: [{
        type: "SEMVER",
        events: [{ introduced: "1.0.0" }, { fixed: "2.0.0" }],
      }],
    },
    ["1.0.0", "1.5.0"],
  ],
  [
    "introduced at 0, before every version",
    {
      ranges: [{
        type: "SEMVER",
        events: [{ introduced: "0" }, { fixed: "1.0.0" }],
      }],
    },
    ["0.9.0"],
  ],
  [
    "last affected, itself included",
    {
      ranges: [{
        type: "ECOSYSTEM",
        events: [{ introduced: "1.0.0" }, { last_affected: "2.0.0" }],
      }],
    },
    ["1.0.0", "1.5.0", "2.0.0"],
  ],
  [
    "events in any order, and a beginning after an end",
    {
      ranges: [{
        type: "SEMVER",
        events: [{ fixed: "3.0.0" }, { introduced: "2.1.0" }, {
          fixed: "1.0.0",
        }, { introduced: "0" }],
      }],
    },
    ["0.9.0", "2.1.0"],
  ],
  [
    "one version alone, in which it was introduced and affected last",
    {
      ranges: [{
        type: "SEMVER",
        events: [{ introduced: "1.5.0" }, { last_affected: "1.5.0" }],
      }],
    },
    ["1.5.0"],
  ],
  ["named versions alone", { versions: ["1.5.0"] }, ["1.5.0"]],
  [
    "a limit",
    {
      ranges: [{
        type: "SEMVER",
        events: [{ introduced: "0" }, { limit: "1.5.0" }],
      }],
    },
    ["0.9.0", "1.0.0"],
  ],
  [
    "git's ranges are not ours to judge",
    { ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] },
    [],
  ],
  ["no range and no version", {}, []],
];

for (const [rule, affected, expected] of RULES) {
  Deno.test(`FleetIndex follows OSV's rule: ${rule}`, () => {
    assertEquals(
      hit(recordOf({ package: NPM, ...affected }), VERSIONS),
      expected,
    );
  });
}

Deno.test("FleetIndex leaves withdrawn records alone", () => {
  const affected = { package: NPM, versions: VERSIONS };
  const json = recordOf(affected, { withdrawn: "2024-01-01T00:00:00Z" });
  assertEquals(hit(json, VERSIONS), []);
});

Deno.test("FleetIndex tells the first fixed version after the program's own", () => {
  const index = new FleetIndex();
  const purl = "pkg:npm/left@2.0.0";
  index.add({ number: 1, name: "left", version: "2.0.0", purl, source: "npm" });
  const events = [
    { introduced: "0" },
    { fixed: "1.0.1" },
    { introduced: "2.0.0" },
    { fixed: "2.0.3" },
  ];
  const record = valueOf(
    readOsvRecord(
      recordOf({ package: NPM, ranges: [{ type: "SEMVER", events }] }),
    ),
  );
  assertEquals(index.match(record).map(({ fixed }) => fixed), ["2.0.3"]);
});

Deno.test("FleetIndex finds a real Debian record by the source package, in that release alone", async () => {
  const json = await Deno.readTextFile(new URL("DSA-3029-1.json", FIXTURES));
  const record = valueOf(readOsvRecord(json));
  const index = new FleetIndex();
  const add = (number: number, release: string, version: string) =>
    index.add({
      ...{ number, name: "nginx-common", version, source: "dpkg" },
      sourcePackage: "nginx",
      purl: `pkg:deb/debian/nginx-common@${version}?distro=debian-${release}`,
    });
  add(1, "7", "1.2.1-2.2+wheezy2");
  add(2, "7", "1.2.1-2.2+wheezy3");
  add(3, "12", "1.2.1-2.2+wheezy2");
  const found = index.match(record);
  assertEquals(found.map(({ program }) => program.number), [1]);
  assertEquals(found[0]?.record.aliases, ["CVE-2014-3616"]);
  assertEquals(found[0]?.fixed, "1.2.1-2.2+wheezy3");
});

Deno.test("FleetIndex counts what no database can judge, by source", () => {
  const index = new FleetIndex();
  const add = (number: number, purl: string, version = "1") =>
    index.add({ number, name: "x", version, purl, source: "local" });
  add(1, "pkg:generic/x@1");
  add(2, "pkg:npm/x", "");
  add(3, "pkg:npm/x@1");
  assertEquals([...index.strangers], [["local", 2]]);
  assertEquals([...index.ecosystems], [["npm", 1]]);
  assertEquals(index.count, 3);
});

Deno.test("readOsvRecord refuses what is no record, and throws at nothing", () => {
  for (const json of ["", "[]", "{}", '{"id":""}', '{"id":7}', "{"]) {
    assert(!readOsvRecord(json).ok, json);
  }
  fc.assert(fc.property(fc.json(), (json) => {
    readOsvRecord(json);
  }));
  const shape = fc.record({
    id: fc.constant("X"),
    aliases: fc.jsonValue(),
    affected: fc.array(fc.record({
      package: fc.record({
        ecosystem: fc.constant("npm"),
        name: fc.constant("left"),
      }),
      ranges: fc.array(
        fc.record({ type: fc.string(), events: fc.jsonValue() }),
      ),
      versions: fc.jsonValue(),
    })),
  });
  fc.assert(fc.property(shape, (value) => {
    hit(JSON.stringify(value), VERSIONS);
  }));
});
