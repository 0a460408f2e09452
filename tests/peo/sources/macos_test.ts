/** Applications and receipts of a Mac; on files of their form only. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { macosSource } from "../../../lib/peo/sources/macos_applications.ts";
import { readProfile } from "../../../lib/peo/sources/macos_profile.ts";
import { pkgutilSource } from "../../../lib/peo/sources/macos_receipts.ts";
import { readReceipts } from "../../../lib/peo/sources/macos_receipts_parser.ts";
import { utf8 } from "../../../lib/trust/bytes.ts";
import { valueOf } from "../unwrap.ts";
import {
  contextAt,
  faultsIn,
  inDirectory,
  writeFiles,
} from "./library_context.ts";

const RECORDED = new URL("../fixtures/macos/", import.meta.url).pathname;

Deno.test("macosSource lists applications, and no helpers, parts and left-overs", () =>
  inDirectory(async (directory) => {
    await putTool(
      directory,
      "system_profiler",
      `[ "$*" = "-json SPApplicationsDataType" ] &&
        cat "${RECORDED}system_profiler.txt"`,
    );
    const list = await macosSource().read(contextAt(directory, "darwin"));
    assertEquals(faultsIn(list), []);
    assertEquals(list.programs, [
      {
        source: "macos",
        name: "SerialCloner 2-6-1",
        version: "2.6.1",
        purl: "pkg:generic/SerialCloner%202-6-1@2.6.1",
        supplier: "Franck Perez",
      },
      {
        source: "macos",
        name: "VLC",
        version: "3.0.16",
        purl: "pkg:generic/VLC@3.0.16",
        supplier: "VideoLAN",
      },
      {
        source: "macos",
        name: "iMovie",
        version: "10.3.1",
        purl: "pkg:generic/iMovie@10.3.1",
        architecture: "universal",
      },
      {
        source: "macos",
        name: "Terminal",
        version: "2.12.7",
        purl: "pkg:generic/Terminal@2.12.7",
        architecture: "universal",
        supplier: "Apple",
      },
      {
        source: "macos",
        name: "OneDrive",
        version: "24.065.0331",
        purl: "pkg:generic/OneDrive@24.065.0331",
        architecture: "universal",
        supplier: "Microsoft Corporation",
      },
    ]);
  }));

Deno.test("readProfile tells programs from what else can be started", () => {
  const person = ["", "Users", "anna"].join("/");
  const cases: readonly [string, string | null][] = [
    ["/Applications/Firefox.app", "Firefox"],
    ["/Applications/Utilities/XQuartz.app", "XQuartz"],
    [`${person}/Applications/Own.app`, "Own"],
    ["/System/Cryptexes/App/System/Applications/Safari.app", "Safari"],
    [
      "/System/Volumes/Preboot/Cryptexes/App/System/Applications/Safari.app",
      "Safari",
    ],
    ["/Applications/A.app/Contents/B.app", null],
    [`${person}/Applications (Parallels)/Word.app`, null],
    [`${person}/Library/Caches/Old.app`, null],
    ["/Volumes/Backup/Applications/Firefox.app", null],
    ["/System/Library/CoreServices/Finder.app", null],
    ["/Library/Frameworks/Python.framework/Resources/Python.app", null],
    ["/Applications/.app", null],
    ["Firefox.app", null],
    ["", null],
  ];
  for (const [path, expected] of cases) {
    const json = { SPApplicationsDataType: [{ path, version: "1" }] };
    const [found] = valueOf(readProfile(utf8(JSON.stringify(json))));
    assertEquals(found?.name ?? null, expected, path);
  }
});

Deno.test("macosSource says why a recording is none, and which names it cannot list (S-17)", () =>
  inDirectory(async (directory) => {
    const odd = ["n".repeat(4_000), "a\u0007b", "half\ud800", "good"];
    const cases: readonly [string, readonly string[], RegExp][] = [
      [
        JSON.stringify({
          SPApplicationsDataType: [
            null,
            7,
            { path: ["x"] },
            ...odd.map((name) => ({ path: `/Applications/${name}.app` })),
          ],
        }),
        ["good"],
        /4000 characters[^]*cannot be shown[^]*cannot be shown/,
      ],
      ["{}", [], /it tells of no applications/],
      ["[".repeat(500_000) + "]".repeat(500_000), [], /Cannot read what/],
      ['{"SPApplicationsDataType":[{"path', [], /it is not JSON/],
      ["", [], /it is empty/],
    ];
    for (const [printed, names, expected] of cases) {
      await writeFiles(directory, { "printed": printed });
      await putTool(directory, "system_profiler", `cat "${directory}/printed"`);
      const list = await macosSource().read(contextAt(directory, "darwin"));
      assertEquals(list.programs.map(({ name }) => name), names);
      assertMatch(faultsIn(list).join("\n"), expected);
    }
  }));

Deno.test("pkgutilSource lists receipts of others, with the moment of the install", () =>
  inDirectory(async (directory) => {
    await putTool(
      directory,
      "pkgutil",
      `[ "$*" = "--regexp --pkg-info-plist .*" ] && cat "${RECORDED}pkgutil.txt"`,
    );
    const list = await pkgutilSource().read(contextAt(directory, "darwin"));
    assertEquals(faultsIn(list), []);
    assertEquals(
      list.programs.map(({ name, version, installedAtS, purl }) => ({
        ...{ name, version, installedAtS, purl },
      })),
      [
        {
          name: "com.apple.pkg.CLTools_Executables",
          version: "11.5.0.0.1.1588476445",
          installedAtS: 1_642_786_943,
          purl:
            "pkg:generic/com.apple.pkg.CLTools_Executables@11.5.0.0.1.1588476445",
        },
        {
          name: "randomPackage-1",
          version: "16.17.18080304",
          installedAtS: 1_581_382_444,
          purl: "pkg:generic/randomPackage-1@16.17.18080304",
        },
        {
          name: "randomPackage-2",
          version: "16.31.19111002",
          installedAtS: 1_581_382_096,
          purl: "pkg:generic/randomPackage-2@16.31.19111002",
        },
      ],
    );
  }));

Deno.test("pkgutilSource reads what is whole of a cut output, and counts the rest", () =>
  inDirectory(async (directory) => {
    const whole = await Deno.readTextFile(`${RECORDED}pkgutil.txt`);
    const printed = whole.slice(0, -100) // In the last of four receipts.
      .replace("<string>randomPackage-1<", "<string>A &amp; B&#38;&lt;<")
      .replace("<key>pkgid</key>", "<key>other</key>");
    await writeFiles(directory, { "printed": printed });
    await putTool(directory, "pkgutil", `cat "${directory}/printed"`);
    const list = await pkgutilSource().read(contextAt(directory, "darwin"));
    assertEquals(list.programs.map(({ name }) => name), [
      "com.apple.pkg.CLTools_Executables",
      "A & B&<",
    ]);
    assertMatch(faultsIn(list).join("\n"), /2 of the receipts .* were broken/);
  }));

Deno.test("macosSource and pkgutilSource say it when the tool is not there or fails", () =>
  inDirectory(async (directory) => {
    const context = contextAt(directory, "darwin");
    const sources = [macosSource(), pkgutilSource()];
    for (const source of sources) {
      const list = await source.read(context);
      assertMatch(faultsIn(list).join("\n"), /^This Mac has no /);
    }
    for (const tool of ["system_profiler", "pkgutil"]) {
      await putTool(directory, tool, "echo broken >&2; exit 3");
    }
    for (const source of sources) {
      const list = await source.read(context);
      assertMatch(faultsIn(list).join("\n"), /ended with code 3: broken/);
    }
  }));

Deno.test("readProfile and readReceipts throw for no bytes at all (S-17)", async () => {
  const real = await Deno.readFile(`${RECORDED}pkgutil.txt`);
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array(),
      fc.jsonValue().map((value) =>
        utf8(
          JSON.stringify({ SPApplicationsDataType: [value, { path: value }] }),
        )
      ),
      fc.string().map((text) =>
        utf8(`<dict><key>pkgid</key><string>${text}&#999999;</string></dict>`)
      ),
      fc.nat(real.length).map((length) => real.slice(0, length)),
    ),
    (bytes) => {
      readProfile(bytes);
      assert(readReceipts(bytes).broken >= 0);
    },
  ));
});

async function putTool(
  directory: string,
  name: string,
  script: string,
): Promise<void> {
  await writeFiles(directory, {
    [`usr/sbin/${name}`]: `#!/bin/sh\n${script}\n`,
  });
  await Deno.chmod(`${directory}/usr/sbin/${name}`, 0o755);
}
