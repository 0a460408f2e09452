/**
 * The programs that Windows shows. All of it runs on files in the form
 * of `reg export`, and in place of `reg.exe` a program that gives them.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { genericPurl } from "../../../lib/peo/purl.ts";
import { windowsSource } from "../../../lib/peo/sources/windows_programs.ts";
import { contextAt, faultsIn, inDirectory } from "./library_context.ts";
import { file, RECORDED, UNINSTALL, utf16 } from "./windows_kit.ts";

Deno.test("windowsSource lists both registries and each person's, a program in two of them once", () =>
  inDirectory(async (directory) => {
    await putReg(directory, REG);
    const list = await windowsSource().read(
      contextAt(`${directory}/`, "windows"),
    );
    assertEquals(faultsIn(list), []);
    assertEquals(
      list.programs.map((
        { name, architecture, purl },
      ) => [name, architecture, purl]),
      [
        [
          "Git version 2.12.2.2",
          undefined,
          "pkg:generic/Git%20version%202.12.2.2@2.12.2.2",
        ],
        [
          "Strawberry Perl (64-bit)",
          undefined,
          "pkg:generic/Strawberry%20Perl%20(64-bit)@5.24.1",
        ],
        [
          "Mozilla Firefox 57.0.2 (fr)",
          undefined,
          "pkg:generic/Mozilla%20Firefox%2057.0.2%20(fr)@57.0.2",
        ],
        [
          "PuTTY version 0.58",
          "x86",
          "pkg:generic/PuTTY%20version%200.58@0.58",
        ],
        ["КриптоПро CSP", undefined, genericPurl("КриптоПро CSP", "5.0.12000")],
        [
          "1C Предприятие 7.7",
          undefined,
          genericPurl("1C Предприятие 7.7", "77.27"),
        ],
      ],
    );
    const left = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assert(!left.some((name) => name.endsWith(".reg")), left.join());
  }));

Deno.test("windowsSource names each registry that it cannot read, and reads the others", () =>
  inDirectory(async (directory) => {
    await putReg(
      directory,
      `case "$*" in
        "export HKU"*1001*) exit 0;; # Says that it did, and did not.
        "export HKLM"*:32*) echo "ERROR: Access is denied." >&2; exit 1;;
      esac
      ${REG}`,
    );
    const list = await windowsSource().read(
      contextAt(`${directory}/`, "windows"),
    );
    assertEquals(list.programs.length, 3);
    const sentences = faultsIn(list).join("\n");
    assertMatch(
      sentences,
      /Uninstall", 32 bits: .*code 1: ERROR: Access is denied/,
    );
    assertMatch(sentences, /1001.*, 64 bits: No such file or directory/);
  }));

Deno.test("windowsSource lists names as they are, and faults those that no list may hold (S-17)", () =>
  inDirectory(async (directory) => {
    await Deno.writeFile(
      `${directory}/odd.reg`,
      utf16([
        file('"DisplayName"="good"').trimEnd(),
        ...["n".repeat(4_000), "a\x07b", "half\ud800", " \u202e "].map((
          name,
          at,
        ) => `[${UNINSTALL}\\${at}]\r\n"DisplayName"="${name}"`),
        "",
      ].join("\r\n\r\n")),
    );
    await putReg(
      directory,
      `case "$1" in query) exit 1;; esac; cp "${directory}/odd.reg" "$3"`,
    );
    const list = await windowsSource().read(
      contextAt(`${directory}/`, "windows"),
    );
    assertEquals(list.programs.map(({ name }) => name), ["good"]);
    const sentences = faultsIn(list).join("\n");
    assertMatch(sentences, /its name has 4000 characters/);
    assertEquals(
      sentences.match(/holds characters that cannot be shown/g)?.length,
      6,
    );
  }));

Deno.test("windowsSource says it when there is no reg.exe", () =>
  inDirectory(async (directory) => {
    const list = await windowsSource().read(
      contextAt(`${directory}/`, "windows"),
    );
    assertEquals(list.programs, []);
    assertMatch(faultsIn(list).join("\n"), /this Windows has no reg.exe/);
  }));

/** Answers as `reg.exe` does, from the files. */
const REG = `case "$*" in
  "query HKU "*) printf '\\r\\nHKEY_USERS\\\\.DEFAULT\\r\\nHKEY_USERS\\\\S-1-5-19\\r\\nHKEY_USERS\\\\S-1-5-21-1-2-3-1001\\r\\nHKEY_USERS\\\\S-1-5-21-1-2-3-1001_Classes\\r\\nHKEY_USERS\\\\S-1-5-18\\r\\n';;
  "query HKU"*1001*) printf '\\r\\nHKEY_USERS\\\\S-1-5-21-1-2-3-1001\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\r\\n    x    REG_SZ    y\\r\\nHKEY_USERS\\\\S-1-5-21-1-2-3-1001\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Uninstall\\r\\n';;
  "query HKU"*) exit 1;;
  "export HKLM"*"/reg:64") cp "${RECORDED}seven_64.reg" "$3";;
  "export HKLM"*"/reg:32") cp "${RECORDED}xp_32.reg" "$3";;
  "export HKU"*1001*"/reg:64") cp "${RECORDED}ten_russian.reg" "$3";;
  *) exit 9;;
esac`;

async function putReg(directory: string, script: string): Promise<void> {
  const path = `${directory}/C:\\Windows\\System32\\reg.exe`;
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
