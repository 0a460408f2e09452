/** The history of lists in SQLite: what it costs, and what is left behind. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { realDisk } from "../../../lib/host/real_disk.ts";
import type { Store, Write } from "../../../lib/server/store/store.ts";
import { openSqliteStore } from "../../../lib/server/store/store_sqlite.ts";
import { NOON_MS } from "../examples.ts";
import { inDirectory } from "../temporary.ts";
import { ada, bob, listed, listRecord, put, putList } from "./store_kit.ts";

const disk = realDisk();

interface Rows {
  readonly lists: number;
  readonly listed: number;
  readonly machine_listed: number;
  readonly listed_before: number;
  readonly stagings: number;
  readonly staged: number;
}

/** Runs the work with a new store, and counts what its tables hold then. */
async function rowsAfter(work: (store: Store) => Promise<void>): Promise<Rows> {
  const rows: Record<string, number> = {};
  await inDirectory(async (directory) => {
    const path = `${directory}/test.db`;
    const store = await openSqliteStore({ disk, path, create: true });
    await work(store);
    await store.close();
    const raw = new DatabaseSync(path);
    for (
      const table of [
        ...["lists", "listed", "machine_listed", "listed_before"],
        ...["stagings", "staged"],
      ]
    ) {
      const row = raw.prepare(`SELECT count(*) AS count FROM ${table}`).get();
      rows[table] = Number(row?.count);
    }
    raw.close();
  });
  return rows as unknown as Rows;
}

function programs(count: number, version = "1") {
  return Array.from({ length: count }, (_, at) => listed(`p${at}`, version));
}

async function sweep(store: Store, beforeMs = -1): Promise<void> {
  const retention = { beforeMs, listsMax: 1e6, linesMax: 1e6 };
  while (await store.prune(retention));
}

Deno.test("Store (sqlite) needs no new row for a program that stays", async () => {
  const rows = await rowsAfter(async (store) => {
    await store.commit([put(ada), put(bob)]);
    for (let day = 0; day < 10; day++) {
      const changing = listed("daily", String(day));
      const atMs = NOON_MS + day;
      for (const { id } of [ada, bob]) {
        const list = [...programs(500), changing];
        await store.commit(putList(id, list, { atMs }));
      }
    }
    await sweep(store);
  });
  assertEquals(rows, {
    ...{ lists: 20, listed: 510, machine_listed: 1_002, listed_before: 18 },
    ...{ stagings: 0, staged: 0 },
  });
});

Deno.test("Store (sqlite) forgets programs that no list and no history needs", async () => {
  const rows = await rowsAfter(async (store) => {
    await store.commit([put(ada), put(bob)]);
    await store.commit(putList(ada.id, programs(3_000)));
    await store.commit(putList(bob.id, programs(10)));
    const second = programs(5, "2");
    await store.commit(putList(ada.id, second, { atMs: NOON_MS + 1 }));
    await sweep(store, NOON_MS + 1);
  });
  assertEquals(rows, {
    ...{ lists: 2, listed: 15, machine_listed: 15, listed_before: 0 },
    ...{ stagings: 0, staged: 0 },
  });
});

Deno.test("Store (sqlite) leaves nothing of a list that was dropped, S-17", async () => {
  const rows = await rowsAfter(async (store) => {
    const drop: Write = { kind: "list dropped", machine: ada.id };
    const part = { kind: "list part", machine: ada.id } as const;
    await store.commit([put(ada), put(bob), ...putList(bob.id, programs(7))]);
    await store.commit([{ ...part, programs: programs(2_000) }]);
    await store.commit([{ ...part, programs: programs(2_000, "2") }, drop]);
    // Another list is on its way, with programs of the dropped one.
    await store.commit([{ ...part, programs: programs(3, "2") }]);
    await sweep(store);
    await store.commit([{ kind: "list", list: listRecord(ada.id) }]);
    await sweep(store);
    assertEquals((await store.listedPrograms(ada.id, null)).length, 3);
  });
  assertEquals(rows, {
    ...{ lists: 2, listed: 10, machine_listed: 10, listed_before: 0 },
    ...{ stagings: 0, staged: 0 },
  });
});

Deno.test("Store (sqlite) bounds what one machine makes it keep, day or not", async () => {
  const rows = await rowsAfter(async (store) => {
    await store.commit([put(ada)]);
    const lists = Array.from({ length: 1_100 }, (_, number) => {
      const other = [listed("p", String(number)), listed("q", String(number))];
      return putList(ada.id, other, { atMs: NOON_MS + number });
    });
    for (let at = 0; at < lists.length; at += 100) {
      await store.commit(lists.slice(at, at + 100).flat());
    }
    assertEquals((await store.listDates(ada.id)).length, 1_002);
  });
  // The last list was put in behind the last look at the limits.
  assertEquals(rows.lists, 1_002);
  assert(rows.listed <= 2 * 1_003, String(rows.listed));
  assert(rows.staged <= 4, String(rows.staged));
});

Deno.test("Store (sqlite) shows the list before when a list is cut by kill -9, S-17", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/test.db`;
    const store = await openSqliteStore({ disk, path, create: true });
    await store.commit([put(ada), ...putList(ada.id, programs(10))]);
    for (const version of ["2", "3"]) {
      const part = programs(2_000, version);
      await store.commit([
        { kind: "list part", machine: ada.id, programs: part },
      ]);
    }
    // As a kill leaves it: nothing was closed.
    const killed = `${directory}/killed.db`;
    await Deno.copyFile(path, killed);
    await Deno.copyFile(`${path}-wal`, `${killed}-wal`);
    await store.close();
    const again = await openSqliteStore({ disk, path: killed });
    assertEquals(
      (await again.listedPrograms(ada.id, null)).map(({ name }) => name),
      programs(10).map(({ name }) => name).sort(),
    );
    await again.commit(putList(ada.id, programs(3, "4")));
    assertEquals((await again.listedPrograms(ada.id, null)).length, 3);
    await sweep(again, NOON_MS * 2);
    assertEquals(await again.programNames("", 10), ["p0", "p1", "p2"]);
    await again.close();
  }));
