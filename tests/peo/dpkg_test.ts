/**
 * dpkg's packages as lines of a list: made ones, and those of this very machine
 * beside what dpkg itself says.
 */

import { assert, assertEquals } from "@std/assert";
import { PackageURL } from "packageurl-js";
import type { Disk } from "../../lib/host/disk.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { readDistribution } from "../../lib/peo/os_release.ts";
import type { SourceContext } from "../../lib/peo/source.ts";
import { dpkgSource } from "../../lib/peo/sources/dpkg.ts";

const STATUS = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Maintainer: Matthias Klose <doko@debian.org>
Installed-Size: 7164

Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: glibc (2.36-8)
Version: 2.36-9

Package: libc6
Status: install ok installed
Architecture: i386
Multi-Arch: same
Source: glibc (2.36-8)
Version: 2.36-9
`;

Deno.test("dpkgSource reads every fact, of one architecture and of two", async () => {
  await withRoot({
    "status": STATUS,
    "info/bash.list": 1_700_000_000.9,
    "info/libc6:amd64.list": 1_700_000_001,
    "info/libc6.list": 1, // Another package's, or an old dpkg's.
  }, async (root) => {
    const libc6 = {
      name: "libc6",
      version: "2.36-9",
      source: "dpkg",
      sourcePackage: "glibc",
      sourceVersion: "2.36-8",
    };
    assertEquals(await read(root), {
      programs: [
        {
          name: "bash",
          version: "5.2.15-2+b7",
          purl: "pkg:deb/debian/bash@5.2.15-2+b7?arch=amd64&distro=debian-12",
          source: "dpkg",
          architecture: "amd64",
          supplier: "Matthias Klose",
          installedAtS: 1_700_000_000,
          sizeBytes: 7_335_936,
        },
        {
          ...libc6,
          purl: "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12",
          architecture: "amd64",
          installedAtS: 1_700_000_001,
        },
        {
          ...libc6,
          purl: "pkg:deb/debian/libc6@2.36-9?arch=i386&distro=debian-12",
          architecture: "i386",
        },
      ],
      faults: [],
    });
  });
});

const VIM = `Package: vim
Status: install ok installed
Architecture: amd64
Version: 2:9.1
`;

/** What dpkg had written when it was killed. */
const UPDATES = {
  // A new version; then that it is being taken away; a new package.
  "updates/0000": `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.3
`,
  "updates/0001": `Package: libc6
Status: deinstall ok config-files
Architecture: i386
Multi-Arch: same
Version: 2.36-9
`,
  "updates/0010": VIM,
  "updates/0002": `Package: vim
