/** Stores that are broken for real, and what is saved of them (B-03). */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { COPY_LEAP } from "../../../lib/server/store/store_copy.ts";
import {
  encodeRecord,
  NOTHING_BEFORE,
} from "../../../lib/server/audit/record.ts";
import { META_COPIED } from "../../../lib/server/store/store_leap.ts";
import {
  finishRepair,
  putRepaired,
  workOf,
} from "../../../lib/server/store/store_repair.ts";
import { salvageStore } from "../../../lib/server/store/store_salvage.ts";
import {
  checkStore,
  DamagedStore,
} from "../../../lib/server/store/store_file.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { META_EPOCH, type Store } from "../../../lib/server/store/store.ts";
import { machine, NOON_MS } from "../examples.ts";
import { listed, put, putList } from "./store_kit.ts";

const disk = realDisk();
const PAGE = 4_096;
const MACHINES = 400;

/** A directory with a store of many machines, each with a list; closed. */
async function withStore(
  then: (path: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/flottille.db`;
    const store = await openSqliteStore({ disk, path, create: true });
    const names = Array.from({ length: MACHINES }, (_, at) => `pc-${at}`);
    const machines = names.map((name) => machine(name));
    await store.commit([
      ...machines.map(put),
      { kind: "meta", key: META_EPOCH, value: "7" },
    ]);
    await store.commit(
      machines.slice(0, 20).flatMap(({ id }) =>
        putList(id, [listed("editor", "1"), listed("viewer", "2")])
      ),
    );
    await store.close();
    await then(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Puts noise over pages of a table, beginning behind its root. */
async function hurt(path: string, table: string, count: number) {
  const database = new DatabaseSync(path);
  const pages = database.prepare(
    "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' " +
      "ORDER BY pageno",
  ).all(table).map(({ pageno }) => Number(pageno));
  database.close();
  assert(pages.length > count + 2, `${table} has ${pages.length} leaves`);
  const file = await Deno.open(path, { read: true, write: true });
  for (const page of pages.slice(1, 1 + count)) {
    await file.seek((page - 1) * PAGE, Deno.SeekMode.Start);
    await file.write(crypto.getRandomValues(new Uint8Array(PAGE)));
  }
  file.close();
}

/** Puts noise over the only page of a small table. */
async function noise(path: string, table: string) {
  const database = new DatabaseSync(path);
  const page = database.prepare(
    "SELECT rootpage FROM sqlite_schema WHERE name = ?",
  ).get(table)?.rootpage;
  database.close();
  const file = await Deno.open(path, { read: true, write: true });
  await file.seek((Number(page) - 1) * PAGE, Deno.SeekMode.Start);
  await file.write(crypto.getRandomValues(new Uint8Array(PAGE)));
  file.close();
}

function salvage(path: string) {
  return salvageStore({ disk, path, work: workOf(path), nowMs: NOON_MS });
}

async function looking<T>(path: string, look: (store: Store) => Promise<T>) {
  const store = await openSqliteStore({ disk, path });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

Deno.test("salvageStore takes all but what stood on the page that is noise, B-03", () =>
  withStore(async (path) => {
    await hurt(path, "machines", 1);
    await assertRejects(() => checkStore({ disk, path }), DamagedStore);
    const before = await Deno.readFile(path);
    const { path: fresh, saved } = await salvage(path);
    assertEquals(await Deno.readFile(path), before, "it is not touched");
    const machines = saved.get("machines");
    const taken = machines?.taken ?? 0;
    const lost = machines?.lost ?? NaN;
    assert(lost > 0 && lost < 40, `${lost} are lost`);
    assertEquals(taken + lost, MACHINES, "none is lost without a word");
    const kept = await looking(fresh, (store) => store.machines());
    assertEquals(kept.length, taken);
  }));

Deno.test("salvageStore takes what lies between two holes, B-03", () =>
  withStore(async (path) => {
    await hurt(path, "machines", 1);
    const database = new DatabaseSync(path);
    const last = database.prepare(
      "SELECT pageno FROM dbstat WHERE name = 'machines' " +
        "AND pagetype = 'leaf' ORDER BY pageno DESC LIMIT 1 OFFSET 2",
    ).get()?.pageno;
    database.close();
    const file = await Deno.open(path, { read: true, write: true });
    await file.seek((Number(last) - 1) * PAGE, Deno.SeekMode.Start);
    await file.write(new Uint8Array(PAGE));
    file.close();
    const { saved } = await salvage(path);
    const machines = saved.get("machines");
    const taken = machines?.taken ?? 0;
    const lost = machines?.lost ?? NaN;
    assert(lost < 80, `${lost} are lost`);
    assertEquals(taken + lost, MACHINES);
  }));

Deno.test("salvageStore leaps ahead, so that no number comes twice, C-13", () =>
  withStore(async (path) => {
    await hurt(path, "machines", 1);
    const { path: fresh } = await salvage(path);
    const epoch = await looking(fresh, (store) => store.meta(META_EPOCH));
    assertEquals(Number(epoch), 7 + COPY_LEAP);
  }));

Deno.test("salvageStore counts a store's age from its last deed, so that a second repair of it is heard, C-13", () =>
  withStore(async (path) => {
    const copied = async () => {
      const { path: fresh } = await salvage(path);
      return Number(
        await looking(fresh, (store) => store.meta(META_COPIED)),
      );
    };
    assertEquals(await copied(), NOON_MS, "there is no journal");
    const at = "2013-06-01T11:59:00.000Z";
    const record = encodeRecord({
      ...{ number: 1, previous: NOTHING_BEFORE, at, what: "order", facts: {} },
    });
    const database = new DatabaseSync(path);
    database.prepare("INSERT INTO audit VALUES (1, ?, x'00')").run(record);
    database.close();
    assertEquals(await copied(), NOON_MS - 60_000);
  }));

Deno.test("salvageStore knows the epoch when the page of small notes is noise, C-13", () =>
  withStore(async (path) => {
    await noise(path, "meta");
    const { path: fresh } = await salvage(path);
    const epoch = await looking(fresh, (store) => store.meta(META_EPOCH));
    assertEquals(Number(epoch), 7 + COPY_LEAP);
  }));

Deno.test("salvageStore guesses an epoch above all others when both its pages are noise, C-13", () =>
  withStore(async (path) => {
    await noise(path, "meta");
    await noise(path, "epoch_again");
    const { path: fresh } = await salvage(path);
    const epoch = await looking(fresh, (store) => store.meta(META_EPOCH));
    assertEquals(Number(epoch), NOON_MS + COPY_LEAP);
  }));

Deno.test("salvageStore drops what hangs on a machine that is lost, and asks for lists anew", () =>
  withStore(async (path) => {
    const database = new DatabaseSync(path);
    // The first leaf, whose machines have lists.
    const first = database.prepare(
      "SELECT pageno FROM dbstat WHERE name = 'machines' " +
        "AND pagetype = 'leaf' ORDER BY pageno LIMIT 1",
    ).get()?.pageno;
    database.close();
    const file = await Deno.open(path, { read: true, write: true });
    await file.seek((Number(first) - 1) * PAGE, Deno.SeekMode.Start);
    await file.write(new Uint8Array(PAGE));
    file.close();
    const { path: fresh, saved } = await salvage(path);
    const lists = saved.get("lists");
    assert((lists?.lost ?? 0) > 0);
    await looking(fresh, async (store) => {
      const known = new Set((await store.machines()).map(({ id }) => id));
      const held = await store.lists();
      assertEquals(held.length, lists?.taken);
      for (const { machine, sha256 } of held) {
        assert(known.has(machine));
        assertEquals(sha256, "", "it is asked for once more");
      }
    });
  }));

Deno.test("salvageStore makes nothing of a text, and says so", () =>
  withStore(async (path) => {
    await Deno.writeTextFile(path, "Happy birthday!\n".repeat(999));
    const error = await assertRejects(() => salvage(path), Error);
    assert(error.message.includes("no database any more"), error.message);
  }));

Deno.test("putRepaired keeps the broken store and leaves one that opens, B-03", () =>
  withStore(async (path) => {
    await hurt(path, "machines", 1);
    const before = await Deno.readFile(path);
    const { path: fresh } = await salvage(path);
    const aside = await putRepaired({ disk, path, fresh, nowMs: NOON_MS });
    assertEquals(await Deno.readFile(`${aside}/flottille.db`), before);
    await checkStore({ disk, path });
    const kept = await looking(path, (store) => store.machines());
    assert(kept.length > MACHINES - 40);
    assertEquals(await disk.stat(workOf(path)), null, "the work is tidied");
  }));

Deno.test("finishRepair goes on after a crash between the two moves, B-02", () =>
  withStore(async (path) => {
    await hurt(path, "machines", 1);
    const { path: fresh } = await salvage(path);
    const crash = new Error("The power is gone");
    for (let moves = 0;; moves++) {
      let left = moves;
      const failing = {
        ...disk,
        rename: (from: string, to: string) =>
          left-- > 0 ? disk.rename(from, to) : Promise.reject(crash),
      };
      try {
        await putRepaired({ disk: failing, path, fresh, nowMs: NOON_MS });
        break;
      } catch (error) {
        assertEquals(error, crash);
        const isAway = await disk.stat(path) === null;
        const done = await finishRepair({ disk, path, nowMs: NOON_MS + 1_000 });
        assertEquals(done !== null, isAway, `after ${moves} moves`);
        if (done !== null) break;
        await salvage(path);
      }
    }
    await checkStore({ disk, path });
  }));

Deno.test("finishRepair leaves a store that somebody has put back", () =>
  withStore(async (path) => {
    const directory = path.slice(0, path.lastIndexOf("/"));
    await Deno.writeTextFile(`${directory}/repaired.db`, "old");
    const before = await Deno.readFile(path);
    assertEquals(await finishRepair({ disk, path, nowMs: NOON_MS }), null);
    assertEquals(await Deno.readFile(path), before);
    assertEquals(await disk.stat(`${directory}/repaired.db`), null);
  }));
