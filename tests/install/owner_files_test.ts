/**
 * What the machine's owner changed is never lost in silence (I-18): carried
 * over by an update as the manifest says, kept when a version goes, and
 * reported either way.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Result } from "../../lib/install/result.ts";
import type { ConfigFile } from "../../lib/ieo/manifest/types.ts";
import { treeOf } from "../ieo/samples.ts";
import { done, type House, removal, wayBack, withInstaller } from "./house.ts";
import { type Program, programOf } from "./packages.ts";

/** A program whose configuration says its version, unless it is given. */
function editor(
  version: string,
  changed: ConfigFile["changed"],
  conf = `conf ${version}\n`,
  more: Record<string, string> = {},
): Program {
  const serial = Number(version[0]);
  const files = { "etc/conf": conf, "readme": `readme ${version}\n`, ...more };
  const config = [{ path: "etc/conf", changed }];
  return programOf(files, { version, serial }, { config });
}

/** The program's files in use, without the installer's own. */
function inUse(house: House): Record<string, string> {
  const files = Object.entries(house.working() ?? {});
  return Object.fromEntries(files.filter(([path]) => !path.endsWith("/")));
}

/** What was kept, of all programs. */
function keptIn(house: House): Record<string, string> {
  const files = Object.entries(treeOf(`${house.root}/.kept`));
  return Object.fromEntries(files.filter(([path]) => !path.endsWith("/")));
}

/** The lines of a note, without the house's own path. */
function noteOf(house: House, result: Result): string[] {
  if (!result.ok) throw new Error(result.detail);
  const note = result.note.replaceAll(`${house.root}/`, "");
  return note === "" ? [] : note.split("\n");
}

Deno.test("Installer keeps a changed file in place, and puts the package's beside it, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "keep"), 1n);
    house.change("etc/conf", "mine\n");
    await Deno.chmod(`${house.root}/tool/1.0/etc/conf`, 0o600);
    const result = await house.install(installer, editor("2.0", "keep"), 2n);
    assertEquals(noteOf(house, result), [
      "kept the owner's etc/conf; the package's is etc/conf.package-2.0",
    ]);
    assertEquals(inUse(house), {
      "etc/conf": "mine\n",
      "etc/conf.package-2.0": "conf 2.0\n",
      "readme": "readme 2.0\n",
    });
    const { mode } = await Deno.stat(`${house.root}/tool/2.0/etc/conf`);
    assertEquals((mode ?? 0) & 0o777, 0o600);
    // It is still the very package, and needs no repair.
    const order = { order: 3n, attempt: 1, ...editor("2.0", "keep").ordered };
    assertEquals(await installer.already(order), done("2.0"));
  });
});

Deno.test("Installer puts a changed file aside, and the package's in place, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "aside"), 1n);
    house.change("etc/conf", "mine\n");
    const result = await house.install(installer, editor("2.0", "aside"), 2n);
    assertEquals(noteOf(house, result), [
      "replaced etc/conf, which the owner had changed; theirs is " +
      "etc/conf.owner-1.0",
    ]);
    assertEquals(inUse(house), {
      "etc/conf": "conf 2.0\n",
      "etc/conf.owner-1.0": "mine\n",
      "readme": "readme 2.0\n",
    });
  });
});

const UNTOLD = [
  ["a file that nobody changed", (_house: House) => {}, "conf 2.0\n"],
  [
    "a file that became what the package brings",
    (house: House) => house.change("etc/conf", "conf 2.0\n"),
    "conf 2.0\n",
  ],
  [
    "a file that the owner deleted",
    (house: House) => Deno.removeSync(`${house.root}/tool/1.0/etc/conf`),
    "conf 2.0\n",
  ],
] as const;
for (const [what, change, found] of UNTOLD) {
  Deno.test(`Installer says nothing of ${what}, I-18`, async () => {
    await withInstaller(async (installer, house) => {
      await house.install(installer, editor("1.0", "keep"), 1n);
      change(house);
      const result = await house.install(installer, editor("2.0", "keep"), 2n);
      assertEquals(noteOf(house, result), []);
      assertEquals(inUse(house)["etc/conf"], found);
      assertEquals(inUse(house)["etc/conf.package-2.0"], undefined);
    });
  });
}

Deno.test("Installer carries a symlink of the owner's, and meets no file of the package, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "keep"), 1n);
    const conf = `${house.root}/tool/1.0/etc/conf`;
    await Deno.remove(conf);
    await Deno.symlink("/etc/hostname", conf);
    const more = { "etc/conf.package-2.0": "taken\n" };
    const next = editor("2.0", "keep", "conf 2.0\n", more);
    const result = await house.install(installer, next, 2n);
    assertEquals(noteOf(house, result), [
      "kept the owner's etc/conf; the package's is etc/conf.package-2.0.2",
    ]);
    assertEquals(inUse(house)["etc/conf"], "-> /etc/hostname");
    assertEquals(inUse(house)["etc/conf.package-2.0"], "taken\n");
    assertEquals(inUse(house)["etc/conf.package-2.0.2"], "conf 2.0\n");
  });
});

