/**
 * `ieo.toml`: every field in each way of writing it, and what is said of one
 * that is wrong.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { faultOfGlob, globOf } from "../../lib/ieo/draft/globs.ts";
import { type IeoToml, parseIeoToml } from "../../lib/ieo/draft/ieo_toml.ts";
import { IEO_TOML_KEYS } from "../../lib/ieo/draft/ieo_toml_fields.ts";
import { MANIFEST_FIELDS } from "../../lib/ieo/manifest/fields.ts";
import { lineOf, pathParts } from "../../lib/ieo/draft/toml_lines.ts";

function read(text: string): IeoToml {
  const parsed = parseIeoToml(text);
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.fault.join("\n"));
}

function faults(text: string): string[] {
  const parsed = parseIeoToml(text);
  return parsed.ok ? [] : parsed.fault;
}

Deno.test("parseIeoToml reads every field", () => {
  const { fields, exclude, native, hooksWithoutDeadline } = read(`
name = "editor"
version = "2.1~rc1"
serial = 7
title = "The Editor"
description = """
Writes.
And reads."""
homepage = "https://example.org/editor"
licence = "MIT"
agent = "0.3.0"
expires = "2027-01-31T12:00:00Z"
protected = true
rollback = false
exclude = ["*.o", "/build"]
bin = { editor = "bin/editor", ed = "bin/ed" }

[[targets]]
os = "linux"
architecture = "x86_64"
distribution = "debian"
versions = ">=12"

[[requires]]
name = "java"
versions = ">=17 <22"

[[conflicts]]
name = "old-editor"

[[config]]
path = "etc/editor.conf"
changed = "aside"

[hooks.preinstall]
run = ["/usr/bin/true"]
deadline = 5

[hooks.check]
run = ["bin/editor", "--version"]
user = "nobody"

[[native]]
kind = "exe"
path = "setup.exe"
package = "Editor"
version = "2.1"
arguments = ["/S"]
`);
  assertEquals(fields, {
    name: "editor",
    version: "2.1~rc1",
    serial: 7,
    title: "The Editor",
    description: "Writes.\nAnd reads.",
    homepage: "https://example.org/editor",
    licence: "MIT",
    agent: "0.3.0",
    expires: "2027-01-31T12:00:00Z",
    protected: true,
    rollback: false,
    bin: [
      { name: "editor", path: "bin/editor" },
      { name: "ed", path: "bin/ed" },
    ],
    targets: [{
      os: "linux",
      architecture: "x86_64",
      distribution: "debian",
      versions: ">=12",
    }],
    requires: [{ name: "java", versions: ">=17 <22" }],
    conflicts: [{ name: "old-editor", versions: "*" }],
    config: [{ path: "etc/editor.conf", changed: "aside" }],
    hooks: {
      preinstall: { run: ["/usr/bin/true"], deadlineSeconds: 5 },
      check: {
        run: ["bin/editor", "--version"],
        user: "nobody",
        deadlineSeconds: 60,
      },
    },
  });
  assertEquals(exclude, ["*.o", "/build"]);
  assertEquals(native.length, 1);
  assertEquals(hooksWithoutDeadline, ["check"]);
});

Deno.test("IEO_TOML_KEYS are the manifest's fields, but what files tell", () => {
  const keys = new Set([...Object.keys(IEO_TOML_KEYS)]);
  keys.delete("exclude");
  const fields = new Set(Object.keys(MANIFEST_FIELDS));
  for (const field of ["format", "files", "directories"]) fields.delete(field);
  assertEquals([...keys].sort(), [...fields].sort());
});

// deno-fmt-ignore
const SHORT: readonly (readonly [string, keyof IeoToml["fields"], unknown])[] = [
  ['requires = ["java >=17 <22", "editor"]', "requires", [{ name: "java", versions: ">=17 <22" }, { name: "editor", versions: "*" }]],
  ['conflicts = "vi"', "conflicts", [{ name: "vi", versions: "*" }]],
  ['targets = ["linux", "windows/x86_64"]', "targets", [{ os: "linux" }, { os: "windows", architecture: "x86_64" }]],
  ['targets = { distribution = "alpine" }', "targets", [{ distribution: "alpine" }]],
  ['config = ["etc/a", "etc/b"]', "config", [{ path: "etc/a", changed: "keep" }, { path: "etc/b", changed: "keep" }]],
  ['expires = 2027-01-31', "expires", "2027-01-31T23:59:59Z"],
  ['expires = 2027-01-31T12:00:00+02:00', "expires", "2027-01-31T10:00:00Z"],
  ['[hooks]\ncheck = "bin/test"', "hooks", { check: { run: ["bin/test"], deadlineSeconds: 60 } }],
  ['[hooks]\ncheck = ["bin/test", "-q"]', "hooks", { check: { run: ["bin/test", "-q"], deadlineSeconds: 60 } }],
  ['[hooks.check]\nshell = "/bin/sh"\nrun = "test -e x && test -e y"', "hooks", { check: { run: ["test -e x && test -e y"], shell: "/bin/sh", deadlineSeconds: 60 } }],
  ['name = "flottille-agent"\nself = { path = "flottille-agent" }', "self", { path: "flottille-agent", deadlineSeconds: 120 }],
];

for (const [text, key, value] of SHORT) {
  Deno.test(`parseIeoToml reads ${text.split("\n").at(-1)}`, () => {
    assertEquals(read(text).fields[key], value);
  });
}

Deno.test("parseIeoToml reads a file with a byte order mark and CRLF", () => {
  const { fields } = read('\ufeffname = "a"\r\nversion = "1"\r\n');
  assertEquals(fields, { name: "a", version: "1" });
});

// deno-fmt-ignore
const WRONG: readonly (readonly [string, string])[] = [
  ['license = "MIT"', 'line 1: "license" is no field of ieo.toml; did you mean licence?'],
  ['\n[hook.check]\nrun = ["a"]', 'line 2: "hook" is no field of ieo.toml; did you mean hooks?'],
  ['[hooks.postinstal]\nrun = ["a"]', 'line 1: "hooks.postinstal" is no field of ieo.toml; did you mean postinstall?'],
  ['[hooks.check]\nrun = ["a"]\ndeadlin = 3', 'line 3: "hooks.check.deadlin" is no field of ieo.toml; did you mean deadline?'],
  ['zzzzzzzz = 1', 'known are name, version'],
  ['[[native]]\nkind = "deb"\n[[native]]\nkin = "deb"', 'line 4: "native[1].kin" is no field of ieo.toml; did you mean kind?'],
  ['name = "a"\nversion = 2', 'line 2: "version" must be a version in quotes, not 2'],
  ['name = "Editor"', 'line 1: "name" must be a program name, not "Editor"'],
  ['files = []', '"files" is no field of ieo.toml'],
  ['[hooks.check]\nrun = "bin/test --quick"', 'line 2: "hooks.check.run" is run without a shell, so it must be a list: ["bin/test", "--quick"]; or name a shell'],
  ['[hooks]\ncheck = "bin/test --quick"', 'line 2: "hooks.check" is run without a shell'],
  ['[hooks.check]\nrun = ["a"]\ndeadline = 0', 'line 3: "hooks.check.deadline" must be a whole number from 1 to 3600, not 0'],
  ['[hooks.check]\nrun = []', 'line 2: "hooks.check.run" is an empty list'],
  ['bin = ["bin/editor"]', 'line 1: "bin" must be a table such as { editor = "bin/editor" }, not a list'],
  ['bin = { editor = "/bin/editor" }', '"bin.editor" is "/bin/editor", which begins with a slash'],
  ['[bin]\na = "bin/a"\nb = "../b"', 'line 3: "bin.b" is "../b", which has the part ".."'],
  ['requires = ["java >>17"]', '"requires[0].versions"'],
  ['requires = 7', '"requires" must be a list, not 7'],
  ['expires = 2027-01-31T12:00:00', '"expires" must say its zone: 2027-01-31T12:00:00Z'],
  ["version = 1.0", '"version" must be a version in quotes, not 1'],
  ['expires = "tomorrow"', '"expires" must be a moment such as'],
  ['targets = [{ versions = ">=12" }]', '"targets[0]" has "versions" and no "distribution"'],
  ['native = 3', '"native" must be tables that begin with [[native]]'],
  ['exclude = 3', '"exclude" must be a list of at most 256 patterns'],
  ['exclude = ["!keep"]', '"exclude" "!keep" begins with !'],
  ['name = ', 'line 1, column 8: this is not TOML'],
  ['name = "a"\nname = "b"', 'line 2'],
];

for (const [text, part] of WRONG) {
  const shown = text.replaceAll("\n", " / ");
  Deno.test(`parseIeoToml refuses ${shown}`, () => {
    const [first = "nothing"] = faults(text);
    assert(first.includes(part), first);
  });
}

Deno.test("parseIeoToml tells several errors at once, by their lines", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `x${index}zzzzzz = 1`);
  const told = faults(lines.join("\n"));
  assertEquals(told.length, 10);
  assert(told[1]?.startsWith("line 2: "), told[1]);
});

Deno.test("lineOf finds tables in lists, and is not misled by texts", () => {
  const text = `a = """
[b]
c = 1
"""
[[b]]
c = 2
[[b]]
d = 3
[b.e]
f = 4`;
  assertEquals(lineOf(text, ["b", 0, "c"]), 6);
  assertEquals(lineOf(text, ["b", 1, "d"]), 8);
  assertEquals(lineOf(text, ["b", 1, "c"]), 7);
  assertEquals(lineOf(text, ["b", 7]), 5);
  assertEquals(lineOf(text, ["z"]), 1);
  assertEquals(pathParts("hooks.check.run[0]"), ["hooks", "check", "run", 0]);
});

// deno-fmt-ignore
const GLOBS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["*.o", ["a.o", "x/y/a.o"], ["a.oo", "o"]],
  ["build", ["build", "x/build"], ["builds", "build/x"]],
  ["/build", ["build"], ["x/build"]],
  ["build/", ["build", "x/build"], ["builds"]],
  ["doc/*.pdf", ["doc/a.pdf"], ["doc/x/a.pdf", "x/doc/a.pdf"]],
  ["doc/**/*.pdf", ["doc/a.pdf", "doc/x/y/a.pdf"], ["a.pdf"]],
  ["**/test", ["test", "a/b/test"], ["a/tests"]],
  ["a/**", ["a", "a/b", "a/b/c"], ["b"]],
  ["v?", ["v1", "x/v2"], ["v", "v10"]],
  ["a.b", ["a.b"], ["axb"]],
];

for (const [glob, inside, outside] of GLOBS) {
  Deno.test(`globOf compares paths with ${glob}`, () => {
    const { matches } = globOf(glob);
    for (const path of inside) assert(matches(path), path);
    for (const path of outside) assert(!matches(path), path);
  });
}

Deno.test("globOf takes no time for a pattern that is made to", () => {
  const glob = `${"**/a*b*".repeat(10)}/**/c`;
  assert(faultOfGlob("**/".repeat(40)) !== null);
  assert(!globOf(glob).matches(`${"a/".repeat(500)}d`));
});

Deno.test("faultOfGlob refuses what means nothing", () => {
  for (const glob of ["", "/", "!a", "a\\b", "x".repeat(1_025)]) {
    assert(faultOfGlob(glob) !== null, glob);
  }
  assertEquals(faultOfGlob("src/**/*.c"), null);
});
