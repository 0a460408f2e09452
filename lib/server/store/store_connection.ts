/**
 * The open database, with what every use of it needs: statements that are
 * prepared once, and transactions.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreLog } from "./store_log.ts";

/** Gives the prepared statement of the SQL. */
export type Prepare = (sql: string) => StatementSync;

/** One for each open store. */
export class Connection {
  readonly log: StoreLog;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.log = new StoreLog(database);
  }

  /** Each statement is prepared once. */
  readonly prepare: Prepare = (sql) => {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  };

  /** All of the work or nothing; when it returns, it is on the medium. */
  transaction<T>(work: () => T): T {
    const result = this.#transaction(work);
    this.log.committed();
    return result;
  }

  /** Closes the file; the next start finds it so. */
  close(): void {
    this.log.end();
    this.#database.close();
  }

  /** Closes the file as an error of the process would. */
  abandon(): void {
    this.#database.close();
  }

  #transaction<T>(work: () => T): T {
    // Not by exec(), whose errors do not tell their code.
    this.prepare("BEGIN IMMEDIATE").run();
    try {
      const result = work();
      this.prepare("COMMIT").run();
      return result;
    } catch (error) {
      // A full disk can have rolled back by itself already.
      if (this.#database.isTransaction) this.prepare("ROLLBACK").run();
      throw error;
    }
  }

  /** A reader's work; what it throws is a rejection. */
  // deno-lint-ignore require-await -- a rejection, not an exception.
  async tell<T>(work: () => T): Promise<T> {
    return work();
  }
}
