/**
 * What packing leaves on the disk: a package that other tools read as well,
 * and on any error what was there before.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { BLOCK_BYTES } from "../../lib/ieo/zip/deflate.ts";
import { encodeManifest } from "../../lib/ieo/manifest.ts";
import { pack } from "../../lib/ieo/pack.ts";
import {
  headOf,
  linesOf,
  manifestPieces,
} from "../../lib/ieo/pack/manifest.ts";
import type { FoundFile } from "../../lib/ieo/pack/walk.ts";
import { concat } from "../../lib/trust/bytes.ts";
import {
  build,
  DRAFT,
  type Files,
  mixed,
  noise,
  optionsFor,
} from "./pack_kit.ts";
import { DISK, withDirectory } from "./samples.ts";

const FILES: Files = {
  "bin/tool": "#!/bin/sh\n",
  "data/text": "line\n".repeat(20_000),
  "data/empty": "",
  "data/film": noise(BLOCK_BYTES * 2, 1),
  "data/large": mixed(BLOCK_BYTES * 2 + 5, 2),
  "data/photo": noise(5_000, 3),
  "é/ü.txt": "accents\n",
  "var/": "",
};

const PYTHON = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    bad = zip.testzip()
    print(json.dumps([bad, {
        one.filename: [one.file_size, one.compress_type, one.external_attr >> 16]
        for one in zip.infolist()}]))
`;

/** What the tool says; null when it is not there. */
async function said(
  program: string,
  ...args: string[]
): Promise<string | null> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args,
    }).output();
    const text = new TextDecoder().decode(concat(stdout, stderr));
    assert(success, `${program}: ${text}`);
    return text;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

Deno.test("pack makes a zip that other tools test as good", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    await Deno.chmod(`${directory}/program/bin/tool`, 0o755);
    const { output } = optionsFor(directory);
    for (const level of [0, 1, 5, 9]) {
      await pack(optionsFor(directory, { level }));
      const unzip = await said("unzip", "-t", output);
      assert(
        unzip === null || unzip.includes("No errors detected"),
        `${unzip}`,
      );
      const seven = await said("7z", "t", output);
      assert(seven === null || seven.includes("Everything is Ok"), `${seven}`);
      const python = await said("python3", "-c", PYTHON, output);
      if (python === null || level !== 5) continue;
      const [bad, entries] = JSON.parse(python);
      assertEquals(bad, null);
      assertEquals(Object.keys(entries)[0], "ieo.json");
      delete entries["ieo.json"];
      assertEquals(entries, {
        "var/": [0, 0, 0o40755],
        "bin/tool": [10, 0, 0o100755], // Two bytes longer if it were deflated.
        "data/empty": [0, 0, 0o100644],
        "data/film": [BLOCK_BYTES * 2, 0, 0o100644],
        "data/large": [BLOCK_BYTES * 2 + 5, 8, 0o100644],
        "data/photo": [5_000, 0, 0o100644],
        "data/text": [100_000, 8, 0o100644],
        "é/ü.txt": [8, 0, 0o100644],
      });
    }
  });
});

Deno.test("pack takes away what a killed run has left", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    await Deno.writeTextFile(`${directory}/tool.ieo.part`, "half of it");
    await pack(optionsFor(directory));
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assertEquals(names.sort(), ["program", "tool.ieo", "tool.ieo.sig"]);
  });
});

Deno.test("pack leaves all as it was when any act of the disk fails", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    await Deno.writeTextFile(`${directory}/tool.ieo`, "the one before");
    let failing = 0;
    for (;; failing++) {
      const { disk, acts } = failingAt(failing, `${directory}/tool.ieo`);
      const made = await pack(optionsFor(directory, { disk })).then(
        () => true,
        (error) => assertEquals(error.message, "no space left") ?? false,
      );
      if (made) break;
      assertEquals(acts(), failing + 1);
      const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
      assertEquals(names.sort(), ["program", "tool.ieo"]);
      const kept = await Deno.readTextFile(`${directory}/tool.ieo`);
      assertEquals(kept, "the one before");
    }
    // Open, some writes and seeks, sync, rename.
    assert(failing > 15, `${failing} acts`);
  });
});

/** Fails once, at the act of this number that makes the package. */
function failingAt(number: number, output: string) {
  let acts = 0;
  const act = () => {
    if (acts++ === number) throw new Error("no space left");
  };
  const isOurs = (path: string) => path === `${output}.part`;
  const disk: Disk = {
    ...DISK,
    async open(path, options) {
      if (!isOurs(path) || options.write !== true) {
        return await DISK.open(path, options);
      }
      act();
      const file = await DISK.open(path, options);
      return {
        ...file,
        write: async (bytes) => (act(), await file.write(bytes)),
        seek: async (offset) => (act(), await file.seek(offset)),
        sync: async () => (act(), await file.sync()),
      };
    },
    rename: async (from, to) => (act(), await DISK.rename(from, to)),
  };
  return { disk, acts: () => acts };
}

Deno.test("pack notices that another run writes the same package", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    const part = `${directory}/tool.ieo.part`;
    const options = optionsFor(directory, {
      onProgress: () => {
        Deno.removeSync(part);
        Deno.writeTextFileSync(part, "of another run");
      },
    });
    await assertRejects(() => pack(options), Error, "packed twice?");
    await assertRejects(() => Deno.stat(options.output), Deno.errors.NotFound);
  });
});

Deno.test("manifestPieces gives what encodeManifest gives", () => {
  for (const count of [0, 1, 2, 511, 512, 513, 1_100]) {
    const files = Array.from({ length: count }, (_, index): FoundFile => ({
      ...{ path: `a/${index}`, size: index, mode: 0o644, bits: 0o644 },
      changedMs: null,
    }));
    for (const directories of [[], ["b", "c"]]) {
      const found = { files, directories };
      const head = headOf({ ...DRAFT, title: '"files": [\n]' }, found);
      const hashes = files.map((_, index) => String(index).padStart(64, "0"));
      const whole = { ...head, files: [...linesOf(found, hashes)] };
      const pieces = [...manifestPieces(head, whole.files)];
      assertEquals(concat(...pieces), encodeManifest(whole));
    }
  }
});
