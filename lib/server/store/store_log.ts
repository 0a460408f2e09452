/**
 * The write-ahead log in hand: when it is copied into the database, and the
 * two marks by which a start knows whether the log that it finds, or does not
 * find, is needed (B-03).
 *
 * `running` names a generation of the log, "0" after a clean end. It is
 * written just before the log is copied into the database, so the database
 * itself holds it. `logged` is the same name, written just after: it is the
 * first thing in the log. So:
 *
 * - the database alone: they differ, and what came since is missing;
 * - the database with its log: they are the same;
 * - the database after something closed it for us (SQLite does when a process
 *   ends by an error, or when a person looks at the file with another tool),
 *   which copies the log and removes it: they are the same, nothing is missing.
 *
 * Between two copies the database's file does not change at all, whatever is
 * written: so it can be copied while the server runs.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";

/** A copy costs two syncs and some milliseconds; it is due after so much. */
const TRANSACTIONS_MAX = 250;
const ROWS_MAX = 2_000;

/** Both are lines of `meta`. */
const RUNNING = "running";
const LOGGED = "logged";

/** Is something missing from the database, if it is all that there is? */
export function awaitsLog(database: DatabaseSync): boolean {
  const running = markOf(database, RUNNING);
  if (running === null || running === "0") return false;
  return running !== markOf(database, LOGGED);
}

/** The log of an open database. */
export class StoreLog {
  readonly #database: DatabaseSync;
  #generation: number;
  #transactions = 0;
  #rowsBefore = 0;
  #holds = 0;
  /** The second mark could not be written. */
  #isUnmarked = false;

  /** From here on the log is needed. @throws what SQLite throws. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    const before = markOf(database, LOGGED)?.slice(1) ?? "0";
    this.#generation = Number(before) || 0;
    // Copied by us, at moments that are ours.
    database.exec("PRAGMA wal_autocheckpoint = 0");
    this.#copy();
    this.#rowsBefore = this.#rows();
  }

  /** A transaction is on the medium. Never throws: it is kept, come what may. */
  committed(): void {
    this.#transactions++;
    if (this.#holds > 0 && !this.#isUnmarked) return;
    const isDue = this.#transactions >= TRANSACTIONS_MAX ||
      this.#rows() - this.#rowsBefore >= ROWS_MAX;
    if (!isDue && !this.#isUnmarked) return;
    try {
      if (this.#isUnmarked) this.#mark();
      if (isDue && this.#holds === 0) this.#copy();
    } catch {
      // The disk is full: the log only becomes longer, and this is tried anew.
    }
  }

  /**
   * Brings everything into the database's file, which does not change any more
   * until the hold is released.
   *
   * @throws what SQLite throws.
   */
  hold(): () => void {
    if (this.#holds === 0) this.#copy();
    this.#holds++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#holds--;
      isHeld = false;
    };
  }

  /** The file is being closed by us. */
  end(): void {
    writeMark(this.#database, RUNNING, "0");
  }

  #copy(): void {
    this.#transactions = 0;
    this.#rowsBefore = this.#rows();
    writeMark(this.#database, RUNNING, `g${this.#generation + 1}`);
    this.#generation++;
    this.#isUnmarked = true;
    try {
      // Not TRUNCATE: a log that was cut to nothing is no lawful one.
      const copied = this.#database.prepare("PRAGMA wal_checkpoint(FULL)")
        .get();
      if (copied?.busy !== 0) throw new Error("The log is in use");
    } finally {
      this.#mark();
    }
  }

  #mark(): void {
    writeMark(this.#database, LOGGED, `g${this.#generation}`);
    this.#isUnmarked = false;
  }

  /** Changed so far. */
  #rows(): number {
    const row = this.#database.prepare("SELECT total_changes() AS rows").get();
    return Number(row?.rows);
  }
}

/** Makes a copy of a running server's database one that was closed. */
export function markClosed(database: DatabaseSync): void {
  writeMark(database, RUNNING, "0");
}

function markOf(database: DatabaseSync, key: string): string | null {
  const row = database.prepare("SELECT value FROM meta WHERE key = ?").get(key);
  return row === undefined ? null : String(row.value);
}

function writeMark(database: DatabaseSync, key: string, value: string): void {
  database.prepare(
    `INSERT INTO meta (key, value) VALUES (?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ).run(key, value);
}
