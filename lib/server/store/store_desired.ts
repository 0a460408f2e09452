/**
 * What the owner wants of the fleet, in SQLite. Each form that he applied
 * stays; the newest holds.
 *
 * @module
 */

import type { Prepare } from "./store_connection.ts";
import type { Row } from "./store_rows.ts";

/** A desired state, as it was applied. */
export interface DesiredRecord {
  /** The file's. "": nothing is kept any more. */
  readonly text: string;
  /** On the wall clock. */
  readonly appliedMs: number;
}

/** The one that holds; null: there was never one. */
export function readDesiredRecord(prepare: Prepare): DesiredRecord | null {
  const row = prepare(
    "SELECT text, applied_ms FROM desired ORDER BY number DESC LIMIT 1",
  ).get() as Row | undefined;
  return row === undefined
    ? null
    : { text: String(row.text), appliedMs: Number(row.applied_ms) };
}

/** From now on this one holds. */
export function putDesired(
  prepare: Prepare,
  { text, appliedMs }: DesiredRecord,
): void {
  prepare("INSERT INTO desired (text, applied_ms) VALUES (?, ?)")
    .run(text, appliedMs);
}
