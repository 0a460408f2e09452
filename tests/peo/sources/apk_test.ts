/** apk's database: recorded, made by the real apk, and broken. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { FaultList } from "../../../lib/peo/faults.ts";
import { apkSource } from "../../../lib/peo/sources/apk.ts";
import { parseApkInstalled } from "../../../lib/peo/sources/apk_parser.ts";
import { concat } from "../../../lib/trust/bytes.ts";
import { must } from "../../install/native_root.ts";
import { fixture, inRoot, lines, type ToolRoot } from "./tool_root.ts";

const ALPINE = { id: "alpine", version: "3.19.0" };
const PATH = "lib/apk/db/installed";

function parse(bytes: Uint8Array | string) {
  const faults = new FaultList("apk");
  const programs = parseApkInstalled(
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    ALPINE,
    faults,
  );
  return { programs, faults: faults.all().map(({ error }) => error) };
}

Deno.test("parseApkInstalled reads a recorded database", async () => {
  const { programs, faults } = parse(await fixture("apk/installed"));
  assertEquals(faults, []);
  assertEquals(programs.map(({ name }) => name), [
    "bash",
    "busybox-binsh",
    "musl",
  ]);
  assertEquals(programs[1], {
    name: "busybox-binsh",
    version: "1.36.1-r15",
    purl: "pkg:apk/alpine/busybox-binsh@1.36.1-r15?arch=x86_64" +
      "&distro=alpine-3.19.0",
    source: "apk",
    architecture: "x86_64",
    supplier: "Sören Tempel",
    licence: "GPL-2.0-only",
    sourcePackage: "busybox",
    sizeBytes: 8_192,
  });
});

/** One that was installed, or null. */
async function apkVersion(): Promise<string | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  return await must("apk", "--version").catch(() => null);
}

Deno.test(
  "apkSource lists what apk lists: none missed, none invented",
  { ignore: await apkVersion() === null },
  () =>
    inRoot(async (root) => {
      const made = [
        await make(root, "h2-libs", ["origin = h2", "license = MIT AND Zlib"]),
        await make(root, "h2+tool.x"),
      ];
      // deno-fmt-ignore
      await must("apk", "--root", root.root, "--arch", "x86_64", "--initdb", "add",
        "--allow-untrusted", "--no-network", "--no-scripts", "--no-cache", ...made);
      const said = await must("apk", "--root", root.root, "info", "-v");
      const { programs, faults } = await apkSource().read(root);
      assertEquals(faults, []);
      assertEquals(
        programs.map(({ name, version }) => `${name}-${version}`).sort(),
        said.trim().split("\n").sort(),
      );
      const library = programs.find(({ name }) => name === "h2-libs");
      assertEquals(library?.sourcePackage, "h2");
      assertEquals(library?.licence, "MIT AND Zlib");
      assertEquals(library?.sizeBytes, 12_345);
    }, { distribution: ALPINE }),
);

/** A package for apk 2: two archives, of which the first has no end. */
async function make(
  { root, put }: ToolRoot,
  name: string,
  fields: readonly string[] = [],
): Promise<string> {
  const info = [
    `pkgname = ${name}`,
    "pkgver = 1.2.3_git20240101-r4",
    "arch = x86_64",
  ];
  info.push("size = 12345", "pkgdesc = made by a test", ...fields, "");
  await put(`made/${name}/.PKGINFO`, info.join("\n"));
  await Deno.mkdir(join(root, `made/${name}/usr/share/${name}`), {
    recursive: true,
  });
  const parts: Uint8Array[] = [];
  for (const [path, blocksEnd] of [[".PKGINFO", 2], ["usr", 0]] as const) {
    const tar = join(root, `made/${name}.tar`);
    // deno-fmt-ignore
    await must("tar", "-C", join(root, "made", name), "--format=ustar", "--owner=0",
      "--group=0", "--blocking-factor=1", "-cf", tar, path);
    const bytes = await Deno.readFile(tar);
    parts.push(gzipSync(bytes.subarray(0, bytes.length - blocksEnd * 512)));
  }
  const file = join(root, `made/${name}.apk`);
  await Deno.writeFile(file, concat(...parts));
  return file;
}