Status: install ok unpacked
Architecture: amd64
Version: 2:9.1
`,
  "updates/tmp.i": "Half of an",
};

Deno.test("dpkgSource reads what dpkg wrote before it was killed, as dpkg-query does", async () => {
  const files = { status: STATUS, ...UPDATES };
  await withRoot(files, async (root) => {
    const { programs } = await read(root);
    const found = programs.map(({ name, version, architecture }) =>
      `${name} ${version} ${architecture}`
    );
    const expected = [
      "bash 5.3 amd64",
      "libc6 2.36-9 amd64",
      "vim 2:9.1 amd64",
    ];
    assertEquals(found.sort(), expected);
    const theirs = await ofDpkgQuery("--admindir", `${root}/var/lib/dpkg`);
    if (theirs === null) return; // Not a Debian machine.
    assertEquals(
      theirs.map((one) => `${one.name} ${one.version} ${one.architecture}`)
        .sort(),
      expected,
    );
  });
});

Deno.test("dpkgSource reads again when dpkg ends while it reads", async () => {
  const files = { status: STATUS, ...UPDATES };
  await withRoot(files, async (root) => {
    const directory = `${root}/var/lib/dpkg`;
    const context = await contextOf(root);
    let isOver = false;
    const open: Disk["open"] = async (path, options) => {
      const isUpdate = path.includes("/updates/");
      if (isUpdate && !isOver) {
        // What dpkg does: one database of all, then the updates go.
        isOver = true;
        await Deno.writeTextFile(`${directory}/new`, VIM);
        await Deno.rename(`${directory}/new`, `${directory}/status`);
        await Deno.remove(`${directory}/updates`, { recursive: true });
      }
      return await context.disk.open(path, options);
    };
    const disk = { ...context.disk, open };
    const { programs, faults } = await dpkgSource().read({ ...context, disk });
    assert(isOver);
    assertEquals(faults, []);
    assertEquals(programs.map(({ name }) => name), ["vim"]);
  });
});

Deno.test("dpkgSource finds nothing and no fault where no dpkg is", async () => {
  await withRoot({}, async (root) => {
    assertEquals(await read(root), { programs: [], faults: [] });
  });
});

Deno.test("dpkgSource says what is wrong with a database that is no file", async () => {
  await withRoot({ "status/x": 1 }, async (root) => {
    const { programs, faults } = await read(root);
    assertEquals(programs, []);
    const error = faults[0]?.error ?? "";
    assert(error.startsWith("Cannot read the package database: "), error);
  });
});

Deno.test("dpkgSource lists this machine's packages as dpkg-query does", async () => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const expected = await ofDpkgQuery();
    if (expected === null) return; // Not a Debian machine.
    const { programs } = await dpkgSource().read(await contextOf(""));
    const now = await ofDpkgQuery();
    // Somebody installs something at this very moment.
    if (JSON.stringify(now) !== JSON.stringify(expected)) continue;
    const found = programs.map((one) => ({
      name: one.name,
      version: one.version,
      architecture: one.architecture ?? "",
      sourcePackage: one.sourcePackage ?? one.name,
      sourceVersion: one.sourceVersion ?? one.version,
      sizeBytes: one.sizeBytes ?? null,
    }));
    assertEquals(sorted(found), sorted(expected));
    for (const { purl, installedAtS } of programs) {
      assertEquals(PackageURL.fromString(purl).toString(), purl);
      assert(installedAtS !== undefined && installedAtS > 1e9, purl);
    }
    return;
  }
});

/** What dpkg itself says is installed; null where there is no dpkg. */
async function ofDpkgQuery(...more: string[]) {
  const fields = [
    ...["db:Status-Status", "Package", "Version", "Architecture"],
    ...["source:Package", "source:Version", "Installed-Size"],
  ];
  const format = fields.map((field) => `\${${field}}`).join("\t");
  try {
    const command = new Deno.Command("/usr/bin/dpkg-query", {
      args: [...more, "-W", "-f", `${format}\n`],
    });
    const { stdout } = await command.output();
    return new TextDecoder().decode(stdout).split("\n")
      .map((line) => line.split("\t"))
      .filter(([status]) => status === "installed")
      .map(([, name, version, architecture, source, sourceVersion, size]) => ({
        ...{ name, version, architecture, sourcePackage: source },
        sourceVersion,
        sizeBytes: size === "" ? null : 1_024 * Number(size),
      }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function sorted<T>(of: readonly T[]): string[] {
  return of.map((one) => JSON.stringify(one)).sort();
}

async function contextOf(root: string): Promise<SourceContext> {
  const disk = realDisk();
  return {
    disk,
    processes: { run: () => Promise.reject(new Error("Runs nothing")) },
    machine: { system: "linux", architecture: "x86_64" },
    distribution: await readDistribution(disk, `${root}/etc/os-release`),
    root,
    homes: [],
  };
}

async function read(root: string) {
  const context = await contextOf(root);
  const distribution = { id: "debian", version: "12" };
  return await dpkgSource().read({ ...context, distribution });
}

/** Makes dpkg's files below a root: their text, or when they were written. */
async function withRoot(
  files: Readonly<Record<string, string | number>>,
  then: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const directory = `${root}/var/lib/dpkg`;
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = `${directory}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
        recursive: true,
      });
      const isText = typeof content === "string";
      await Deno.writeTextFile(path, isText ? content : "");
      if (!isText) await Deno.utime(path, 0, content);
    }
    await then(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
