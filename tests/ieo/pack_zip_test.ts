/**
 * The zip that is written for a package where it leaves 32 bits: content of
 * 5 GiB, entries behind it, and more entries than 16 bits can count. What is
 * written must be opened by our own reader, and by one of another house.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import type { DiskFile } from "../../lib/host/disk.ts";
import { BUFFER_BYTES } from "../../lib/ieo/zip/deflate.ts";
import {
  emptyManifest,
  encodeManifest,
  type Manifest,
} from "../../lib/ieo/manifest.ts";
import { openPackage } from "../../lib/ieo/open.ts";
import { PackageZip } from "../../lib/ieo/pack/zip.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { DRAFT } from "./pack_kit.ts";
import { DISK, PUBLISHERS, valueOf, withDirectory } from "./samples.ts";

const GIB = 2 ** 30;
const HERE = utf8("here");

/** A manifest of these sizes, by path; the hashes are nobody's. */
function manifestOf(
  sizes: Readonly<Record<string, number>>,
  directories: readonly string[] = [],
): Manifest {
  const files = Object.entries(sizes).map(([path, size]) => (
    { path, size, sha256: "0".repeat(64), mode: 0o644 as const }
  ));
  return { ...emptyManifest(DRAFT), directories, files };
}

/** A package of zeros that take no place on the disk, and of "here". */
async function write(path: string, manifest: Manifest): Promise<number> {
  const real = await DISK.open(path, { write: true, createNew: true });
  const bytes = encodeManifest(manifest);
  const zip = new PackageZip(sparse(real), bytes.length);
  await zip.begin();
  await zip.addDirectories(manifest.directories);
  for (const { path, size, mode } of manifest.files) {
    const found = { path, size, mode, bits: mode, changedMs: null };
    await zip.beginFile(found, 0);
    if (size === HERE.length) {
      const { buffer, length } = HERE;
      await zip.addBlock({ buffer, length, files: [] });
      await zip.endFile(crc32(HERE));
      continue;
    }
    const buffer = new ArrayBuffer(BUFFER_BYTES);
    for (let at = 0; at < size; at += BUFFER_BYTES) {
      const length = Math.min(BUFFER_BYTES, size - at);
      await zip.addBlock({ buffer, length, files: [] });
    }
    await zip.endFile(0); // Nobody reads that much in a test.
  }
  const size = await zip.end(() => inPieces(bytes, 100_000));
  real.close();
  return size;
}

function* inPieces(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) {
    yield bytes.subarray(at, at + length);
  }
}

/** Seeks over whole blocks of zeros. */
function sparse(file: DiskFile): DiskFile {
  let at = 0;
  return {
    ...file,
    async write(bytes) {
      if (bytes.length < BUFFER_BYTES / 2) await file.write(bytes);
      else await file.seek(at + bytes.length);
      at += bytes.length;
    },
    async seek(offset) {
      await file.seek(offset);
      at = offset;
    },
  };
}

async function open(path: string, size: number) {
  const [publisher] = PUBLISHERS.publishers;
  const statement = {
    ...{ format: 1 as const, ...DRAFT, size, sha256: "0".repeat(64) },
    ...{ hooks: false, publisher: publisher?.key ?? "" },
  };
  return valueOf(await openPackage({ disk: DISK, path, statement }));
}

const PYTHON = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    print(len(zip.infolist()), sum(one.file_size for one in zip.infolist()))
    print(zip.read("z").decode())
`;

/** Null when there is no such tool here. */
async function python(path: string): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command("python3", {
      args: ["-c", PYTHON, path],
    }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

for (
  const [what, sizes] of [
    ["content of 5 GiB", { large: 5 * GIB, z: 4 }],
    ["content just below 4 GiB", { large: 4 * GIB - 1, z: 4 }],
    ["content just above 3.75 GiB", { large: 0xf000_0001, z: 4 }],
    ["content just below 3.75 GiB", { large: 0xefff_ffff, z: 4 }],
    ["entries beyond 4 GiB", { a: 3 * GIB, b: 3 * GIB, c: 3 * GIB, z: 4 }],
  ] as const
) {
  Deno.test(`PackageZip writes ${what}`, async () => {
    await withDirectory(async (directory) => {
      const path = `${directory}/large.ieo`;
      const manifest = manifestOf(sizes);
      const size = await write(path, manifest);
      assertEquals((await Deno.stat(path)).size, size);
      const opened = await open(path, size);
      assertEquals(opened.manifest.files, manifest.files);
      opened.close();
      const files = Object.values(sizes);
      const total = files.reduce((sum, each) => sum + each, 0) +
        encodeManifest(manifest).length;
      const said = await python(path);
      if (said === null) return;
      assertEquals(said, `${files.length + 1} ${total}\nhere\n`);
    });
  });
}

Deno.test("PackageZip writes more entries than 16 bits can count", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/many.ieo`;
    const directories = Array.from(
      { length: 65_536 },
      (_, index) => `d${index}`,
    );
    const manifest = manifestOf({ z: 4 }, directories);
    const size = await write(path, manifest);
    const opened = await open(path, size);
    assertEquals(opened.manifest.directories.length, 65_536);
    opened.close();
    const said = await python(path);
    if (said === null) return;
    assertEquals(said.split(" ")[0], "65538");
    assertEquals(said.split("\n")[1], "here");
  });
});
