/** The simulated disk: what a power cut takes away, and what it may not. */

import { assert, assertEquals } from "@std/assert";
import { makeDurableDirectory } from "../../lib/host/durable_directory.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { Chance } from "./chance.ts";
import { lifeDisk } from "./life_disk.ts";
import { SimDisk } from "./sim_disk.ts";
import { settled } from "./timeline.ts";

/** A disk, and a process that uses it. */
class Place {
  readonly disk = new SimDisk(() => 0);
  /** Operations that the process still comes to; then it is dead. */
  left = Infinity;
  use = this.#process();

  /** The power goes and comes back: another process uses what is left. */
  cut(seed: number): void {
    this.disk.cut(new Chance(seed));
    this.left = Infinity;
    this.use = this.#process();
  }

  #process() {
    const going = () =>
      --this.left >= 0 ? Promise.resolve() : new Promise<never>(() => {});
    const { disk } = this;
    const waits = { changing: going, syncing: going, looking: going };
    return lifeDisk({ disk, locks: new Set(), ...waits });
  }
}

/** What a file holds after a power cut; null: it is not there. */
async function afterCut(
  place: Place,
  path: string,
  seed: number,
): Promise<string | null> {
  place.cut(seed);
  if (await place.use.stat(path) === null) return null;
  return new TextDecoder().decode(await place.use.readFile(path, 100));
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

Deno.test("SimDisk keeps the old file or the new one of a replacement that was cut, never a part", async () => {
  const found = new Set<string | null>();
  for (const seed of SEEDS) {
    const made = new Place();
    await made.use.replaceFile("/file", utf8("old"));
    made.left = seed % 8;
    void made.use.replaceFile("/file", utf8("new"));
    await settled();
    found.add(await afterCut(made, "/file", seed));
  }
  assertEquals([...found].sort(), ["new", "old"]);
});

Deno.test("SimDisk loses what was not synced, now and then", async () => {
  const found = new Set<string | null>();
  for (const seed of SEEDS) {
    const made = new Place();
    const file = await made.use.open("/file", { write: true, create: true });
    await file.write(utf8("content"));
    found.add(await afterCut(made, "/file", seed));
  }
  assert(found.has(null) && found.has("") && found.has("content"));
});

Deno.test("SimDisk keeps what was synced below a directory only if that stays", async () => {
  const found = new Set<string | null>();
  for (const seed of SEEDS) {
    const made = new Place();
    await made.use.makeDirectory("/a/b", { recursive: true });
    await made.use.replaceFile("/a/b/file", utf8("content"));
    found.add(await afterCut(made, "/a/b/file", seed));
  }
  assertEquals([...found].sort(), ["content", null]);
});

Deno.test("makeDurableDirectory makes what a power cut does not take away, I-03", async () => {
  for (const seed of SEEDS) {
    const made = new Place();
    await makeDurableDirectory(made.use, "/a/b/c", { mode: 0o700 });
    await makeDurableDirectory(made.use, "/a/b/c", { mode: 0o700 });
    await made.use.replaceFile("/a/b/c/file", utf8("content"));
    assertEquals(await afterCut(made, "/a/b/c/file", seed), "content");
  }
});
