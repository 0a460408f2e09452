/** Python's packages: what pip itself lists, and what accidents leave. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { pipSource, readPythonSites } from "../../../lib/peo/sources/pip.ts";
import {
  pypiPurl,
  readPythonMetadata,
} from "../../../lib/peo/sources/pip_metadata.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { faultOf, valueOf } from "../unwrap.ts";
import {
  anyText,
  contextAt,
  faultsIn,
  inDirectory,
  lookingAt,
  namesIn,
  sortedOnce,
  writeFiles,
} from "./library_context.ts";

/** The system's own Python, whose packages are the machine's. */
const PYTHON = "/usr/bin/python3";

const hasPip = await hasSystemPip();

Deno.test({
  name: "pipSource lists what pip lists on this very machine: none missed, " +
    "none invented",
  ignore: !hasPip,
  fn: async () => {
    const list = await pipSource().read(contextAt(""));
    const theirs = await listedByPip([]);
    assertEquals(faultsIn(list), []);
    assertEquals(normal(namesIn(list)), normal(theirs));
    assert(theirs.length > 0);
  },
});

Deno.test({
  name: "pipSource lists what pip lists of a wheel, of old metadata and of " +
    "what was not removed whole",
  ignore: !hasPip,
  fn: () =>
    inDirectory(async (directory) => {
      const site = `${directory}/usr/lib/python3/dist-packages`;
      await installWheel(directory, site);
      await writeFiles(site, {
        "Old_Style-0.3.egg-info": OLD_METADATA,
        "older.egg-info/PKG-INFO": "Name: older\nVersion: 0.2\n",
        "oldest-0.1-py3.11.egg/EGG-INFO/PKG-INFO":
          "Name: oldest\nVersion: 0.1\n",
        "~leet_demo-0.9.dist-info/METADATA": "Name: x\nVersion: 0.9\n",
        "other/METADATA": "Name: other\nVersion: 1\n",
      });
      const list = await pipSource().read(contextAt(directory));
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), [
        "Fleet_Demo 1.0",
        "Old-Style 0.3",
        "older 0.2",
        "oldest 0.1",
      ]);
      const theirs = await listedByPip(["--path", site]);
      assertEquals(normal(namesIn(list)), normal(theirs));
      const demo = list.programs.find(({ name }) => name === "Fleet_Demo");
      assertEquals(demo, {
        source: "pip",
        name: "Fleet_Demo",
        version: "1.0",
        purl: "pkg:pypi/fleet-demo@1.0",
        licence: "MIT OR Apache-2.0",
        supplier: "Zoé Ek",
      });
    }),
});

Deno.test("pipSource finds the places of each system", async () => {
  const cases: readonly [string, readonly string[]][] = [
    ["linux", [
      "/usr/lib/python3/dist-packages",
      "/usr/lib/python3.11/site-packages",
      "/usr/lib64/python3.13/site-packages",
      "/usr/local/lib/python3.11/dist-packages",
    ]],
    ["darwin", [
      "/Library/Frameworks/Python.framework/Versions/3.13/lib/python3.13/site-packages",
      "/Library/Python/3.9/site-packages",
      "/opt/homebrew/lib/python3.13/site-packages",
      "/usr/local/lib/python3.12/site-packages",
    ]],
    ["windows", [
      "C:/Program Files/Python313/Lib/site-packages",
      "C:/Program Files (x86)/Python311-32/Lib/site-packages",
      "C:/Python27/Lib/site-packages",
    ]],
  ];
  for (const [system, sites] of cases) {
    await inDirectory(async (directory) => {
      const root = system === "windows" ? `${directory}/` : directory;
      for (const [index, site] of sites.entries()) {
        await writeFiles(root, {
          [`${site}/p${index}-1.dist-info/METADATA`]:
            `Name: p${index}\nVersion: 1\n`,
        });
      }
      const list = await pipSource().read(contextAt(root, system));
      assertEquals(faultsIn(list), []);
      assertEquals(namesIn(list), sites.map((_, index) => `p${index} 1`));
    });
  }
});

Deno.test("pipSource gives nothing, and no fault, where there is no Python", () =>
  inDirectory(async (directory) => {
    const list = await pipSource().read(contextAt(directory));
    assertEquals(list, { programs: [], faults: [] });
  }));

