/**
 * A process that begins to bring a store up to a schema version as the
 * server does, and kills itself with -9 after so many statements: see
 * `store_migration_test.ts`.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { statementsOf } from "./store_older_versions.ts";

const [path = "", version = "", done = "0"] = Deno.args;
const database = new DatabaseSync(path);
database.exec("PRAGMA locking_mode = EXCLUSIVE");
database.exec("PRAGMA journal_mode = WAL");
database.exec("PRAGMA synchronous = FULL");
database.exec("PRAGMA foreign_keys = ON");
for (const statement of statementsOf(Number(version)).slice(0, Number(done))) {
  database.exec(statement);
}
Deno.kill(Deno.pid, "SIGKILL");
