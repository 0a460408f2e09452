/** A fleet's directory again, from a copy. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { realHost } from "../../../lib/host/real.ts";
import {
  copyFleet,
  copyStoreAtRest,
} from "../../../lib/server/fleet/fleet_copy.ts";
import { loadFleet } from "../../../lib/server/fleet/fleet.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import { movedConfig } from "../../../lib/server/fleet/moved_config.ts";
import { restoreFleet } from "../../../lib/server/fleet/restore.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { addOrder, machine, newOrder, program } from "../examples.ts";
import { inDirectory } from "../temporary.ts";

const host = realHost();
const { disk } = host;

interface Places {
  /** A fleet with a machine, a program without its package, an order. */
  readonly fleet: string;
  /** Where nothing is yet. */
  readonly to: string;
  readonly parent: string;
}

function testRestore(
  name: string,
  test: (places: Places) => Promise<void>,
): void {
  Deno.test(`restoreFleet ${name}`, () =>
    inDirectory(async (parent) => {
      const fleet = `${parent}/fleet`;
      await initFleet({ host, directory: fleet });
      const path = `${fleet}/data/flottille.db`;
      const store = await openSqliteStore({ disk, path });
      await store.commit([
        { kind: "machine", machine: machine("ada") },
        { kind: "program", program: program("hello", 1) },
      ]);
      await addOrder(store, newOrder(), []);
      await store.close();
      await test({ fleet, to: `${parent}/again`, parent });
    }));
}

async function backup({ fleet, parent }: Places): Promise<string> {
  const to = `${parent}/backup`;
  await copyStoreAtRest(host, fleet);
  const configPath = `${fleet}/flottille.toml`;
  await copyFleet({ disk, configPath, directory: fleet, to });
  return to;
}

/** The number that the next order gets. */
async function nextOrder(directory: string): Promise<number> {
  const path = `${directory}/data/flottille.db`;
  const store = await openSqliteStore({ disk, path });
  const { id } = await addOrder(store, newOrder(), []);
  await store.close();
  return id;
}

async function refusal(from: string, to: string): Promise<string> {
  const error = await assertRejects(() => restoreFleet({ host, from, to }));
  assert(error instanceof Error);
  // Nothing is left beside it either.
  const names = await Array.fromAsync(Deno.readDir(dirname(to)));
  assertEquals(names.filter((one) => one.name.startsWith(".")), []);
  return error.message;
}

testRestore("makes the server that the backup was", async (places) => {
  const from = await backup(places);
  const restored = await restoreFleet({ host, from, to: places.to });
  const before = await loadFleet(disk, places.fleet);
  const after = await loadFleet(disk, places.to);
  assertEquals(after.serverKey.publicKey, before.serverKey.publicKey);
  assertEquals([restored.machines, restored.programs], [1, 1]);
  assertEquals(restored.missing, ["hello 1.0"]);
  assert(await nextOrder(places.to) > 2 ** 20);
});

testRestore("takes a copy that backup did not make", async (places) => {
  const { fleet, to } = places;
  const restored = await restoreFleet({ host, from: fleet, to });
  assert(Math.abs(restored.copiedMs - Date.now()) < 600_000);
  assert(await nextOrder(to) > 2 ** 20);
  // It was only read.
  assertEquals(await nextOrder(fleet), 2);
});

testRestore(
  "makes private what a stick cannot keep private",
  async (places) => {
    const from = await backup(places);
    for (const file of ["keys/server.key", "join.json", "data/flottille.db"]) {
      await Deno.chmod(`${from}/${file}`, 0o777);
    }
    await restoreFleet({ host, from, to: places.to });
    for (const file of ["keys/server.key", "join.json", "data/flottille.db"]) {
      const { mode } = await Deno.stat(`${places.to}/${file}`);
      assertEquals((mode ?? 0) & 0o777, 0o600, file);
    }
  },
);

testRestore("takes an empty directory, and no other", async (places) => {
  const { to } = places;
  const from = await backup(places);
  await Deno.mkdir(to);
  await Deno.writeTextFile(`${to}/notes`, "mine");
  assertMatch(await refusal(from, to), /not empty \("notes" is there\)/);
  await Deno.remove(`${to}/notes`);
  await restoreFleet({ host, from, to });
  assertMatch(await refusal(from, to), /is not empty/);
});

testRestore("refuses what is no backup, or a damaged one", async (places) => {
  const { parent, to } = places;
  assertMatch(await refusal(parent, to), /holds no flottille\.toml/);
  const from = await backup(places);
  const key = await Deno.readFile(`${from}/keys/server.key`);
  await Deno.remove(`${from}/keys/server.key`);
  assertMatch(await refusal(from, to), /server\.key".*is missing/);
  await Deno.writeFile(`${from}/keys/server.key`, key);
  await Deno.truncate(`${from}/data/flottille.db`, 8_192);
  assertMatch(await refusal(from, to), /Cannot open the store/);
  assertEquals(await disk.stat(to), null);
});

Deno.test("movedConfig says that the fleet is where its file is", () => {
  const path = "/srv/backup/flottille.toml";
  const here = 'directory = "."\n[network]\nsep_port = 1\n';
  const cases: readonly (readonly [string, string])[] = [
    [here, here],
    ["", ""],
    ["# mine\n", "# mine\n"],
    [
      '# mine\ndirectory = "/var/lib/x" # there\n[network]\nsep_port = 1\n',
      '# mine\ndirectory = "."\n[network]\nsep_port = 1\n',
    ],
    ['directory = "/srv/backup"\n', 'directory = "/srv/backup"\n'],
    ["what is wrong", "what is wrong"],
  ];
  for (const [text, moved] of cases) {
    assertEquals(movedConfig(text, path), moved);
  }
});
