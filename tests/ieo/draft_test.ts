/**
 * From a directory to what a package will be.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { draftOfDirectory, readIeoToml } from "../../lib/ieo/draft.ts";
import type { PackSource } from "../../lib/ieo/draft/pack_source.ts";
import { pack } from "../../lib/ieo/pack.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import { debOf, rpmOf } from "./native_kit.ts";
import { build, type Files } from "./pack_kit.ts";
import { DISK, PUBLISHER, withDirectory } from "./samples.ts";

const GIVEN = { name: "tool", version: "1.0", serial: 3 };

async function draftOf(
  directory: string,
  files: Files,
): Promise<PackSource> {
  await build(directory, files);
  const toml = await readIeoToml(DISK, directory);
  return await draftOfDirectory({ disk: DISK, directory, toml, given: GIVEN });
}

/** What is said of a directory that cannot be packed. */
async function refusalOf(files: Files): Promise<string> {
  return await withDirectory(async (directory) => {
    const error = await assertRejects(
      () => draftOf(directory, files),
      PackError,
    );
    return (error as Error).message;
  });
}

Deno.test("draftOfDirectory takes a directory without ieo.toml as it is", async () => {
  await withDirectory(async (directory) => {
    const { draft, found, remarks } = await draftOf(directory, {
      "bin/tool": "#!/bin/sh\n",
      "var/": "",
    });
    assertEquals(draft, GIVEN);
    assertEquals(found.files.map(({ path }) => path), ["bin/tool"]);
    assertEquals(found.directories, ["var"]);
    assertEquals(remarks, {
      hooksWithoutDeadline: [],
      madeExecutable: [],
      idlePatterns: [],
    });
  });
});

Deno.test("draftOfDirectory leaves out ieo.toml and what exclude names", async () => {
  await withDirectory(async (directory) => {
    const { draft, found, remarks } = await draftOf(directory, {
      "ieo.toml": 'title = "T"\nexclude = ["*.o", "build", "nothing"]',
      "a.c": "x",
      "a.o": "x",
      "build/b/c": "x",
      "sub/ieo.toml": "x",
      "sub/b.o": "x",
    });
    const paths = found.files.map(({ path }) => path);
    assertEquals(paths, ["a.c", "sub/ieo.toml"]);
    assertEquals(draft.title, "T");
    assertEquals(remarks.idlePatterns, ["nothing"]);
  });
});

Deno.test("draftOfDirectory can leave out a symlink, and refuses it else", async () => {
  await withDirectory(async (directory) => {
    await Deno.symlink("/nowhere", `${directory}/link`);
    const files = { "a": "x", "ieo.toml": 'exclude = ["link"]' };
    assertEquals((await draftOf(directory, files)).found.files.length, 1);
    await Deno.writeTextFile(`${directory}/ieo.toml`, "");
    const error = await assertRejects(() => draftOf(directory, {}), PackError);
    assert((error as Error).message.includes("exclude in ieo.toml"));
  });
});

Deno.test("draftOfDirectory lets what is given win over ieo.toml", async () => {
  await withDirectory(async (directory) => {
    const { draft } = await draftOf(directory, {
      "ieo.toml": 'name = "other"\nversion = "9"\nserial = 99',
      "a": "x",
    });
    assertEquals(draft, GIVEN);
  });
});

Deno.test("draftOfDirectory makes what is run executable, and says so", async () => {
  await withDirectory(async (directory) => {
    const { found, remarks } = await draftOf(directory, {
      "ieo.toml": 'bin = { tool = "bin/tool" }\n[hooks]\ncheck = "check"',
      "bin/tool": "x",
      "check": "x",
      "data": "x",
    });
    assertEquals(
      found.files.map(({ path, mode }) => [path, mode]),
      [["bin/tool", 0o755], ["check", 0o755], ["data", 0o644]],
    );
    assertEquals(remarks.madeExecutable, ["bin/tool", "check"]);
    assertEquals(remarks.hooksWithoutDeadline, ["check"]);
  });
});

Deno.test("draftOfDirectory takes a package without files that demands something", async () => {
  await withDirectory(async (directory) => {
    const files = { "ieo.toml": 'requires = ["java"]' };
    const source = await draftOf(directory, files);
    assertEquals(source.found.files, []);
    const output = `${directory}.ieo`;
    const packed = await pack({
      disk: DISK,
      directory,
      draft: source.draft,
      found: source.found,
      publisher: PUBLISHER,
      output,
    });
    assertEquals(packed.files, 0);
    await Deno.remove(output);
    await Deno.remove(`${output}.sig`);
  });
});

// deno-fmt-ignore
const REFUSED: readonly (readonly [string, Files, string])[] = [
  ["an empty directory", { "ieo.toml": "" }, "there is no file in it"],
  ["a bad ieo.toml", { "ieo.toml": "nam = 1" }, 'Cannot use "'],
  ["an ieo.toml that is no text", { "ieo.toml": new Uint8Array([0xff, 0xfe]) }, "it is not UTF-8"],
  ["an ieo.toml that is a directory", { "ieo.toml/a": "x" }, "it is a directory"],
  ["a command that is not there", { "ieo.toml": '\nbin = { tool = "bin/tol" }', "bin/tool": "x" }, 'line 2 of ieo.toml: "bin.tool" is "bin/tol", which is not among the files; did you mean bin/tool?'],
  ["a hook that is left out", { "ieo.toml": 'exclude = ["*.sh"]\n[hooks]\ncheck = "a.sh"', "a.sh": "x", "b": "x" }, 'line 3 of ieo.toml: "hooks.check.run[0]" is "a.sh", which is left out by the pattern "*.sh"'],
  ["a configuration file that is not there", { "ieo.toml": 'config = ["etc/a"]', "b": "x" }, '"config[0].path" is "etc/a"'],
  ["names that differ by case", { "Read": "x", "read": "x" }, "rename one of them"],
  ["a native package that is not there", { "ieo.toml": '[[native]]\npath = "a.deb"', "b": "x" }, "there is no such file"],
  ["a native package that tells nothing", { "ieo.toml": '\n[[native]]\npath = "a.msi"', "a.msi": "x" }, 'line 2 of ieo.toml: "native[0].package" is missing'],
  ["a native package of no kind", { "ieo.toml": '[[native]]\npath = "a.zip"\npackage = "a"\nversion = "1"', "a.zip": "x" }, '"native[0].kind" is missing'],
];

for (const [what, files, part] of REFUSED) {
  Deno.test(`draftOfDirectory refuses ${what}`, async () => {
    const message = await refusalOf(files);
    assert(message.includes(part), message);
  });
}

Deno.test("draftOfDirectory fills [[native]] from the files themselves", async () => {
  await withDirectory(async (directory) => {
    const { draft } = await draftOf(directory, {
      "ieo.toml": `
[[native]]
path = "tool.deb"
[[native]]
path = "tool.rpm"
[[native]]
path = "setup.exe"
package = "Tool"
version = "1"
arguments = ["/S"]
remove = ["/uninstall.exe", "/S"]`,
      "tool.deb": debOf(),
      "tool.rpm": rpmOf(),
      "setup.exe": "MZ",
    });
    assertEquals(
      draft.native?.map(({ kind, package: name, version }) => [
        kind,
        name,
        version,
      ]),
      [
        ["deb", "tool", "2:1.0-3"],
        ["rpm", "Tool", "2:1.0~rc1-3.el9"],
        ["exe", "Tool", "1"],
      ],
    );
    assertEquals(draft.native?.[2]?.remove, ["/uninstall.exe", "/S"]);
  });
});
