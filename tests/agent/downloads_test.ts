/** Parts of downloads: where they are, and how long. */

import { assertEquals } from "@std/assert";
import {
  Downloads,
  PART_AGE_MS_MAX,
  PARTS_MAX,
} from "../../lib/agent/downloads.ts";
import { DISK, treeOf, withDirectory } from "../ieo/samples.ts";

const NOW_MS = 1_800_000_000_000;
const hash = (number: number) => number.toString(16).padStart(64, "0");

async function withDownloads(
  use: (downloads: Downloads, at: {
    readonly directory: string;
    nowMs: number;
  }) => Promise<void>,
) {
  await withDirectory(async (home) => {
    const at = { directory: `${home}/downloads`, nowMs: NOW_MS };
    const clock = {
      monotonicMs: () => 0,
      wallMs: () => at.nowMs,
      after: () => () => {},
    };
    const downloads = new Downloads({ disk: DISK, clock, ...at });
    await use(downloads, at);
  });
}

Deno.test("Downloads go on in the part that is there already", async () => {
  await withDownloads(async (downloads, at) => {
    const first = await downloads.place(hash(1));
    await Deno.writeTextFile(first, "half of it");
    at.nowMs += 1_000;
    const second = await downloads.place(hash(1));
    assertEquals(await Deno.readTextFile(second), "half of it");
    assertEquals(Object.keys(treeOf(at.directory)), [
      `${hash(1)}.${NOW_MS + 1_000}.part`,
    ]);
  });
});

Deno.test("Downloads keep the last parts, and no more than there may be", async () => {
  await withDownloads(async (downloads, at) => {
    for (let number = 1; number <= PARTS_MAX + 3; number++) {
      at.nowMs += 1_000;
      await Deno.writeTextFile(await downloads.place(hash(number)), "x");
    }
    downloads.leave();
    await downloads.tidy();
    const kept = Object.keys(treeOf(at.directory)).map((name) =>
      Number(`0x${name.slice(0, 64)}`)
    );
    assertEquals(kept.sort(), [4, 5, 6, 7]);
  });
});

Deno.test("Downloads keep no part that nobody went on with for a week", async () => {
  await withDownloads(async (downloads, at) => {
    await Deno.writeTextFile(await downloads.place(hash(1)), "x");
    downloads.leave();
    at.nowMs += PART_AGE_MS_MAX;
    await downloads.tidy();
    assertEquals(Object.keys(treeOf(at.directory)).length, 1);
    at.nowMs += 1;
    await downloads.tidy();
    assertEquals(treeOf(at.directory), {});
  });
});

Deno.test("Downloads never remove the part that is in use", async () => {
  await withDownloads(async (downloads, at) => {
    const path = await downloads.place(hash(1));
    await Deno.writeTextFile(path, "x");
    for (let number = 2; number <= 9; number++) {
      const name = `${hash(number)}.${NOW_MS + number}.part`;
      await Deno.writeTextFile(`${at.directory}/${name}`, "x");
    }
    at.nowMs += 2 * PART_AGE_MS_MAX;
    await downloads.tidy();
    assertEquals(treeOf(at.directory), {
      [path.slice(at.directory.length + 1)]: "x",
    });
    downloads.leave();
    await downloads.tidy();
    assertEquals(treeOf(at.directory), {});
  });
});

Deno.test("Downloads remove what is none of theirs, and parts of an older agent", async () => {
  await withDownloads(async (downloads, at) => {
    const path = await downloads.place(hash(1));
    await Deno.writeTextFile(path, "x");
    await Deno.writeTextFile(`${at.directory}/${hash(2)}.part`, "old");
    await Deno.writeTextFile(`${at.directory}/note.txt`, "x");
    await Deno.mkdir(`${at.directory}/a/b`, { recursive: true });
    await Deno.symlink("/etc", `${at.directory}/etc`);
    await downloads.tidy();
    assertEquals(Object.values(treeOf(at.directory)), ["x"]);
    assertEquals(await DISK.stat("/etc/passwd") === null, false);
  });
});

Deno.test("Downloads are tidy where nothing was ever downloaded", async () => {
  await withDownloads(async (downloads, at) => {
    await downloads.tidy();
    assertEquals(await DISK.stat(at.directory), null);
  });
});

Deno.test("Downloads drop one package and leave the others", async () => {
  await withDownloads(async (downloads, at) => {
    await Deno.writeTextFile(await downloads.place(hash(1)), "x");
    await Deno.writeTextFile(await downloads.place(hash(2)), "x");
    await downloads.drop(hash(1));
    assertEquals(Object.keys(treeOf(at.directory)), [
      `${hash(2)}.${NOW_MS}.part`,
    ]);
  });
});
