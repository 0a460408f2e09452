/**
 * The epoch of a store that is made from what was left of a broken one:
 * machines listen to none that is lower than the last they heard.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { readRecord } from "../audit/record.ts";
import { META_EPOCH } from "./store.ts";

/** The epoch once more; schema 5 and later. */
const EPOCH_AGAIN = "epoch_again";

/** Puts it where it belongs, when the page of `meta` is lost. */
export function keepEpoch(to: DatabaseSync, nowMs: number): void {
  const again = tablesOf(to).includes(EPOCH_AGAIN)
    ? to.prepare(`SELECT epoch FROM ${EPOCH_AGAIN}`).get()?.epoch
    : undefined;
  // Above any epoch that was counted up from 1, with all its leaps. No older
  // backup is obeyed after that: it is for when both places are lost.
  const guess = String(nowMs);
  to.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
  ).run(META_EPOCH, String(again ?? guess));
}

/** When the last thing happened that the journal tells; null: it tells none. */
export function lastDeedMs(path: string): number | null {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    if (!tablesOf(database).includes("audit")) return null;
    const last = database.prepare(
      "SELECT record FROM audit ORDER BY number DESC LIMIT 1",
    ).get()?.record;
    const read = last instanceof Uint8Array ? readRecord(last) : null;
    return read?.ok === true ? Date.parse(read.value.at) : null;
  } finally {
    database.close();
  }
}

/** The names of the tables, in the order in which they were made. */
export function tablesOf(database: DatabaseSync): string[] {
  return database.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table'
     AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  ).all().map(({ name }) => String(name));
}
