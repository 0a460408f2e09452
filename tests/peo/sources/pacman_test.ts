/** pacman's database: recorded, made by the real pacman, and broken. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { FaultList } from "../../../lib/peo/faults.ts";
import { pacmanSource } from "../../../lib/peo/sources/pacman.ts";
import { parsePacmanDesc } from "../../../lib/peo/sources/pacman_parser.ts";
import { canTest, must } from "../../install/native_root.ts";
import { fixture, inRoot, lines, type ToolRoot } from "./tool_root.ts";

const ignore = !await canTest("pacman");

const ARCH = { id: "arch", version: "" };
const LOCAL = "var/lib/pacman/local";

function parse(bytes: Uint8Array | string | null) {
  const faults = new FaultList("pacman");
  const program = parsePacmanDesc(
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    "a-1-1",
    ARCH,
    faults,
  );
  return { program, faults: faults.all().map(({ error }) => error) };
}

Deno.test("parsePacmanDesc reads a recorded entry", async () => {
  const { program, faults } = parse(
    await fixture("pacman/gmp-6.2.1-2/desc"),
  );
  assertEquals(faults, []);
  assertEquals(program, {
    name: "gmp",
    version: "6.2.1-2",
    purl: "pkg:alpm/arch/gmp@6.2.1-2?arch=x86_64&distro=arch",
    source: "pacman",
    architecture: "x86_64",
    supplier: "Antonio Rojas",
    licence: "LGPL3, GPL",
    installedAtS: 1_665_878_640,
    sizeBytes: 1_044_438,
  });
});

Deno.test("pacmanSource reads a recorded database", () =>
  inRoot(async (root) => {
    for (const name of ["gmp-6.2.1-2", "tree-sitter-0.22.6-1"]) {
      await root.put(
        `${LOCAL}/${name}/desc`,
        await fixture(`pacman/${name}/desc`),
      );
    }
    await root.put(`${LOCAL}/ALPM_DB_VERSION`, "9\n");
    assertEquals(await lines(pacmanSource(), root), {
      programs: ["gmp 6.2.1-2 x86_64", "tree-sitter 0.22.6-1 x86_64"],
      faults: [],
    });
  }));

Deno.test(
  "pacmanSource lists what pacman lists: none missed, none invented",
  { ignore },
  () =>
    inRoot(async (root) => {
      const files = [
        await make(root, "h2-libs", "1:2.3.r5-1", ["pkgbase = h2"]),
        await make(root, "h2+tool.x", "2024.1-0.5", ["arch = any"]),
      ];
      await pacman(root, "--noconfirm", "-U", ...files);
      const said = await pacman(root, "-Q");
      const { programs, faults } = await pacmanSource().read(root);
      assertEquals(faults, []);
      assertEquals(
        programs.map(({ name, version }) => `${name} ${version}`).sort(),
        said.trim().split("\n").sort(),
      );
      const library = programs.find(({ name }) => name === "h2-libs");
      assertEquals(library, {
        name: "h2-libs",
        version: "1:2.3.r5-1",
        purl: "pkg:alpm/arch/h2-libs@1:2.3.r5-1?arch=x86_64&distro=arch",
        source: "pacman",
        architecture: "x86_64",
        supplier: "Renée O'Brien",
        sourcePackage: "h2",
        installedAtS: library?.installedAtS ?? NaN,
        sizeBytes: 0,
      });
    }, { distribution: ARCH }),
);

/** Runs pacman in the root, and away from this machine's own settings. */
async function pacman({ root, put }: ToolRoot, ...args: string[]) {
  const settings = ["[options]", "Architecture = x86_64", "SigLevel = Never"];
  await put("made/pacman.conf", [...settings, ""].join("\n"));
  await Deno.mkdir(join(root, LOCAL), { recursive: true });
  // deno-fmt-ignore
  return await must("pacman", "--config", join(root, "made/pacman.conf"), "--root", root,
    "--dbpath", join(root, LOCAL, ".."), "--cachedir", join(root, "made/cache"),
    "--hookdir", join(root, "made/hooks"), "--logfile", join(root, "made/log"), ...args);
}

async function make(
  { root, put }: ToolRoot,
  name: string,
  version: string,
  fields: readonly string[],
): Promise<string> {
  const info = [`pkgname = ${name}`, `pkgver = ${version}`, "size = 0"];
  info.push(
    "pkgdesc = made by a test",
    "packager = Renée O'Brien <r@example.org>",
  );
  if (!fields.some((field) => field.startsWith("arch"))) {
    info.push("arch = x86_64");
  }
  await put(`made/${name}/.PKGINFO`, [...info, ...fields, ""].join("\n"));
  await Deno.mkdir(join(root, `made/${name}/usr/share/${name}`), {
    recursive: true,
  });
  const file = join(root, `made/${name}-${version}.pkg.tar.gz`);
  // deno-fmt-ignore
  await must("tar", "--force-local", "-C", join(root, "made", name), "--owner=0",
    "--group=0", "-czf", file, ".PKGINFO", "usr");
  return file;
}

Deno.test("pacmanSource says nothing where there is no database", () =>
  inRoot(async (root) => {
    assertEquals(await lines(pacmanSource(), root), {
      programs: [],
      faults: [],
    });
  }));

const GOOD = "%NAME%\na\n\n%VERSION%\n1-1\n\n";

// deno-fmt-ignore
const BROKEN: readonly [string, string | null, RegExp][] = [
  // what it is; the file; the fault
  ["no file", null, /^The entry "a-1-1" of pacman's database tells no name; "pacman -Dk"/],
  ["an empty file", "", /tells no name/],
  ["zeros after a power cut", "\0".repeat(500), /tells no name/],
  ["no version", "%NAME%\na\n\n", /tells no version/],
  ["a file cut in its name", "%NAME%\na", /tells no name/],
  ["a file cut in its version", GOOD.slice(0, -3), /tells no version/],
  ["a name of 4,000 characters", GOOD.replace("a", "n".repeat(4_000)), /^Cannot list "n+\.\.\.".*4000 characters/],
  ["a name with an escape", GOOD.replace("a", "\x1b[0m"), /^Cannot list "\\u001b\[0m".*cannot be shown/],
];

for (const [what, text, sentence] of BROKEN) {
  Deno.test(`parsePacmanDesc names what cannot be listed: ${what}`, () => {
    const { program, faults } = parse(text);
    assertEquals(program, null);
    assertEquals(faults.length, 1);
    assertMatch(faults[0] ?? "", sentence);
  });
}

Deno.test("parsePacmanDesc names a name that is no UTF-8", () => {
  const bytes = new TextEncoder().encode(GOOD);
  bytes[7] = 0xff;
  assertMatch(parse(bytes).faults[0] ?? "", /tells no name/);
});

Deno.test("pacmanSource lists the others beside a broken entry", () =>
  inRoot(async (root) => {
    await root.put(`${LOCAL}/a-1-1/desc`, GOOD);
    await root.put(`${LOCAL}/b-1-1/files`, "");
    const { programs, faults } = await lines(pacmanSource(), root);
    assertEquals(programs, ["a 1-1 -"]);
    assertEquals(faults.length, 1);
    assertMatch(faults[0] ?? "", /^The entry "b-1-1"/);
  }));

Deno.test("parsePacmanDesc never throws", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.constantFrom("%NAME%", "%SIZE%", "%", "\n", "a", GOOD))
        .map((parts) => new TextEncoder().encode(parts.join(""))),
    ),
    (bytes) => assert(parse(bytes).faults.length <= 1),
  ));
});