Deno.test("readPythonSites names each package that it cannot read, and goes on (S-17)", () =>
  inDirectory(async (directory) => {
    await writeFiles(directory, {
      "good-1.dist-info/METADATA": "Name: good\r\nVersion: 1\r\n\r\nName: x",
      "bare-1.dist-info/RECORD": "",
      "empty-1.dist-info/METADATA": "",
      "cut-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: cut\nVers",
      "latin-1.dist-info/METADATA": Uint8Array.from(
        "Name: lat\xefn\nVersion: 1\n",
        (char) => char.charCodeAt(0),
      ),
      "long-1.dist-info/METADATA": `Name: ${"n".repeat(4_000)}\nVersion: 1\n`,
      "bell-1.dist-info/METADATA": "Name: a\x07b\nVersion: 1\n",
      "big-1.dist-info/METADATA": `Name: big\nVersion: 1\nLicense: MIT\n\n${
        "text ".repeat(200_000)
      }`,
      "late-1.dist-info/METADATA": `License: ${
        "l".repeat(300_000)
      }\nName: late\n`,
    });
    const list = await readPythonSites(lookingAt(""), [directory]);
    assertEquals(namesIn(list), ["big 1", "good 1"]);
    const sentences = faultsIn(list).join("\n");
    for (
      const expected of [
        /bare-1.dist-info": it has no metadata/,
        /empty-1.dist-info\/METADATA": it tells no name/,
        /cut-1.dist-info\/METADATA": it tells no version/,
        /latin-1.dist-info\/METADATA": it tells no name/,
        /its name has 4000 characters/,
        /its name holds characters that cannot be shown/,
        /late-1.dist-info\/METADATA": it tells no name/,
      ]
    ) assertMatch(sentences, expected);
    assertEquals(faultsIn(list).length, 7);
  }));

Deno.test("readPythonMetadata takes the surest licence and the first person", () => {
  const cases: readonly [string, string | undefined, string | undefined][] = [
    ["License-Expression: MIT\nLicense: x\nAuthor: A", "MIT", "A"],
    [
      "License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License",
      "MIT License",
      undefined,
    ],
    [
      "License: BSD\n  and more of it\nAuthor: a@b.c\nMaintainer: M <m@b.c>",
      "BSD",
      "M",
    ],
    ['Author-email: "Ek, A" <a@b.c>, B <b@b.c>', undefined, "Ek, A"],
    [
      "Classifier: License :: OSI Approved\nAuthor: UNKNOWN",
      undefined,
      undefined,
    ],
  ];
  for (const [lines, licence, supplier] of cases) {
    const text = `Name: n\nVersion: 1\n${lines}\n\nLicense: below`;
    const read = valueOf(readPythonMetadata(utf8(text)));
    assertEquals(read, { name: "n", version: "1", licence, supplier }, lines);
  }
  assertEquals(faultOf(readPythonMetadata(utf8("x"))), "it tells no name");
});

Deno.test("readPythonMetadata and pypiPurl throw for no bytes at all (S-17)", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array(),
      fc.string().map((text) => utf8(`Name: ${text}\nVersion: ${text}\n`)),
    ),
    anyText(),
    (bytes, text) => {
      readPythonMetadata(bytes);
      pypiPurl(text, text);
    },
  ));
});

const OLD_METADATA = `Metadata-Version: 1.1
Name: Old-Style
Version: 0.3
Author: UNKNOWN
License: UNKNOWN
Description: one
        two
Platform: UNKNOWN
`;

/** A wheel made by hand, put where pip is told to. */
async function installWheel(directory: string, site: string): Promise<void> {
  const info = "fleet_demo-1.0.dist-info";
  await writeFiles(directory, {
    "wheel/fleet_demo/__init__.py": "",
    [`wheel/${info}/METADATA`]:
      "Metadata-Version: 2.4\nName: Fleet_Demo\nVersion: 1.0\n" +
      "License-Expression: MIT OR Apache-2.0\nAuthor-email: Zoé Ek <z@b.c>\n",
    [`wheel/${info}/WHEEL`]:
      "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`wheel/${info}/RECORD`]: [
      "fleet_demo/__init__.py",
      "METADATA",
      "WHEEL",
      "RECORD",
    ].map((name) => `${name.includes("/") ? name : `${info}/${name}`},,\n`)
      .join(""),
  });
  const wheel = `${directory}/fleet_demo-1.0-py3-none-any.whl`;
  await python(
    ["-m", "zipfile", "-c", wheel, "fleet_demo", info],
    `${directory}/wheel`,
  );
  await python([
    ...["-m", "pip", "install", "--no-index", "--no-deps", "--no-cache-dir"],
    ...["--no-compile", "--quiet", "--target", site, wheel],
  ], directory);
}

/** `NAME VERSION` of all that `pip list` shows. */
async function listedByPip(more: readonly string[]): Promise<string[]> {
  const text = await python([
    ...["-m", "pip", "list", "--format", "json", ...more],
  ], Deno.cwd());
  const found: { name: string; version: string }[] = JSON.parse(text);
  return found.map(({ name, version }) => `${name} ${version}`);
}

/** With names as package indexes know them: pip spells them its own way. */
function normal(names: readonly string[]): string[] {
  return sortedOnce(names.map((each) => {
    const [name = "", version] = each.split(" ");
    return `${name.toLowerCase().replace(/[-_.]+/g, "-")} ${version}`;
  }));
}

async function python(args: string[], directory: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(PYTHON, {
    args: ["-s", ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", PIP_DISABLE_PIP_VERSION_CHECK: "1" },
    cwd: directory,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function hasSystemPip(): Promise<boolean> {
  try {
    await python(["-c", "import pip"], Deno.cwd());
    return true;
  } catch {
    return false;
  }
}