Deno.test("apkSource says nothing where there is no database", () =>
  inRoot(async (root) => {
    assertEquals(await lines(apkSource(), root), { programs: [], faults: [] });
  }));

Deno.test("apkSource reads a database with two names once", () =>
  inRoot(async (root) => {
    await root.put(`usr/${PATH}`, await fixture("apk/installed"));
    await Deno.symlink("usr/lib", join(root.root, "lib"));
    assertEquals((await lines(apkSource(), root)).programs, [
      "bash 5.2.21-r0 x86_64",
      "busybox-binsh 1.36.1-r15 x86_64",
      "musl 1.2.4_git20230717-r4 x86_64",
    ]);
  }));

Deno.test("apkSource says that the database is a directory", () =>
  inRoot(async (root) => {
    await root.put(`${PATH}/x`, "");
    assertEquals(await lines(apkSource(), root), {
      programs: [],
      faults: [`Cannot read "/${PATH}": it is no file`],
    });
  }));

Deno.test("apkSource lists 200,000 packages, S-17", () =>
  inRoot(async (root) => {
    const entries: string[] = [];
    for (let n = 0; n < 200_000; n++) entries.push(`P:a${n}\nV:1\n\n`);
    await root.put(PATH, entries.join(""));
    const { programs, faults } = await apkSource().read(root);
    assertEquals([programs.length, faults.length], [200_000, 0]);
  }));

const GOOD = "P:a\nV:1-r0\n\n";

// deno-fmt-ignore
const BROKEN: readonly [string, string, RegExp][] = [
  // what it is; the entry; the fault
  ["a name of 4,000 characters", `P:${"n".repeat(4_000)}\nV:1\n\n`, /^Cannot list "n+\.\.\.".*4000 characters/],
  ["a name with an escape", "P:a\x1b[31m\nV:1\n\n", /^Cannot list "a\\u001b\[31m".*cannot be shown/],
  ["no name", "V:1\nA:x\n\n", /^The entry in line 4 has no name/],
  ["no version", "P:b\nA:x\n\n", /^The package "b" in line 4 has no version/],
  ["two names", "P:b\nP:c\nV:1\n\n", /"b" in line 4 gives its name a second time in line 5/],
  ["a line of another kind", "P:b\nhello\nV:1\n\n", /"b" in line 4 has no field in line 5/],
];

for (const [what, broken, sentence] of BROKEN) {
  Deno.test(`parseApkInstalled names what cannot be listed: ${what}`, () => {
    const { programs, faults } = parse(GOOD + broken + "P:z\nV:2\n\n");
    assertEquals(programs.map(({ name }) => name), ["a", "z"]);
    assertEquals(faults.length, 1);
    assertMatch(faults[0] ?? "", sentence);
  });
}

Deno.test("parseApkInstalled names a name that is no UTF-8", () => {
  const bytes = new TextEncoder().encode(GOOD + GOOD);
  bytes[2] = 0xff;
  const { programs, faults } = parse(bytes);
  assertEquals(programs.length, 1);
  assertEquals(faults, [
    'The package "ÿ" in line 1 has no name that can be read',
  ]);
});

Deno.test("parseApkInstalled lists a half-installed package, and says so", () => {
  const { programs, faults } = parse("P:a\nV:1\nf:fsS\n\n");
  assertEquals(programs.length, 1);
  assertMatch(faults[0] ?? "", /"a" in line 1 is not wholly installed/);
  assertEquals(parse("P:a\nV:1\nf:S\n\n").faults, []);
});

Deno.test("parseApkInstalled says at each byte that the text is cut off", () => {
  for (let end = GOOD.length + 1; end < 2 * GOOD.length; end++) {
    const { programs, faults } = parse((GOOD + GOOD).slice(0, end));
    assertEquals(programs.length, 1);
    assertMatch(faults[0] ?? "", /line 4 is cut off$/);
  }
});

Deno.test("parseApkInstalled never throws", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.constantFrom("P:", "V:1", "A:", "\n", "f:f", ":", "x", GOOD))
        .map((parts) => new TextEncoder().encode(parts.join(""))),
    ),
    (bytes) => assert(parse(bytes).faults.length <= 16),
  ));
});
