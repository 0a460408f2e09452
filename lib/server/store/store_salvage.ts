/**
 * A new store from what can still be read of a broken one. The broken one is
 * copied first and not touched; what is made is a copy in every sense: its
 * epoch and the numbers of its orders leap (`store_copy.ts`), because changes
 * that were acknowledged may be missing from it.
 *
 * Nothing is invented. A line that hangs on another one which was lost is
 * lost with it, and a program list that may have holes is asked for again.
 *
 * @module
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Disk } from "../../host/disk.ts";
import { copyFile } from "./disk_copy.ts";
import {
  quoted,
  type RowTaken,
  type SavedRow,
  type TableTaken,
  takeRows,
} from "./salvage_rows.ts";
import { keepEpoch, lastDeedMs, tablesOf } from "./salvage_epoch.ts";
import { finishCopy } from "./store_copy.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./store_schema.ts";
import { openSqliteStore } from "./store_sqlite.ts";

/** What became of each table. */
export type Saved = ReadonlyMap<string, TableTaken>;

/** What was made. */
export interface Salvage {
  /** The new store, closed; whole. */
  readonly path: string;
  readonly saved: Saved;
}

/** Of lists on their way: they come again by themselves. */
const PASSING: ReadonlySet<string> = new Set(["stagings", "staged"]);

/** Where a hole makes lists wrong. */
const LISTS = ["listed", "lists", "machine_listed", "listed_before"] as const;

/**
 * Makes it in the directory, which is made anew.
 *
 * @throws {Error} with a whole sentence when nothing can be made of it.
 */
export async function salvageStore(
  { disk, path, work, nowMs }: {
    readonly disk: Disk;
    readonly path: string;
    readonly work: string;
    readonly nowMs: number;
  },
): Promise<Salvage> {
  await disk.remove(work, { recursive: true });
  await disk.makeDirectory(work, { mode: 0o700 });
  const [old, fresh] = [join(work, "old.db"), join(work, "new.db")];
  await copyFile(disk, path, old, 0o600);
  if (await disk.stat(`${path}-wal`) !== null) {
    await copyFile(disk, `${path}-wal`, `${old}-wal`, 0o600);
  }
  await disk.replaceFile(fresh, new Uint8Array(0), { mode: 0o600 });
  const saved = move(path, old, fresh, nowMs);
  // Its age counts from the last deed in it: who repairs the same store twice
  // gets a higher epoch the second time.
  finishCopy(fresh, Math.min(lastDeedMs(fresh) ?? nowMs, nowMs));
  await look(disk, path, fresh);
  await disk.syncTree(work);
  return { path: fresh, saved };
}

