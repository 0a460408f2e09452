/**
 * What no package can hold: refused with a sentence that says what to do, and
 * nothing is left of the attempt.
 *
 * @module
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { pack, type PackOptions } from "../../lib/ieo/pack.ts";
import { PackError } from "../../lib/ieo/pack/walk.ts";
import { build, DRAFT, optionsFor } from "./pack_kit.ts";
import { withDirectory } from "./samples.ts";

const REFUSED: Readonly<
  Record<
    string,
    readonly [
      prepare: (program: string) => Promise<unknown>,
      changes: Partial<PackOptions>,
      says: RegExp,
    ]
  >
> = {
  "a symlink": [
    (program) => Deno.symlink("a", `${program}/link`),
    {},
    /"link" in .* it is a symlink; put the file it points to in its place/,
  ],
  "a FIFO": [
    (program) =>
      new Deno.Command("mkfifo", { args: [`${program}/p`] }).output(),
    {},
    /neither a regular file nor a directory/,
  ],
  "a name that Windows refuses": [
    (program) => Deno.writeTextFile(`${program}/a:b`, ""),
    {},
    /has the character :, which Windows refuses or reads otherwise; rename it/,
  ],
  "names that differ by case": [
    (program) => Deno.writeTextFile(`${program}/A`, ""),
    {},
    /are one name on some systems; rename one of them/,
  ],
  "a manifest of its own": [
    (program) => Deno.writeTextFile(`${program}/ieo.json`, ""),
    {},
    /"ieo.json" .* name that Flottille keeps for itself/,
  ],
  "an empty directory": [
    (program) => Deno.remove(`${program}/a`),
    {},
    /there is no file in it/,
  ],
  "a file": [
    async (program) => {
      await Deno.remove(program, { recursive: true });
      await Deno.writeTextFile(program, "");
    },
    {},
    /is not a directory/,
  ],
  "a name that is no program's name": [
    () => Promise.resolve(),
    { draft: { ...DRAFT, name: "My Tool" } },
    /"name" must be a program name, not "My Tool"/,
  ],
  "a version that is none": [
    () => Promise.resolve(),
    { draft: { ...DRAFT, version: "current" } },
    /"version" must be a version/,
  ],
};
for (const [what, [prepare, changes, says]] of Object.entries(REFUSED)) {
  Deno.test(`pack refuses ${what}`, async () => {
    await withDirectory(async (directory) => {
      await build(`${directory}/program`, { a: "x" });
      await prepare(`${directory}/program`);
      const error = await assertRejects(
        () => pack(optionsFor(directory, changes)),
        PackError,
      );
      assertMatch(error.message, says);
      // Nothing is left of the attempt.
      assertEquals([...Deno.readDirSync(directory)].length, 1);
    });
  });
}

Deno.test("pack refuses to write into the directory it packs", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, { a: "x" });
    for (const inside of ["tool.ieo", "a/b/tool.ieo", "..tool.ieo", ""]) {
      const output = `${directory}/program/${inside}`;
      await assertRejects(
        () => pack(optionsFor(directory, { output })),
        PackError,
        "cannot lie in the directory it is made from",
      );
    }
  });
});

Deno.test("pack notices a file that changes under it", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, { a: "x".repeat(1_000) });
    await Deno.writeTextFile(`${directory}/tool.ieo`, "the one before");
    await untilLater(`${directory}/program/a`);
    const options = optionsFor(directory, {
      // The walk is over, nothing was read yet.
      onContents: () =>
        Deno.writeTextFileSync(`${directory}/program/a`, "y".repeat(1_000)),
    });
    await assertRejects(() => pack(options), PackError, "it changed while");
    const left = await Deno.readTextFile(`${directory}/tool.ieo`);
    assertEquals(left, "the one before");
    assertEquals([...Deno.readDirSync(directory)].length, 2);
  });
});

for (
  const [what, change] of [
    ["shorter", (path: string) => Deno.truncateSync(path, 1_500_000)],
    ["longer", (path: string) => Deno.truncateSync(path, 2_500_000)],
    ["gone", (path: string) => Deno.removeSync(path)],
    ["a directory", (path: string) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    }],
    ["a program", (path: string) => Deno.chmodSync(path, 0o755)],
  ] as const
) {
  Deno.test(`pack notices a large file that is ${what} now`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/program/b`;
      await build(`${directory}/program`, { a: "", b: new Uint8Array(2e6) });
      const options = optionsFor(directory, {
        onContents: () => change(path),
      });
      await assertRejects(() => pack(options), Error);
      assertEquals([...Deno.readDirSync(directory)].length, 1);
    });
  });
}

/** Waits until a file that is written now gets another time than this one. */
async function untilLater(path: string): Promise<void> {
  const { mtime } = await Deno.stat(path);
  for (let tries = 0; tries < 1_000; tries++) {
    await Deno.writeTextFile(`${path}.later`, "");
    const later = await Deno.stat(`${path}.later`);
    await Deno.remove(`${path}.later`);
    if ((later.mtime ?? 0) > (mtime ?? 0)) return;
  }
  throw new Error("This disk's clock stands still");
}