Deno.test("Installer keeps what the owner changed when a version is dropped at last, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "keep"), 1n);
    house.change("etc/conf", "mine\n");
    house.change("readme", "read me not\n");
    house.change("cache", "not the package's\n");
    // Version 1.0 stays, and with it everything.
    const second = await house.install(installer, editor("2.0", "keep"), 2n);
    assertEquals(noteOf(house, second).length, 1);
    assertEquals(keptIn(house), {});
    house.change("etc/conf", "mine again\n");
    const third = await house.install(installer, editor("3.0", "keep"), 3n);
    assertEquals(noteOf(house, third), [
      "kept the owner's etc/conf; the package's is etc/conf.package-3.0",
      "moved what the owner had changed in tool 1.0 to .kept/tool-1.0: " +
      "etc/conf, readme",
    ]);
    assertEquals(keptIn(house), {
      "tool-1.0/etc/conf": "mine\n",
      "tool-1.0/readme": "read me not\n",
    });
  });
});

Deno.test("Installer does not keep twice what an update carried over, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "keep"), 1n);
    house.change("etc/conf", "mine\n");
    await house.install(installer, editor("2.0", "keep"), 2n);
    const third = await house.install(installer, editor("3.0", "keep"), 3n);
    assertEquals(noteOf(house, third).length, 1);
    assertEquals(keptIn(house), {});
    const removed = await installer.remove(removal(4n));
    assertEquals(noteOf(house, removed), [
      "moved what the owner had changed in tool 3.0 to .kept/tool-3.0: " +
      "etc/conf",
    ]);
    assertEquals(keptIn(house), { "tool-3.0/etc/conf": "mine\n" });
    assertEquals(house.working(), null);
  });
});

Deno.test("Installer never overwrites what it kept before, I-18", async () => {
  await withInstaller(async (installer, house) => {
    for (const [index, text] of ["one\n", "two\n", "three\n"].entries()) {
      const order = BigInt(2 * index);
      await house.install(installer, editor("1.0", "keep"), order);
      house.change("etc/conf", text);
      await installer.remove(removal(order + 1n));
    }
    assertEquals(keptIn(house), {
      "tool-1.0/etc/conf": "one\n",
      "tool-1.0.2/etc/conf": "two\n",
      "tool-1.0.3/etc/conf": "three\n",
    });
  });
});

Deno.test("Installer keeps a symlink, a directory and a link's way in a file's place, I-18", async () => {
  await withInstaller(async (installer, house) => {
    const files = { "a/b": "b\n", "c": "c\n", "d": "d\n", "same": "same\n" };
    await house.install(installer, programOf(files), 1n);
    const tree = `${house.root}/tool/1.0`;
    await Deno.remove(`${tree}/a`, { recursive: true });
    await Deno.symlink(house.state, `${tree}/a`);
    await Deno.writeTextFile(`${house.state}/b`, "elsewhere\n");
    await Deno.remove(`${tree}/c`);
    await Deno.symlink("nowhere", `${tree}/c`);
    await Deno.remove(`${tree}/d`);
    await Deno.mkdir(`${tree}/d`);
    await Deno.writeTextFile(`${tree}/d/e`, "e\n");
    const result = await installer.remove(removal(2n));
    assertMatch(noteOf(house, result)[0] ?? "", /tool-1.0: a\/b, c, d$/);
    assertEquals(keptIn(house), {
      "tool-1.0/a": `-> ${house.state}`,
      "tool-1.0/c": "-> nowhere",
      "tool-1.0/d/e": "e\n",
    });
    await Deno.remove(`${house.state}/b`);
  });
});

Deno.test("Installer.rollback leaves each version's own files as they were, I-18", async () => {
  await withInstaller(async (installer, house) => {
    await house.install(installer, editor("1.0", "keep"), 1n);
    house.change("etc/conf", "mine\n");
    await house.install(installer, editor("2.0", "keep"), 2n);
    house.change("etc/conf", "mine, newer\n");
    assertEquals(await installer.rollback(wayBack(3n)), done("1.0"));
    assertEquals(inUse(house)["etc/conf"], "mine\n");
    assertEquals(await installer.rollback(wayBack(4n)), done("2.0"));
    assertEquals(inUse(house)["etc/conf"], "mine, newer\n");
  });
});

Deno.test("Installer tells of many changed files with a number", async () => {
  await withInstaller(async (installer, house) => {
    const names = Array.from({ length: 12 }, (_, n) => `f${n}`);
    const files = Object.fromEntries(names.map((name) => [name, "x\n"]));
    await house.install(installer, programOf(files), 1n);
    for (const name of names) house.change(name, "y\n");
    const result = await installer.remove(removal(2n));
    assertMatch(noteOf(house, result)[0] ?? "", /: f0, .*, f7 and 4 more$/);
    assertEquals(Object.keys(keptIn(house)).length, 12);
  });
});
