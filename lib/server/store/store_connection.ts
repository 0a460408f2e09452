/**
 * The open database, with what every use of it needs: statements that are
 * prepared once, and transactions.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Gives the prepared statement of the SQL. */
export type Prepare = (sql: string) => StatementSync;

/** One for each open store. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
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
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk can have rolled back by itself already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** A reader's work; what it throws is a rejection. */
  // deno-lint-ignore require-await -- a rejection, not an exception.
  async tell<T>(work: () => T): Promise<T> {
    return work();
  }
}
