/**
 * The journal of a store that no server has open. Only read: nothing is brought
 * up to date, and what is wrong with the rest of the store does not matter.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { AuditRow } from "../audit/record.ts";
import { auditRows, META_AUDIT_HEAD } from "./store_audit.ts";
import type { Prepare } from "./store_connection.ts";
import { explained } from "./store_file.ts";

/** A journal at rest. */
export interface AuditFile {
  /** As the server noted it; null: there is no journal yet. */
  readonly head: string | null;
  rows(from: number, countMax: number): AuditRow[];
  close(): void;
}

/** Opens it. @throws {Error} with a whole sentence. */
export function openAuditFile(path: string): AuditFile {
  return explained(path, () => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return opened(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function opened(database: DatabaseSync): AuditFile {
  const prepare: Prepare = (sql) => database.prepare(sql);
  const has = prepare("SELECT 1 FROM sqlite_schema WHERE name = 'audit'").get();
  const head = prepare("SELECT value FROM meta WHERE key = ?")
    .get(META_AUDIT_HEAD)?.value;
  return {
    head: head === undefined ? null : String(head),
    rows: (from, countMax) =>
      has === undefined ? [] : auditRows(prepare, from, countMax),
    close: () => database.close(),
  };
}
