/** A whole list, from files in a temporary directory. */

import { assert, assertEquals } from "@std/assert";
import { realDisk } from "../../lib/host/real_disk.ts";
import { collectList } from "../../lib/peo/collect.ts";
import { parseList } from "../../lib/peo/parse.ts";
import { cyclonedxFaults } from "./cyclonedx_schema.ts";
import { valueOf } from "./unwrap.ts";

const STATUS = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7

`;

const OS_RELEASE = 'ID=debian\nVERSION_ID="12"\n';

const EDITOR = { name: "editor", version: "1.0" };

Deno.test("collectList lists every source in one document", async () => {
  await withFiles({ status: STATUS, "os-release": OS_RELEASE }, async (at) => {
    const list = await collect(at);
    assertEquals(list.programs.map(({ purl }) => purl), [
      "pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12",
      "pkg:generic/editor@1.0",
    ]);
    assertEquals(list.faults, []);
    assertEquals(await cyclonedxFaults(list.document), null);
    assertEquals(list.sha256, await sha256(list.document));
    assertEquals(parseList(list.document), {
      ok: true,
      value: {
        programs: list.programs,
        faults: [],
        distribution: { id: "debian", version: "12" },
      },
    });
  });
});

Deno.test("collectList gives equal machines equal bytes", async () => {
  const files = { status: STATUS, "os-release": OS_RELEASE };
  const documents: Uint8Array[] = [];
  for (let machine = 0; machine < 2; machine++) {
    await withFiles(files, async (at) => {
      documents.push((await collect(at)).document);
    });
  }
  assertEquals(documents[0], documents[1]);
});

Deno.test("collectList finds nothing and no fault where no dpkg is", async () => {
  await withFiles({}, async (at) => {
    const list = await collect(at);
    assertEquals(list.programs.map(({ name }) => name), ["editor"]);
    assertEquals(list.faults, []);
  });
});

Deno.test("collectList keeps the other lines when a source fails", async () => {
  await withFiles({ status: null }, async (at) => {
    const list = await collect(at);
    assertEquals(list.programs.map(({ name }) => name), ["editor"]);
    assertEquals(list.faults.map(({ source }) => source), ["dpkg"]);
    const error = list.faults[0]?.error ?? "";
    assert(error.startsWith("Cannot read the package database: "), error);
    assertEquals(valueOf(parseList(list.document)).faults, list.faults);
    assertEquals(await cyclonedxFaults(list.document), null);
  });
});

Deno.test("collectList refuses a name that Flottille installs nowhere, D-10", async () => {
  await withFiles({}, async (at) => {
    const bad = { name: "../evil\x1b", version: "1" };
    const list = await collect(at, [bad, EDITOR]);
    assertEquals(list.programs.map(({ name }) => name), ["editor"]);
    assertEquals(
      list.faults[0]?.error,
      'Cannot list "../evil\\u001b" "1": ' +
        "not a name and version that Flottille installs",
    );
  });
});

Deno.test("collectList lists 100,000 packages, S-17", async () => {
  const count = 100_000;
  const status = Array.from(
    { length: count },
    (_, index) => STATUS.replace("bash", `program-${index}`),
  ).join("");
  await withFiles({ status, "os-release": OS_RELEASE }, async (at) => {
    const list = await collect(at);
    assertEquals(list.programs.length, count + 1);
    const read = valueOf(parseList(list.document));
    assertEquals(read.programs.length, count + 1);
  });
});

function collect(directory: string, installed = [EDITOR]) {
  return collectList({
    disk: realDisk(),
    installed,
    machine: { system: "linux", architecture: "x86_64" },
    dpkgStatusPath: `${directory}/status`,
    osReleasePath: `${directory}/os-release`,
  });
}

/** Makes the files in a directory of its own; null makes a directory. */
async function withFiles(
  files: Record<string, string | null>,
  then: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${directory}/${name}`;
      if (text === null) await Deno.mkdir(path);
      else await Deno.writeTextFile(path, text);
    }
    await then(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
