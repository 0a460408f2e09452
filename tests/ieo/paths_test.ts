/**
 * The names that a package may hold, and those that mean another file on some
 * target.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import {
  ancestorsOf,
  clashOf,
  faultOfPath,
  foldPath,
} from "../../lib/ieo/paths.ts";

const GOOD = [
  "a",
  "bin/tool",
  "READ ME.txt",
  ".hidden/.file",
  "c++/notepad++.exe",
  "é/ü/日本語",
  "common.txt",
  "nullable/console",
  "com10",
  "lpt",
  "a..b",
  "...a",
  "x".repeat(255),
  Array(32).fill("d").join("/"),
  "sub/ieo.json",
];
for (const path of GOOD) {
  Deno.test(`faultOfPath takes ${JSON.stringify(path.slice(0, 40))}`, () => {
    assertEquals(faultOfPath(path), null);
  });
}

const BAD: readonly (readonly [id: string, path: string, says: RegExp])[] = [
  ["Z-01", "../evil", /".."/],
  ["Z-01", "a/../b", /".."/],
  ["Z-01", "a/..", /".."/],
  ["Z-02", "/etc/passwd", /begins with a slash/],
  ["Z-02", "//server/share", /begins with a slash/],
  ["Z-02", "C:\\x", /:/],
  ["Z-03", "a\\b", /\\/],
  ["Z-09", "a\0b", /control/],
  ["Z-09", "a\x7f", /control/],
  ["Z-09", "a\u009b31m", /control/],
  ["Z-09", "a\ud800", /Unicode/],
  ["Z-09", "a?", /\?/],
  ["Z-09", "a*", /\*/],
  ["Z-09", "<a>", /</],
  ["Z-09", 'a"b', /"/],
  ["Z-09", "a|b", /\|/],
  ["Z-09", "a ", /dot or a space/],
  ["Z-09", "a./b", /dot or a space/],
  ["Z-09", "...", /dot or a space/],
  ["Z-09", "con", /device/],
  ["Z-09", "Aux.h", /device/],
  ["Z-09", "a/PRN", /device/],
  ["Z-09", "com\u00b9", /device/],
  ["Z-09", "NUL .txt", /device/],
  ["Z-09", "CONIN$", /device/],
  ["Z-09", "x".repeat(256), /255 bytes/],
  ["Z-09", "é".repeat(128), /255 bytes/],
  ["Z-09", `${"a/".repeat(20)}${"b".repeat(1_000)}`, /1024 bytes/],
  ["Z-24", Array(33).fill("d").join("/"), /32 levels/],
  ["Z-10", "", /empty/],
  ["Z-10", ".", /"."/],
  ["Z-10", "./a", /"."/],
  ["Z-10", "a//b", /empty part/],
  ["Z-10", "a/", /empty part/],
  ["Z-10", "ieo.json", /keeps for itself/],
  ["Z-10", "Ieo.JSON", /keeps for itself/],
  ["Z-10", "ieo.json/a", /keeps for itself/],
  ["Z-10", "ieo.installed.json", /keeps for itself/],
];
for (const [id, path, says] of BAD) {
  const shown = JSON.stringify(path.slice(0, 40));
  Deno.test(`faultOfPath refuses ${shown}, ${id}`, () => {
    assertMatch(faultOfPath(path) ?? "it was taken", says);
  });
}

Deno.test("faultOfPath takes no path that leaves its directory, Z-01, Z-02", () => {
  const part = fc.constantFrom("a", "..", ".", "", "b:", "\\", "~", "c d");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const path = parts.join("/");
      if (faultOfPath(path) !== null) return;
      const url = new URL(path, "file:///program/");
      assert(url.pathname.startsWith("/program/"));
      assertEquals(decodeURI(url.pathname), `/program/${path}`);
    }),
  );
});

Deno.test("foldPath makes one of what some system takes for one", () => {
  assertEquals(foldPath("Bin/TOOL"), foldPath("bin/tool"));
  assertEquals(foldPath("\u00e9"), foldPath("E\u0301"));
  assertEquals(foldPath("\u212a"), foldPath("k"));
  assert(foldPath("a/b") !== foldPath("ab"));
});

Deno.test("ancestorsOf names the directories from the outside in", () => {
  assertEquals(ancestorsOf("a/b/c"), ["a", "a/b"]);
  assertEquals(ancestorsOf("a"), []);
});

const CLASHES: readonly (readonly [string[], string[], RegExp | null])[] = [
  [["a", "b/c", "b/d"], ["b", "e/f"], null],
  [["a", "a"], [], /"a" is there twice/],
  [["a/B", "a/b"], [], /"a\/B" and "a\/b" are one name/],
  [["A/x", "a/y"], ["Var", "var"], null],
  [["A/x", "a/X"], [], /"A\/x" and "a\/X" are one name/],
  [["a", "a/b"], [], /"a" is a file and a directory/],
  [["a/b", "a"], [], /"a" is a file and a directory/],
  [["a"], ["a"], /"a" is a file and a directory/],
  [["a"], ["A/b"], /"a" and "A\/" are one name/],
  [["a/B/c", "A/b"], [], /"A\/b" and "a\/B\/" are one name/],
];
for (const [files, directories, says] of CLASHES) {
  const title = `files ${files} and directories ${directories || "none"}`;
  Deno.test(`clashOf judges the ${title}, Z-06, Z-08`, () => {
    const clash = clashOf(files, directories);
    if (says === null) assertEquals(clash, null);
    else assertMatch(clash ?? "no clash", says);
  });
}
