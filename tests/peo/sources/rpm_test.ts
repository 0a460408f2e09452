/** rpm for real, with packages made here; and what it could print. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { FaultList } from "../../../lib/peo/faults.ts";
import { rpmSource } from "../../../lib/peo/sources/rpm.ts";
import { parseRpmQuery } from "../../../lib/peo/sources/rpm_parser.ts";
import { canTest, must } from "../../install/native_root.ts";
import { inRoot, lines, type ToolRoot } from "./tool_root.ts";

const ignore = !await canTest("rpm", "rpmbuild");

const FEDORA = { id: "fedora", version: "40" };

/** Four packages of one source, with what is strange in each field. */
const SPEC = `Name: h2-made
Version: 1.2~rc1
Release: 3.fc40
Epoch: 4
Summary: made by a test
License: GPL-2.0-or-later AND (MIT or 'other')
Vendor: The "Makers' Society" \\ of %%{NAME}
Packager: Renée O'Brien <renee@example.org>
%description
Made
%package -n libh2
Version: 2^git5
Release: 1
Epoch: 0
Summary: made
BuildArch: noarch
%description -n libh2
Made
%package -n Gtk2++.h2
Version: 0
Release: 1
Summary: made
%description -n Gtk2++.h2
Made
%package -n kernel-h2
Version: 6.1
Release: 1
Summary: made
%description -n kernel-h2
Made
%install
mkdir -p %{buildroot}/usr/share/h2
head -c 12345 /dev/zero >%{buildroot}/usr/share/h2/data
%files
%files -n libh2
/usr/share/h2
%files -n Gtk2++.h2
%files -n kernel-h2
`;

/** Where the real rpm keeps its database in these tests. */
const DATABASE = "/var/lib/rpm";

async function make(root: ToolRoot, spec = SPEC): Promise<string[]> {
  await root.put("made/made.spec", spec);
  const made = join(root.root, "made");
  // deno-fmt-ignore
  await must("rpmbuild", "-bb", "--quiet", "--define", `_topdir ${made}/build`,
    "--define", `_rpmdir ${made}`, "--define", "_build_name_fmt %%{NAME}-%%{VERSION}.rpm",
    join(made, "made.spec"));
  const files: string[] = [];
  for await (const { name } of Deno.readDir(made)) {
    if (name.endsWith(".rpm")) files.push(join(made, name));
  }
  return files;
}

async function install(root: ToolRoot, ...args: string[]): Promise<void> {
  // deno-fmt-ignore
  await must("rpm", `--root=${root.root}`, `--dbpath=${DATABASE}`, "--install", "--nodeps", ...args);
}

Deno.test(
  "rpmSource lists what rpm -qa lists: none missed, none invented",
  { ignore },
  () =>
    inRoot(async (root) => {
      await install(root, ...await make(root));
      // Twice the same name, as of kernels.
      const other = SPEC.replace("Version: 6.1", "Version: 6.2");
      const kernels = (await make(root, other)).filter((file) =>
        file.includes("kernel-h2-6.2")
      );
      assertEquals(kernels.length, 1);
      await install(root, ...kernels);

      const { programs, faults } = await rpmSource().read(root);
      assertEquals(faults, []);
      const said = await must(
        "rpm",
        `--root=${root.root}`,
        `--dbpath=${DATABASE}`,
        "-qa",
        "--queryformat",
        "%{NAME} %{EVR} %{ARCH} %{LONGSIZE} %{INSTALLTIME}\\n",
      );
      assertEquals(
        programs.map((
          { name, version, architecture, sizeBytes, installedAtS },
        ) => `${name} ${version} ${architecture} ${sizeBytes} ${installedAtS}`)
          .sort(),
        said.trim().split("\n").sort(),
      );
      assertEquals(programs.length, 5);

      const library = programs.find(({ name }) => name === "libh2");
      assertEquals(library, {
        name: "libh2",
        version: "0:2^git5-1",
        purl: "pkg:rpm/fedora/libh2@2%5Egit5-1?arch=noarch&distro=fedora-40" +
          "&epoch=0",
        source: "rpm",
        architecture: "noarch",
        supplier: `The "Makers' Society" \\ of %{NAME}`,
        licence: "GPL-2.0-or-later AND (MIT or 'other')",
        sourcePackage: "h2-made",
        sourceVersion: "1.2~rc1-3.fc40",
        installedAtS: library?.installedAtS ?? NaN,
        sizeBytes: 12_345,
      });
    }, { distribution: FEDORA }),
);

Deno.test(
  "rpmSource names a package that rpm skips, and lists the others",
  { ignore },
  () =>
    inRoot(async (root) => {
      await install(root, ...await make(root));
      await damage(join(root.root, DATABASE, "rpmdb.sqlite"));
      const { programs, faults } = await lines(rpmSource(), root);
      assertEquals(programs.length, 3);
      assertEquals(faults.length, 1);
      assertMatch(faults[0] ?? "", /^rpm says: error: .*skipping .*BAD/);
    }),
);

/** Cuts the entry of one package short. */
async function damage(database: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const open = new DatabaseSync(database);
  open.exec(
    "UPDATE Packages SET blob = substr(blob, 1, 100) WHERE hnum = 1",
  );
  open.close();
}

Deno.test(
  "rpmSource says that a database cannot be read",
  { ignore },
  () =>
    inRoot(async (root) => {
      await root.put("var/lib/rpm/rpmdb.sqlite", "no database\n");
      const { programs, faults } = await lines(rpmSource(), root);
      assertEquals(programs, []);
      assertEquals(faults.length, 1);
      assertMatch(
        faults[0] ?? "",
        /^Cannot read what \/usr\/bin\/rpm says: it ended with code 1: error: /,
      );
    }),
);

