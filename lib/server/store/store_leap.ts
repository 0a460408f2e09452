/**
 * Makes the numbers of orders leap: on a copy of a store, whose server may have
 * given more of them since (no order's number comes twice).
 *
 * @module
 */

import type { Prepare } from "./store_connection.ts";

/** The key of the moment at which this store was copied from another. */
export const META_COPIED = "copied";

/** SQLite keeps the last number it gave in a table of its own. */
export function leapOrders(prepare: Prepare, leap: number): void {
  const { changes } = prepare(
    "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'orders'",
  ).run(leap);
  if (Number(changes) > 0) return;
  prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
    .run("orders", leap);
}