function move(path: string, old: string, fresh: string, nowMs: number): Saved {
  const from = new DatabaseSync(old);
  try {
    const version = versionOf(path, from);
    const to = new DatabaseSync(fresh);
    try {
      // It is synced when it is whole, and begun anew when it does not get so.
      to.exec("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
      for (const migration of MIGRATIONS) {
        if (migration.version <= version) to.exec(migration.sql);
      }
      to.exec(`PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${version}; BEGIN`);
      const saved = moveAll(from, to, nowMs);
      to.exec("COMMIT");
      return saved;
    } finally {
      to.close();
    }
  } finally {
    from.close();
  }
}

/** The schema's. @throws {Error} when it is none of ours. */
function versionOf(path: string, from: DatabaseSync): number {
  let found: readonly unknown[];
  try {
    found = ["application_id", "user_version"].map((name) =>
      Object.values(from.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    );
  } catch (cause) {
    throw new Error(
      `Cannot save anything of the store "${path}": it is no database any more`,
      { cause },
    );
  }
  const [application, version] = found;
  const known = Number(version);
  if (application === APPLICATION_ID && known >= 1) {
    if (known <= SCHEMA_VERSION) return known;
    throw new Error(
      `Cannot save anything of the store "${path}": a newer server wrote it; ` +
        "let that one do it",
    );
  }
  throw new Error(
    `Cannot save anything of the store "${path}": it is another program's ` +
      "database",
  );
}

function moveAll(from: DatabaseSync, to: DatabaseSync, nowMs: number): Saved {
  const saved = new Map<string, TableTaken>();
  const numbers = lastNumbers(from);
  for (const name of tablesOf(to)) {
    if (PASSING.has(name)) continue;
    const lastNumber = numbers.get(name) ?? null;
    saved.set(name, moveTable(from, to, name, lastNumber));
  }
  for (const [name, number] of numbers) keepNumber(to, name, number);
  dropOrphans(to, saved);
  if (LISTS.some((name) => isHurt(saved.get(name)))) {
    to.exec("UPDATE lists SET sha256 = ''"); // Each is asked for once more.
  }
  keepEpoch(to, nowMs);
  return saved;
}

/** Was anything of it lost? */
export function isHurt(table: TableTaken | undefined): boolean {
  return table !== undefined && table.lost !== 0;
}

interface ColumnInfo {
  readonly name: string;
  /** The place in the primary key, from 1; 0: none. */
  readonly pk: number;
}

function columnsOf(database: DatabaseSync, table: string): ColumnInfo[] {
  try {
    return database.prepare(`PRAGMA table_info(${quoted(table)})`).all().map((
      { name, pk },
    ) => ({ name: String(name), pk: Number(pk) }));
  } catch {
    return []; // The damaged database does not know it any more.
  }
}

function moveTable(
  from: DatabaseSync,
  to: DatabaseSync,
  name: string,
  lastNumber: bigint | null,
): TableTaken {
  const there = new Set(columnsOf(from, name).map((column) => column.name));
  const info = columnsOf(to, name);
  const columns = info.map((column) => column.name)
    .filter((column) => there.has(column));
  if (columns.length === 0) return { taken: 0, lost: null };
  const put = to.prepare(
    `INSERT INTO ${quoted(name)} (${columns.map(quoted).join(", ")})
     VALUES (${columns.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`,
  );
  const take = (row: SavedRow): RowTaken => {
    try {
      const values = columns.map((column) => row[column] ?? null);
      return Number(put.run(...values).changes) > 0 ? "taken" : "there";
    } catch {
      return "refused"; // A value that no server writes.
    }
  };
  const key = isNumbered(to, name)
    ? []
    : info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
      .map((column) => column.name);
  return takeRows(from, { name, columns, key, lastNumber }, take);
}

function isNumbered(database: DatabaseSync, table: string): boolean {
  const row = database.prepare("SELECT sql FROM sqlite_schema WHERE name = ?")
    .get(table);
  return !/WITHOUT ROWID/i.test(String(row?.sql));
}

/** SQLite keeps the last number that it gave in a table of its own. */
function lastNumbers(from: DatabaseSync): Map<string, bigint> {
  try {
    const statement = from.prepare("SELECT name, seq FROM sqlite_sequence");
    statement.setReadBigInts(true);
    return new Map(
      statement.all().map((
        { name, seq },
      ) => [String(name), BigInt(seq as bigint)]),
    );
  } catch {
    return new Map(); // Damaged as well.
  }
}

function keepNumber(to: DatabaseSync, name: string, number: bigint): void {
  const { changes } = to.prepare(
    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?",
  ).run(number, name);
  if (Number(changes) > 0) return;
  to.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
    .run(name, number);
}

/** What hangs on a line that was lost is lost as well. */
function dropOrphans(to: DatabaseSync, saved: Map<string, TableTaken>): void {
  for (let dropped = 1; dropped > 0;) {
    dropped = 0;
    for (const [name, { taken, lost }] of saved) {
      let count = 0;
      const references = to.prepare(
        `PRAGMA foreign_key_list(${quoted(name)})`,
      ).all();
      for (const { table: parent, from: child, to: key } of references) {
        const [own, its] = [quoted(String(child)), quoted(String(key))];
        const { changes } = to.prepare(
          `DELETE FROM ${quoted(name)} WHERE ${own} IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM ${quoted(String(parent))} AS parent
            WHERE parent.${its} = ${quoted(name)}.${own})`,
        ).run();
        count += Number(changes);
      }
      dropped += count;
      saved.set(name, {
        taken: taken - count,
        lost: lost === null ? null : lost + count,
      });
    }
  }
}

/** Can a server read all of it? */
async function look(disk: Disk, path: string, fresh: string): Promise<void> {
  try {
    const store = await openSqliteStore({ disk, path: fresh });
    try {
      await store.machines();
      await store.groups();
      await store.tags();
      await store.expected();
      await store.programs();
      await store.downgrades();
      await store.orders(1_000);
      await store.openTasks();
      await store.lists();
    } finally {
      await store.close();
    }
  } catch (cause) {
    throw new Error(
      `Cannot save enough of the store "${path}": what can be read does not ` +
        "make a store",
      { cause },
    );
  }
}
