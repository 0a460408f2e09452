/**
 * Packing: what comes out can be opened again, and is the same every time.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { openPackage } from "../../lib/ieo/open.ts";
import { pack } from "../../lib/ieo/pack.ts";
import { verifyPackageFile } from "../../lib/ieo/verify.ts";
import { build, DRAFT, type Files, optionsFor } from "./pack_kit.ts";
import { DISK, PUBLISHERS, treeOf, valueOf, withDirectory } from "./samples.ts";

/** Verifies, opens and extracts what was packed. */
async function unpack(
  directory: string,
  packed: { readonly sha256: string; readonly size: number },
): Promise<Record<string, string>> {
  const path = `${directory}/tool.ieo`;
  const statement = valueOf(
    await verifyPackageFile({
      disk: DISK,
      path,
      statement: await Deno.readFile(`${path}.sig`),
      publishers: PUBLISHERS,
      ordered: {
        name: "tool",
        version: "1.0",
        sha256: packed.sha256,
        size: packed.size,
      },
    }),
  );
  const opened = valueOf(await openPackage({ disk: DISK, path, statement }));
  const target = `${directory}/unpacked`;
  await Deno.mkdir(target);
  valueOf(await opened.extract(target));
  opened.close();
  return treeOf(target);
}

const FILES: Files = {
  "bin/tool": "#!/bin/sh\n",
  "data/text": "line\n".repeat(20_000),
  "data/empty": "",
  "é/ü.txt": "accents\n",
  "var/": "",
};

Deno.test("pack makes a package that opens to the same files", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    await Deno.chmod(`${directory}/program/bin/tool`, 0o4750);
    const packed = await pack(
      optionsFor(directory, {
        draft: { ...DRAFT, title: "The Tool", protected: true },
      }),
    );
    assertEquals(packed.files, 4);
    const { "ieo.json": json, ...tree } = await unpack(directory, packed);
    const { "var/": _, ...files } = FILES;
    assertEquals(tree, {
      ...files,
      "bin/": "",
      "data/": "",
      "é/": "",
      "var/": "",
    });
    const manifest = JSON.parse(json ?? "");
    assertEquals(manifest.title, "The Tool");
    assertEquals(manifest.protected, true);
    assertEquals(manifest.serial, 3);
    assertEquals(manifest.files[0].mode, "0755");
    const stat = await DISK.stat(`${directory}/unpacked/bin/tool`);
    assertEquals(stat?.mode, 0o755);
  });
});

Deno.test("pack gives the same bytes for the same files", async () => {
  await withDirectory(async (directory) => {
    // Other dates, another order of making, another place and umask.
    await build(`${directory}/a/program`, FILES);
    const reversed = Object.fromEntries(Object.entries(FILES).reverse());
    await build(`${directory}/b/program`, reversed);
    await Deno.utime(`${directory}/b/program/bin/tool`, 1, 1);
    await Deno.chmod(`${directory}/b/program/data/text`, 0o600);
    const first = await pack(optionsFor(`${directory}/a`));
    const second = await pack(optionsFor(`${directory}/b`));
    assertEquals(first, second);
    const [a, b] = await Promise.all(
      ["a", "b"].map((one) => Deno.readFile(`${directory}/${one}/tool.ieo`)),
    );
    assertEquals(a, b);
    // The date in the first local header: 1980-01-01, not today's.
    assertEquals(a?.subarray(10, 14), new Uint8Array([0, 0, 0x21, 0]));
    const [aSig, bSig] = await Promise.all(
      ["a", "b"].map((one) =>
        Deno.readFile(`${directory}/${one}/tool.ieo.sig`)
      ),
    );
    assertEquals(aSig, bSig);
  });
});

Deno.test("pack stores without compressing at level 0", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    const packed = await pack(optionsFor(directory, { level: 0 }));
    assert(packed.size > 100_000);
    assert("bin/tool" in await unpack(directory, packed));
  });
});

Deno.test("pack tells how far it is", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, FILES);
    const told: (readonly [number, number])[] = [];
    await pack(optionsFor(directory, {
      onProgress: (done, total) => void told.push([done, total]),
    }));
    const total = 10 + 100_000 + 8;
    assertEquals(told.at(-1), [total, total]);
    assert(told.every(([done], index) => done >= (told[index - 1]?.[0] ?? 0)));
  });
});

Deno.test("pack holds no more of a file than a piece at a time", async () => {
  await withDirectory(async (directory) => {
    await build(`${directory}/program`, { big: new Uint8Array(20_000_000) });
    let longest = 0;
    const watched: Disk = {
      ...DISK,
      async open(path, options) {
        const file = await DISK.open(path, options);
        return {
          ...file,
          read: (into) => {
            longest = Math.max(longest, into.length);
            return file.read(into);
          },
          readAt: (offset, into) => {
            longest = Math.max(longest, into.length);
            return file.readAt(offset, into);
          },
        };
      },
    };
    const packed = await pack(optionsFor(directory, { disk: watched }));
    const path = `${directory}/tool.ieo`;
    const statement = await Deno.readFile(`${path}.sig`);
    const ordered = { name: "tool", version: "1.0", ...packed };
    const verified = valueOf(
      await verifyPackageFile({
        disk: watched,
        path,
        statement,
        publishers: PUBLISHERS,
        ordered,
      }),
    );
    const opened = valueOf(
      await openPackage({ disk: watched, path, statement: verified }),
    );
    await Deno.mkdir(`${directory}/unpacked`);
    valueOf(await opened.extract(`${directory}/unpacked`));
    opened.close();
    assert(longest <= 1_048_576, `${longest} bytes were read at once`);
  });
});
