/**
 * The source `local`, on real trees; who owns what is asked of this machine's
 * own dpkg-query, with a database of the test.
 */

import { assertEquals } from "@std/assert";
import { realHost } from "../../../lib/host/real.ts";
import type { SourceContext } from "../../../lib/peo/source.ts";
import { localSource } from "../../../lib/peo/sources/local.ts";
import {
  nameAndVersionOf,
  VERSION_FILES,
} from "../../../lib/peo/sources/local_versions.ts";

const ELF = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);

/** A root with these files; bytes are made executable. */
async function rootWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [path, content] of Object.entries(files)) {
    const directory = `${root}${path.slice(0, path.lastIndexOf("/"))}`;
    await Deno.mkdir(directory, { recursive: true });
    if (typeof content === "string") {
      await Deno.writeTextFile(`${root}${path}`, content);
    } else await Deno.writeFile(`${root}${path}`, content, { mode: 0o755 });
  }
  return root;
}

/** What the source finds there, as `name version`. */
async function found(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ programs: string[]; faults: readonly unknown[] }> {
  const root = await rootWith(files);
  try {
    const { disk, processes } = realHost();
    const context: SourceContext = {
      ...{ disk, processes, root, homes: [] },
      machine: { system: "linux", architecture: "x86_64" },
      distribution: { id: "debian", version: "12" },
    };
    const { programs, faults } = await localSource().read(context);
    return {
      programs: programs.map(({ name, version }) => `${name} ${version}`),
      faults,
    };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("localSource names what is unpacked in /opt by its version files", async () => {
  const { programs, faults } = await found({
    "/opt/idea-IU-233.11799/product-info.json":
      '{"name":"IntelliJ IDEA","version":"2023.3","productVendor":"JetBrains"}',
    "/opt/firefox/application.ini":
      "[App]\nVendor=Mozilla\nName=Firefox\nVersion=128.0.3\n[Gecko]\nVersion=1\n",
    "/opt/jdk-17/release":
      'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="17.0.9"\n',
    "/usr/local/go/VERSION": "go1.22.1\ntime 2024-02-29T18:18:48Z\n",
    "/usr/local/cuda-13.0/version.json":
      '{"cuda":{"name":"CUDA SDK","version":"13.0.0"}}',
  });
  assertEquals(programs, [
    "Firefox 128.0.3",
    "IntelliJ IDEA 2023.3",
    "jdk-17 17.0.9",
    "CUDA SDK 13.0.0",
    "go 1.22.1",
  ]);
  assertEquals(faults, []);
});

Deno.test("localSource takes what holds something to run, and leaves data alone", async () => {
  const { programs } = await found({
    "/opt/tool-2.1.0/bin/tool": ELF,
    "/opt/lonely/lonely": ELF,
    "/opt/wheels/a.whl": "data",
    "/opt/scripts/bin/run.sh": "#!/bin/sh\n",
    "/opt/flottille/editor/1.0/bin/editor": ELF,
    "/usr/local/share/VERSION": "9.9",
  });
  assertEquals(programs, ["lonely ", "tool 2.1.0"]);
});

Deno.test("localSource looks into a maker's directory for each of his programs", async () => {
  const { programs } = await found({
    "/opt/maker/one/package.json": '{"name":"one","version":"1.0.0"}',
    "/opt/maker/two/version.txt": "v2.3\n",
    "/opt/maker/readme/about.txt": "nothing",
  });
  assertEquals(programs, ["one 1.0.0", "two 2.3"]);
});

Deno.test("localSource lists native executables of /usr/local, without a version", async () => {
  const { programs } = await found({
    "/usr/local/bin/terraform": ELF,
    "/usr/local/bin/script": new TextEncoder().encode("#!/bin/sh\n"),
    "/usr/local/sbin/daemon": ELF,
  });
  assertEquals(programs, ["terraform ", "daemon "]);
});

Deno.test("localSource leaves out what dpkg brought", async () => {
  const { programs } = await found({
    "/opt/google/chrome/chrome": ELF,
    "/opt/google/chrome/VERSION": "126.0.1",
    "/opt/other/VERSION": "1.0",
    "/var/lib/dpkg/status":
      "Package: google-chrome-stable\nStatus: install ok installed\n" +
      "Maintainer: M <m@example.org>\nArchitecture: amd64\nVersion: 126.0.1-1\n" +
      "Description: browser\n\n",
    "/var/lib/dpkg/info/format": "1\n",
    "/var/lib/dpkg/info/google-chrome-stable.list":
      "/.\n/opt\n/opt/google\n/opt/google/chrome\n/opt/google/chrome/chrome\n",
  });
  assertEquals(programs, ["other 1.0"]);
});

Deno.test("localSource has nothing to say of a machine without these directories", async () => {
  assertEquals(await found({}), { programs: [], faults: [] });
});

Deno.test("localSource names a version that cannot be shown, and lists the rest", async () => {
  const { programs, faults } = await found({
    "/opt/bad/package.json": '{"name":"bad","version":"1\\u0007"}',
    "/opt/good/package.json": '{"name":"good","version":"1"}',
  });
  assertEquals(programs, ["good 1"]);
  assertEquals(faults.length, 1);
});

Deno.test("VERSION_FILES make nothing of files that are none", () => {
  const nonsense = [
    "",
    "\0",
    "{",
    "[]",
    "null",
    "x".repeat(9_999),
    "=\n=",
    "[App]",
  ];
  for (const { path, read } of VERSION_FILES) {
    for (const text of nonsense) assertEquals(read(text), null, path);
  }
});

Deno.test("nameAndVersionOf parts a directory's name where its version begins", () => {
  const rows = [
    ["cuda-13.0", "cuda", "13.0"],
    ["go1.22.1", "go", "1.22.1"],
    ["tool-v2.1.0-beta1", "tool", "2.1.0-beta1"],
    ["jdk-17", "jdk-17", ""],
    ["plain", "plain", ""],
  ] as const;
  for (const [directory, name, version] of rows) {
    assertEquals(nameAndVersionOf(directory), { name, version });
  }
});
