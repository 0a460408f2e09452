/**
 * Unpacking: files of every size side by side, and a disk that fails while
 * several of them are under way.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { SMALL_BYTES_MAX } from "../../lib/ieo/extract.ts";
import { type OpenPackage, openPackage } from "../../lib/ieo/open.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { failAt, WatchedDisk } from "../install/watched_disk.ts";
import { extract, treeFrom, withUmask } from "./open_kit.ts";
import {
  craftPackage,
  DISK,
  goodPackage,
  manifestOf,
  type Sample,
  signed,
  statementOf,
  treeOf,
  valueOf,
  withDirectory,
} from "./samples.ts";
import { craftZip } from "./zips.ts";

/** A text of this many bytes, unlike that of every other `seed`. */
function text(bytes: number, seed: number): string {
  const lines = Math.ceil(bytes / 16);
  const all = Array.from(
    { length: lines },
    (_, line) => `${(line * 48_271 * seed) % 2_147_483_647} `.padStart(16, "."),
  );
  return all.join("").slice(0, bytes);
}

const SIZES = [
  ...[0, 1, 100, 65_536, 262_144, SMALL_BYTES_MAX],
  ...[SMALL_BYTES_MAX + 1, 3_000_000],
];

for (const deflated of [true, false]) {
  const how = deflated ? "deflated" : "stored";
  Deno.test(`extract gives files of every size, ${how}`, async () => {
    const files = Object.fromEntries(SIZES.flatMap((bytes, index) => [
      [`d/${bytes}`, text(bytes, index + 1)],
      [`e/f/${bytes}`, text(bytes, index + 101)],
    ]));
    const entries = Object.entries(files).map(([name, content]) => (
      { name, content: utf8(content), deflated }
    ));
    const sample = signed(craftPackage(manifestOf(files), entries));
    const { "ieo.json": _, ...tree } = await treeFrom(sample);
    assertEquals(
      Object.keys(tree).sort(),
      [...Object.keys(files), "d/", "e/", "e/f/"].sort(),
    );
    for (const [path, content] of Object.entries(files)) {
      assert(tree[path] === content, `${path} is not the same`);
    }
  });
}

Deno.test("extract tells how far it is", async () => {
  const sample = goodPackage({ a: text(2_000_000, 1), b: text(500, 2), c: "" });
  await withOpen(sample, DISK, async (opened, directory) => {
    const told: number[] = [];
    valueOf(
      await opened.extract(directory, (done, total) => {
        assertEquals(total, 2_000_500);
        told.push(done);
      }),
    );
    assertEquals(told, told.toSorted((a, b) => a - b));
    assertEquals(told.at(-1), 2_000_500);
    assert(told.length > 5, "A large file is told in pieces");
  });
});

Deno.test("extract does not open a zip inside the package, Z-24", async () => {
  const inner = craftZip([{ name: "../evil", content: utf8("evil") }]);
  const nested = craftZip([{ name: "inner.zip", content: inner }]);
  const manifest = manifestOf({ "a.zip": nested });
  const entries = [{ name: "a.zip", content: nested }];
  const sample = signed(craftPackage(manifest, entries));
  await withOpen(sample, DISK, async (opened, directory) => {
    valueOf(await opened.extract(directory));
    assertEquals(Object.keys(treeOf(directory)).sort(), ["a.zip", "ieo.json"]);
    assertEquals(Deno.readFileSync(`${directory}/a.zip`), nested);
  });
});

const MANY = goodPackage(
  Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [
      `d${index % 7}/e/f${index}`,
      text(1_000 * index, index),
    ]),
  ),
);

Deno.test("extract has a bounded number of files open", async () => {
  let [open, most] = [0, 0];
  const counting: Disk = {
    ...DISK,
    async open(path, options) {
      const file = await DISK.open(path, options);
      most = Math.max(most, ++open);
      return { ...file, close: () => (open--, file.close()) };
    },
  };
  await withOpen(MANY, counting, async (opened, directory) => {
    valueOf(await opened.extract(directory));
  });
  assert(most > 2 && most <= 9, `${most} files were open`);
});

Deno.test("extract says a mode again only where it was cut", async () => {
  for (const umask of [0o022, 0o077, 0o002]) {
    const said: string[] = [];
    const cutting = withUmask(DISK, umask);
    const disk: Disk = {
      ...cutting,
      chmod: (path, mode) => (said.push(path), DISK.chmod(path, mode)),
    };
    await withOpen(MANY, disk, async (opened, directory) => {
      valueOf(await opened.extract(directory));
      for (
        const [path, mode] of [["d1/e", 0o755], ["d1/e/f1", 0o644]] as const
      ) {
        assertEquals((await DISK.stat(`${directory}/${path}`))?.mode, mode);
      }
    });
    // The manifest's, always; then 14 directories and 40 files, or none.
    assertEquals(said.length, umask === 0o077 ? 55 : 1);
  }
});

Deno.test("extract throws what the disk throws, and nothing is under way then", async () => {
  const all = new WatchedDisk(DISK);
  await withOpen(MANY, all, async (opened, directory) => {
    valueOf(await opened.extract(directory));
  });
  const count = all.operations.length;
  assert(count > 100);
  // Every tenth, from another start for each error.
  for (const [start, code] of ["EIO", "ENOSPC", "EACCES", "EROFS"].entries()) {
    for (let n = 1 + start; n <= count; n += 10) {
      const disk = new WatchedDisk(DISK, failAt(n, code, true));
      const error = await assertRejects(
        () =>
          withOpen(MANY, disk, async (opened, directory) => {
            try {
              valueOf(await opened.extract(directory));
            } catch (error) {
              const done = disk.operations.length;
              await new Promise((resolve) => setTimeout(resolve, 1));
              assertEquals(disk.operations.length, done);
              throw error;
            }
          }),
        Error,
      );
      assertEquals(Reflect.get(error, "code"), code, `operation ${n}`);
    }
  }
});

Deno.test("extract, of a damaged package, waits for what is under way", async () => {
  const files = { a: text(900_000, 1), b: text(900_000, 2), c: "good\n" };
  const entries = Object.entries(files).map(([name, content]) => ({
    name,
    content: utf8(content),
    deflated: true,
    ...(name === "c" ? { both: { crc: 1 } } : {}),
  }));
  const sample = signed(craftPackage(manifestOf(files), entries));
  const { outcome, changed } = await extract(sample);
  assert(!outcome.ok);
  // It was judged before it was written.
  assertEquals(changed.filter((path) => path === "c"), []);
});

/** Opens the package, and closes it whatever comes. */
async function withOpen(
  sample: Sample,
  disk: Disk,
  use: (opened: OpenPackage, directory: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = `${directory}/package`;
    await Deno.writeFile(path, sample.bytes);
    await Deno.mkdir(`${directory}/tree`);
    const statement = statementOf(sample);
    const opened = valueOf(await openPackage({ disk, path, statement }));
    try {
      await use(opened, `${directory}/tree`);
    } finally {
      opened.close();
    }
  });
}