Deno.test("rpmSource asks nobody where there is no database", () =>
  inRoot(async (root) => {
    await Deno.mkdir(join(root.root, "var/lib/rpm"), { recursive: true });
    const processes = {
      run: () => Promise.reject(new Error("it was asked")),
    };
    const nothing = await rpmSource().read({ ...root, processes });
    assertEquals(nothing, { programs: [], faults: [] });
  }));

Deno.test(
  "rpmSource asks one database that has two names once",
  { ignore },
  () =>
    inRoot(async (root) => {
      await install(root, ...await make(root));
      await Deno.mkdir(join(root.root, "usr/lib/sysimage"), {
        recursive: true,
      });
      await Deno.symlink(
        "../../../var/lib/rpm",
        join(root.root, "usr/lib/sysimage/rpm"),
      );
      const { programs } = await rpmSource().read(root);
      assertEquals(programs.length, 4);
    }),
);

Deno.test("rpmSource says that there is no rpm to read with", () =>
  inRoot(async (root) => {
    await root.put("var/lib/rpm/Packages", "");
    const { disk } = root;
    const without = {
      ...disk,
      stat: (path: string) =>
        path.endsWith("/rpm") ? Promise.resolve(null) : disk.stat(path),
    };
    const { faults } = await lines(rpmSource(), { ...root, disk: without });
    assertEquals(faults, [
      "There is a database of rpm in /var/lib/rpm, and no rpm to read it with",
    ]);
  }));

function parse(text: string | Uint8Array) {
  const faults = new FaultList("rpm");
  const bytes = typeof text === "string"
    ? new TextEncoder().encode(text)
    : text;
  const programs = parseRpmQuery(bytes, FEDORA, faults);
  return { programs, faults: faults.all().map(({ error }) => error) };
}

/** A line of what rpm prints, of a good package but for these fields. */
function line(other: Readonly<Record<number, string>> = {}): string {
  const fields = ["'a'", "(none)", "'1'", "'2'", "'x86_64'", "(none)"];
  fields.push("(none)", "'MIT'", "'a-1-2.src.rpm'", "1700000000", "5");
  return fields.map((field, index) => other[index] ?? field).join(" ") + "\n";
}

Deno.test("parseRpmQuery lets no text of a field pass for its end", () => {
  const vendor = "'two\nlines '\\''quoted'\\'' \\ (none)'";
  const { programs, faults } = parse(line({ 5: vendor, 7: "''" }) + line());
  assertEquals(faults, []);
  assertEquals(programs.length, 2);
  // No list may hold a newline, so the fact is left out and not the package.
  assertEquals(programs[0]?.supplier, undefined);
  assertEquals(programs[0]?.licence, undefined);
  assertEquals(programs[1]?.licence, "MIT");
});

Deno.test("parseRpmQuery leaves out the keys that rpm trusts", () => {
  assertEquals(parse(line({ 0: "'gpg-pubkey'", 4: "(none)" })), {
    programs: [],
    faults: [],
  });
});

// deno-fmt-ignore
const BROKEN: readonly [string, string, RegExp][] = [
  // what it is; the line; the fault
  ["a name of 4,000 characters", line({ 0: `'${"n".repeat(4_000)}'` }), /^Cannot list "n+\.\.\.".*has 4000 characters/],
  ["a name of two lines", line({ 0: "'a\nb'" }), /^Cannot list "a\\nb".*cannot be shown/],
  ["no name", line({ 0: "''" }), /^Cannot list "".*has no name/],
  ["no version", line({ 2: "(none)" }), /^Cannot list "a" "\(none\)-2": its name and its version are not both text/],
  ["a field too few", line({ 10: "" }).replace(" \n", "\n"), /^Entry 2 of what rpm says, "a", has 10 fields in place of 11/],
  ["a field too many", line({ 10: "5 6" }), /"a", has 12 fields/],
  ["an empty line", "\n", /Entry 2 of what rpm says, "", has 1 fields/],
];

for (const [what, broken, sentence] of BROKEN) {
  Deno.test(`parseRpmQuery names what cannot be listed: ${what}`, () => {
    const { programs, faults } = parse(line() + broken + line({ 0: "'z'" }));
    assertEquals(programs.map(({ name }) => name), ["a", "z"]);
    assertEquals(faults.length, 1);
    assertMatch(faults[0] ?? "", sentence);
  });
}

Deno.test("parseRpmQuery names a name that is no UTF-8", () => {
  const bytes = new TextEncoder().encode(line() + line());
  bytes[1] = 0xff;
  const { programs, faults } = parse(bytes);
  assertEquals(programs.length, 1);
  assertMatch(faults[0] ?? "", /^Cannot list "ÿ" "1-2": .* not both text$/);
});

Deno.test("parseRpmQuery says at each byte that the text is cut off", () => {
  const [first, second] = [line(), line({ 5: "'it'\\''s\nso'" })];
  const bytes = new TextEncoder().encode(first + second);
  for (let end = first.length + 1; end < bytes.length; end++) {
    const { programs, faults } = parse(bytes.subarray(0, end));
    assertEquals(programs.length, 1, `cut at ${end}`);
    assertMatch(faults[0] ?? "", /^Entry 2 of what rpm says.* is cut off$/);
  }
});

Deno.test("parseRpmQuery never throws", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.array(fc.constantFrom("'", "\\", " ", "\n", "a", "(none)", line()))
        .map((parts) => new TextEncoder().encode(parts.join(""))),
    ),
    (bytes) => {
      const { faults } = parse(bytes);
      assert(faults.length <= 16);
    },
  ));
});
