/**
 * Opening the store's file: everything that must be true before a single row
 * of it is believed (B-03, B-05, B-06). In this order:
 *
 * 1. the file is there; it is made by `init` only. SQLite would make an empty
 *    one by itself, and the whole fleet would be forgotten without a word;
 * 2. it is not empty, which SQLite would take for a new database;
 * 3. no other server has it open;
 * 4. it is a database, and one of ours;
 * 5. its schema is not newer than we are;
 * 6. its pages hang together (`quick_check`);
 * 7. the `-wal` file beside it is there if the last server did not close: it
 *    holds the last changes, and without it they would be missed in silence.
 *    The mark `running` in the database itself tells that.
 *
 * Then older schemas are brought up to date, each step in one transaction.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { Disk } from "../../host/disk.ts";
import { sentenceOf } from "../../host/log.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./store_schema.ts";

/** Which file, and whether it may be made. */
export interface OpenStoreOptions {
  readonly disk: Disk;
  readonly path: string;
  /** Make it; it must not be there. */
  readonly create?: boolean;
}

/** The file, checked and locked. @throws {Error} with a whole sentence. */
export async function openFile(
  { disk, path, create = false }: OpenStoreOptions,
): Promise<DatabaseSync> {
  const found = await disk.stat(path);
  if (create && found !== null) {
    throw new Error(`Cannot make the store "${path}": it is there already`);
  }
  if (!create && found === null) {
    throw refusal(path, "the file is missing");
  }
  if (found !== null && found.kind !== "file") {
    throw refusal(path, `it is not a file but a ${found.kind}`);
  }
  if (found?.size === 0) throw refusal(path, "the file is empty");
  const hadLog = await disk.stat(`${path}-wal`) !== null;
  return explained(path, () => {
    const database = new DatabaseSync(path);
    try {
      prepare(database, { path, create, hadLog });
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Notes that the last server has closed the file itself. */
export function markClosed(database: DatabaseSync): void {
  setRunning(database, "0");
}

function prepare(
  database: DatabaseSync,
  { path, create, hadLog }: {
    readonly path: string;
    readonly create: boolean;
    readonly hadLog: boolean;
  },
): void {
  // Exclusive, until the process ends, however it ends: two servers on one
  // store would give two orders one number (B-05).
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (!create) checkIdentity(database, path);
  // The write-ahead log: with it a commit costs one sync, not three.
  database.exec("PRAGMA journal_mode = WAL");
  // A commit that was acknowledged survives a power cut (B-02).
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("BEGIN EXCLUSIVE; COMMIT");
  if (!create) checkContent(database, path, hadLog);
  migrate(database);
  markRunning(database);
}

/** Before anything is written: is it ours to write? */
function checkIdentity(database: DatabaseSync, path: string): void {
  const version = Number(pragma(database, "user_version"));
  if (pragma(database, "application_id") !== APPLICATION_ID || version === 0) {
    throw refusal(path, "it is another program's database");
  }
  if (version > SCHEMA_VERSION) {
    throw new StoreRefusal(
      `Cannot open the store "${path}": its schema has the version ` +
        `${version}, this server knows ${SCHEMA_VERSION} at most; run the ` +
        "newer server that wrote it",
    );
  }
}

function checkContent(
  database: DatabaseSync,
  path: string,
  hadLog: boolean,
): void {
  const verdict = pragma(database, "quick_check(1)");
  if (verdict !== "ok") throw refusal(path, `it is damaged: ${verdict}`);
  if (!hadLog && isRunning(database)) {
    throw refusal(
      path,
      `the last server did not close it, and "${path}-wal", which holds the ` +
        "last changes, is gone",
    );
  }
}

function migrate(database: DatabaseSync): void {
  const from = Number(pragma(database, "user_version"));
  for (const { version, sql } of MIGRATIONS) {
    if (version <= from) continue;
    // One transaction with its number: a kill leaves the old schema or the new.
    database.exec(
      `BEGIN IMMEDIATE; ${sql}; PRAGMA application_id = ${APPLICATION_ID}; ` +
        `PRAGMA user_version = ${version}; COMMIT`,
    );
  }
}

function markRunning(database: DatabaseSync): void {
  setRunning(database, "1");
  // Into the database itself, where it is found when the log is gone.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

function setRunning(database: DatabaseSync, value: "0" | "1"): void {
  database.prepare(
    `INSERT INTO meta (key, value) VALUES ('running', ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ).run(value);
}

function isRunning(database: DatabaseSync): boolean {
  const row = database.prepare("SELECT value FROM meta WHERE key = 'running'")
    .get();
  return row?.value === "1";
}

/** The first value that the pragma gives. */
function pragma(database: DatabaseSync, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/** Runs the work, and puts SQLite's own errors into our words. */
function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreRefusal) throw error;
    const code = error instanceof Error && "errcode" in error
      ? Number(error.errcode) & 0xff
      : 0;
    if (code !== SQLITE_BUSY && code !== SQLITE_LOCKED) {
      throw refusal(path, sentenceOf(error), error);
    }
    throw new StoreRefusal(
      `Cannot open the store "${path}": another server has it open; ` +
        "stop that one first",
      { cause: error },
    );
  }
}

/** An error whose sentence is whole already. */
class StoreRefusal extends Error {
  override name = "StoreRefusal";
}

function refusal(path: string, found: string, cause?: unknown): StoreRefusal {
  return new StoreRefusal(
    `Cannot open the store "${path}": ${found}; put the last copy of the ` +
      "data directory back (no empty store is made in its place)",
    { cause },
  );
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
