/**
 * Forgetting a machine in SQLite. Its row stays, for the orders that name it;
 * what was known of the computer goes, and of its lists nobody hears any more:
 * their lines become history, which is pruned in pieces as always.
 *
 * @module
 */

import type { Write } from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import { dropParts } from "./store_list_writes.ts";

/** Does it. Groups and tags are changes of their own. */
export function forgetMachine(
  prepare: Prepare,
  { machine: id, name, atMs }: Write & { readonly kind: "machine forgotten" },
): void {
  dropParts(prepare, id);
  // No machine can be called so: the name is free for another.
  const rest = `${name} (forgotten, ${id.slice(0, 8)})`;
  const machine = prepare(
    `UPDATE machines SET name = ?, host_name = '', macs = '[]', address = NULL,
       port = NULL, status = 'revoked', cloned_from = NULL, forgotten_ms = ?
     WHERE id = ? RETURNING number`,
  ).get(rest, atMs, id)?.number;
  if (typeof machine !== "number") {
    throw new Error(`There is no machine "${id}" in the store`);
  }
  // Behind every list that is: who reads an older state goes on reading it.
  prepare(
    `INSERT INTO listed_before
       (machine, until_list, listed, from_list, installed_at_s)
     SELECT machine, (SELECT coalesce(max(number), 0) + 1 FROM lists), listed,
       from_list, installed_at_s FROM machine_listed WHERE machine = ?`,
  ).run(machine);
  for (const table of ["machine_listed", "lists", "told"]) {
    prepare(`DELETE FROM ${table} WHERE machine = ?`).run(machine);
  }
}
