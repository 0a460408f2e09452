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
 * 7. the `-wal` file beside it is there, and whole, if it is needed: it holds
 *    the last changes, and without it they would be missed in silence. The
 *    marks of `store_log.ts` tell that.
 *
 * Then older schemas are brought up to date, each step in one transaction.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { Disk } from "../../host/disk.ts";
import { sentenceOf } from "../../host/log.ts";
import { Connection } from "./store_connection.ts";
import { awaitsLog } from "./store_log.ts";
import { faultOfLog } from "./store_log_check.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./store_schema.ts";

/** Which file, and whether it may be made. */
export interface OpenStoreOptions {
  readonly disk: Disk;
  readonly path: string;
  /** Make it; it must not be there. */
  readonly create?: boolean;
}

/** Beside the store: where its last backup was put. */
export const LAST_BACKUP_FILE = "last-backup";
const PATH_BYTES_MAX = 8_192;

/** The file, checked and locked. @throws {Error} with a whole sentence. */
export async function openFile(options: OpenStoreOptions): Promise<Connection> {
  try {
    return await open(options);
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error;
    const at = await lastBackup(options);
    throw at === "" ? error : new StoreRefusal(
      error.message.replace(LAST_BACKUP, `${LAST_BACKUP}, which is "${at}"`),
      { cause: error },
    );
  }
}

/** Where the last backup of this store is, as far as anybody knows. */
export async function lastBackup(
  { disk, path }: Pick<OpenStoreOptions, "disk" | "path">,
): Promise<string> {
  const file = join(dirname(path), LAST_BACKUP_FILE);
  const bytes = await disk.readFile(file, PATH_BYTES_MAX).catch(() => null);
  return bytes === null ? "" : new TextDecoder().decode(bytes).trim();
}

/**
 * Everything that must be true before a row is believed; nothing is written.
 *
 * @param isLook Nobody wants to open it: where no log is, none is made beside
 * it, not even an empty one.
 * @throws {Error} with a whole sentence.
 */
export async function checkStore(
  { disk, path, isLook = false }: Pick<OpenStoreOptions, "disk" | "path"> & {
    readonly isLook?: boolean;
  },
): Promise<void> {
  const found = await disk.stat(path);
  if (found === null) throw refusal(path, "the file is missing");
  if (found.kind !== "file") {
    throw refusal(path, `it is not a file but a ${found.kind}`);
  }
  if (found.size === 0) throw refusal(path, "the file is empty");
  const log = await disk.stat(`${path}-wal`);
  const hadLog = log !== null && log.size > 0;
  // Before SQLite drops what it cannot read.
  const wrong = hadLog ? await faultOfLog(disk, `${path}-wal`) : null;
  if (wrong !== null) {
    throw refusalOfLog(
      path,
      `of "${path}-wal", which holds the last changes, ${wrong}`,
    );
  }
  explained(path, () => check(path, { hadLog, isLook }));
}

async function open(
  { disk, path, create = false }: OpenStoreOptions,
): Promise<Connection> {
  if (!create) {
    await checkStore({ disk, path });
  } else if (await disk.stat(path) !== null) {
    throw new Error(`Cannot make the store "${path}": it is there already`);
  }
  return explained(path, () => {
    const database = new DatabaseSync(path);
    try {
      prepare(database);
      return new Connection(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Is it ours, and whole? Only read: whoever may write takes the log into the
 * database when he closes it, and what is refused must stay as it was found.
 */
function check(
  path: string,
  { hadLog, isLook }: { readonly hadLog: boolean; readonly isLook: boolean },
): void {
  const file = pathToFileURL(path);
  // SQLite: nobody changes it meanwhile. A server that runs has a log.
  file.searchParams.set("immutable", "1");
  const from = isLook && !hadLog ? file : path;
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    checkIdentity(database, path);
    checkContent(database, path, hadLog);
  } finally {
    database.close();
  }
}

function prepare(database: DatabaseSync): void {
  // Exclusive, until the process ends, however it ends: two servers on one
  // store would give two orders one number (B-05).
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  // The write-ahead log: with it a commit costs one sync, not three.
  database.exec("PRAGMA journal_mode = WAL");
  // A commit that was acknowledged survives a power cut (B-02).
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("BEGIN EXCLUSIVE; COMMIT");
  migrate(database);
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
  if (!hadLog && awaitsLog(database)) {
    throw refusalOfLog(
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

/** The first value that the pragma gives. */
function pragma(database: DatabaseSync, name: string): unknown {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

/** Runs the work, and puts SQLite's own errors into our words. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreRefusal) throw error;
    const found = EXPLANATIONS[sqliteCode(error)];
    if (found === undefined) throw refusal(path, sentenceOf(error), error);
    throw new StoreRefusal(`Cannot open the store "${path}": ${found}`, {
      cause: error,
    });
  }
}

/** SQLite's primary result code; 0 for another error. */
export function sqliteCode(error: unknown): number {
  const isSqlite = error instanceof Error && "errcode" in error;
  return isSqlite ? Number(error.errcode) & 0xff : 0;
}

const IN_USE = "another server has it open; stop that one first";
const NO_ACCESS = "the system refuses to write it; see to the permissions " +
  "of the data directory, and whether its disk is mounted for writing";

/** What is wrong when the file itself is not, by SQLite's code. */
const EXPLANATIONS: Readonly<Record<number, string>> = {
  3: NO_ACCESS, // SQLITE_PERM
  5: IN_USE, // SQLITE_BUSY
  6: IN_USE, // SQLITE_LOCKED
  8: NO_ACCESS, // SQLITE_READONLY
  13: "its disk is full; make room there, and start again (nothing is lost)",
  14: NO_ACCESS, // SQLITE_CANTOPEN
};

/** An error whose sentence is whole already. */
class StoreRefusal extends Error {}

/** The file, or what is beside it, is not what a server has left. */
export class DamagedStore extends StoreRefusal {
  /** The file is whole, and its last changes are not there. */
  readonly isLog: boolean;

  constructor(
    message: string,
    { cause, isLog = false }: { cause?: unknown; isLog?: boolean },
  ) {
    super(message, { cause });
    this.isLog = isLog;
  }
}

const LAST_BACKUP = "put the last backup back";

function refusal(path: string, found: string, cause?: unknown): StoreRefusal {
  return new DamagedStore(refusing(path, found), { cause });
}

function refusalOfLog(path: string, found: string): StoreRefusal {
  return new DamagedStore(refusing(path, found), { isLog: true });
}

function refusing(path: string, found: string): string {
  return `Cannot open the store "${path}": ${found}; ${LAST_BACKUP} (no ` +
    "empty store is made in its place)";
}
