/** MSIX packages, by their full names; on recordings only. */

import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { FaultList } from "../../../lib/peo/faults.ts";
import { msixSource, programsOf } from "../../../lib/peo/sources/msix.ts";
import { msixPurl, readMsixName } from "../../../lib/peo/sources/msix_name.ts";
import { subkeyNamesIn } from "../../../lib/peo/sources/windows_registry.ts";
import {
  anyText,
  contextAt,
  faultsIn,
  inDirectory,
} from "./library_context.ts";

const RECORDED =
  new URL("../fixtures/msix/reg_query.txt", import.meta.url).pathname;

/** In place of `reg.exe`: a little program. */
async function putReg(directory: string, script: string): Promise<void> {
  const path = `${directory}/C:\\Windows\\System32\\reg.exe`;
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

Deno.test("msixSource lists programs and frameworks, and no parts of them or of Windows", () =>
  inDirectory(async (directory) => {
    await putReg(directory, `cat "${RECORDED}"`);
    const context = contextAt(`${directory}/`, "windows");
    const list = await msixSource().read(context);
    assertEquals(faultsIn(list), []);
    assertEquals(
      list.programs.map(({ name, version, architecture, supplier }) =>
        [name, version, architecture, supplier ?? "-"].join(" ")
      ),
      [
        "CanonicalGroupLimited.Ubuntu20.04onWindows 2004.2020.812.0 x64 -",
        "Microsoft.MicrosoftEdge.Stable 124.0.2478.105 neutral Microsoft Corporation",
        "Microsoft.VCLibs.140.00 14.0.27323.0 x64 Microsoft Corporation",
        "Microsoft.VCLibs.140.00 14.0.27323.0 x86 Microsoft Corporation",
        "Microsoft.XboxGameOverlay 1.41.24001.0 x64 Microsoft Corporation",
      ],
    );
    assertEquals(
      list.programs[0]?.purl,
      "pkg:generic/CanonicalGroupLimited.Ubuntu20.04onWindows@2004.2020.812.0" +
        "?arch=x64&publisher_id=79rhkp1fndgsc",
    );
  }));

Deno.test("msixSource gives nothing, and no fault, on a Windows without such packages", () =>
  inDirectory(async (directory) => {
    await putReg(directory, 'echo "ERROR: no such key" >&2; exit 1');
    const context = contextAt(`${directory}/`, "windows");
    assertEquals(await msixSource().read(context), {
      programs: [],
      faults: [],
    });
  }));

Deno.test("msixSource says why it cannot read the registry", () =>
  inDirectory(async (directory) => {
    const context = contextAt(`${directory}/`, "windows");
    const sentences = faultsIn(await msixSource().read(context)).join("\n");
    assertMatch(sentences, /repository of packages: this Windows has no reg/);
  }));

Deno.test("programsOf names what is no full name, and goes on (S-17)", () => {
  const faults = new FaultList("msix");
  const programs = programsOf([
    "a_b",
    "n".repeat(4_000),
    "Bell\x07_1.0.0.0_x64__8wekyb3d8bbwe",
    "Good.App_1.0.0.0_x64__8wekyb3d8bbwe",
  ], faults);
  assertEquals(programs.map(({ name }) => name), ["Good.App"]);
  assertEquals(faults.all().length, 3);
  assertMatch(faults.all()[0]?.error ?? "", /"a_b": it is no package's full/);
});

Deno.test("subkeyNamesIn takes the keys below the one that was asked for", () => {
  const printed =
    "\r\nHKEY_USERS\\A\\B\r\n    v    REG_SZ    HKEY_X\\Y\\Z\r\n" +
    "HKEY_USERS\\A\\B\\one\r\nHKEY_USERS\\A\\B\\\r\nend of search: 1\r\n";
  const bytes = new TextEncoder().encode(printed);
  assertEquals(subkeyNamesIn(bytes, "HKU\\A\\B"), ["one"]);
});

Deno.test("readMsixName and subkeyNamesIn throw for nothing at all (S-17)", () => {
  fc.assert(fc.property(
    fc.uint8Array(),
    anyText(),
    fc.string(),
    (bytes, text, part) => {
      subkeyNamesIn(bytes, text);
      for (const full of [text, `${part}_1.0_${part}__8wekyb3d8bbwe`]) {
        const name = readMsixName(full);
        if (name !== null) msixPurl(name);
      }
    },
  ));
});
