/** A whole list, from all sources of a machine. */

import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/trust/bytes.ts";
import type { PeoList } from "../../lib/peo/collect.ts";
import { lineOf } from "../../lib/peo/document.ts";
import { ListReader, parseList } from "../../lib/peo/parse.ts";
import { LIST_LIMITS } from "../../lib/peo/program.ts";
import { LIBRARY_SOURCES, SOURCES, sourcesOf } from "../../lib/peo/sources.ts";
import { dpkgSource } from "../../lib/peo/sources/dpkg.ts";
import {
  collectorOf,
  CountedSource,
  EDITOR,
  program,
  withFiles,
} from "./collect_kit.ts";
import { cyclonedxFaults } from "./cyclonedx_schema.ts";
import { longestProgram } from "./listed_arbitrary.ts";
import { valueOf } from "./unwrap.ts";

const STATUS = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7

`;

const DEBIAN = {
  "var/lib/dpkg/status": STATUS,
  "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
};

Deno.test("Collector lists every source in one document", async () => {
  await withFiles(DEBIAN, async (root) => {
    const list = await dpkgOf(root).collect();
    assertEquals(list.programs.map(({ purl }) => purl), [
      "pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12",
      "pkg:generic/editor@1.0",
    ]);
    assertEquals(list.faults, []);
    const document = concat(...list.lines());
    assertEquals(await cyclonedxFaults(document), null);
    assertEquals(list.sha256, await sha256(document));
    assertEquals(list.size, document.length);
    assertEquals(parseList(document), {
      ok: true,
      value: {
        programs: [...list.programs],
        faults: [],
        distribution: { id: "debian", version: "12" },
        rebootFor: "",
      },
    });
  });
});

Deno.test("Collector gives equal machines equal bytes", async () => {
  const hashes: string[] = [];
  for (let machine = 0; machine < 2; machine++) {
    await withFiles(DEBIAN, async (root) => {
      hashes.push((await dpkgOf(root).collect()).sha256);
    });
  }
  assertEquals(hashes[0], hashes[1]);
});

Deno.test("Collector finds nothing and no fault where no dpkg is", async () => {
  await withFiles({}, async (root) => {
    const list = await dpkgOf(root).collect();
    assertEquals(names(list), ["editor"]);
    assertEquals(list.faults, []);
  });
});

Deno.test("Collector keeps the other lines when a source fails", async () => {
  const good = new CountedSource("apk", [program("apk", "musl")]);
  const bad = new CountedSource("rpm", []);
  bad.answer = () => Promise.reject(new Error("the database is locked"));
  const list = await collectorOf({ sources: [bad, good] }).collect();
  assertEquals(names(list), ["musl", "editor"]);
  const fault = "Cannot read the source: the database is locked";
  assertEquals(list.faults, [{ source: "rpm", error: fault }]);
  const document = concat(...list.lines());
  assertEquals(valueOf(parseList(document)).faults, [...list.faults]);
  assertEquals(await cyclonedxFaults(document), null);
});

Deno.test("Collector says which database cannot be read", async () => {
  await withFiles({ "var/lib/dpkg/status": null }, async (root) => {
    const list = await dpkgOf(root).collect();
    assertEquals(names(list), ["editor"]);
    assertEquals(list.faults.map(({ source }) => source), ["dpkg"]);
    const error = list.faults[0]?.error ?? "";
    assert(error.startsWith("Cannot read the package database: "), error);
  });
});

Deno.test("Collector refuses a name that Flottille installs nowhere, D-10", async () => {
  const bad = { name: "../evil\x1b", version: "1" };
  const installed = () => Promise.resolve([bad, EDITOR]);
  const list = await collectorOf({ sources: [], installed }).collect();
  assertEquals(names(list), ["editor"]);
  assertEquals(
    list.faults[0]?.error,
    'Cannot list "../evil\\u001b" "1": ' +
      "not a name and version that Flottille installs",
  );
});

Deno.test("Collector lists a program once that a source gives twice", async () => {
  const other = { ...program("npm", "semver"), purl: "pkg:npm/other" };
  const npm = new CountedSource("npm", [other, program("npm", "semver")]);
  const list = await collectorOf({ sources: [npm] }).collect();
  assertEquals(names(list), ["editor", "semver"]);
  assertEquals(valueOf(parseList(concat(...list.lines()))).programs.length, 2);
});

Deno.test("Collector leaves out what is too much for a list, and says so, S-17", async () => {
  const count = LIST_LIMITS.programsMax + 2;
  const dpkg = new CountedSource(
    "dpkg",
    Array.from({ length: count }, (_, index) => program("dpkg", `p${index}`)),
  );
  const list = await collectorOf({ sources: [dpkg] }).collect();
  assertEquals(list.programs.length, LIST_LIMITS.programsMax);
  assert(names(list).includes("editor"), "Flottille's own is never left out");
  assertEquals(list.faults, [{
    source: "list",
    error: "3 programs are beyond what a list may hold",
  }]);
});

Deno.test("Collector keeps the document within its bytes, S-17", async () => {
  const longest = longestProgram();
  const dpkg = new CountedSource(
    "dpkg",
    Array.from({ length: 20_000 }, (_, index) => ({
      ...longest,
      name: `${index}${longest.name}`.slice(0, LIST_LIMITS.textLengthMax),
    })),
  );
  const list = await collectorOf({ sources: [dpkg] }).collect();
  assert(list.size <= LIST_LIMITS.documentBytesMax);
  assert(list.size > 0.9 * LIST_LIMITS.documentBytesMax, `${list.size}`);
  assertEquals(list.faults.length, 1);
});

Deno.test("Collector lists 100,000 packages, S-17", async () => {
  const count = 100_000;
  const status = Array.from(
    { length: count },
    (_, index) => STATUS.replace("bash", `program-${index}`),
  ).join("");
  const files = { ...DEBIAN, "var/lib/dpkg/status": status };
  await withFiles(files, async (root) => {
    const list = await dpkgOf(root).collect();
    assertEquals(list.programs.length, count + 1);
    const reader = new ListReader();
    for (const piece of list.lines()) assert(reader.push(piece).ok);
    assertEquals(valueOf(reader.finish()).count, count + 1);
  });
});

Deno.test("Collector makes a valid document of every source with every fact", async () => {
  const facts = {
    architecture: "amd64",
    supplier: "Somebody",
    licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
    sourcePackage: "source",
    sourceVersion: "2",
    installedAtS: 1_795_410_000,
    sizeBytes: 1,
  };
  const sources = SOURCES.map(({ name }) =>
    new CountedSource(name, [
      { ...program(name, "whole"), ...facts },
      program(name, "bare", ""),
    ])
  );
  const list = await collectorOf({ sources }).collect();
  const document = concat(...list.lines());
  assertEquals(await cyclonedxFaults(document), null);
  const read = valueOf(parseList(document));
  assertEquals(read.programs, [...list.programs]);
  assertEquals(read.programs.length, 2 * SOURCES.length + 1);
});

Deno.test("sourcesOf names the sources of a system, and optional ones where wanted", () => {
  const dpkg = dpkgSource();
  const pip = new CountedSource("pip", [], { isOptional: true });
  const msi = { ...dpkg, name: "msi", systems: ["windows"] };
  const all = [dpkg, pip, msi];
  assertEquals(sourcesOf("linux", [], all), [dpkg]);
  assertEquals(sourcesOf("linux", ["npm"], all), [dpkg]);
  assertEquals(sourcesOf("linux", ["npm", "pip"], all), [dpkg, pip]);
  assertEquals(sourcesOf("windows", ["pip"], all), [msi]);
});

Deno.test("SOURCES have names of their own that a list may hold", () => {
  const names = SOURCES.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assert(/^[a-z][a-z0-9-]{0,30}$/.test(name), name);
});

Deno.test("lineOf calls the programs of optional sources libraries, and no others", () => {
  for (const { name } of SOURCES) {
    const type = LIBRARY_SOURCES.includes(name) ? "library" : "application";
    assertEquals(JSON.parse(lineOf(program(name, "x"))).type, type, name);
  }
});

/** A collector of what is below the root, dpkg's source alone. */
function dpkgOf(root: string) {
  return collectorOf({ root, sources: [dpkgSource()] });
}

function names({ programs }: PeoList): string[] {
  return programs.map(({ name }) => name);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
