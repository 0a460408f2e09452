/**
 * Machines that are expected, in SQLite.
 *
 * @module
 */

import type { ExpectedMachine } from "../shapes/expected.ts";
import type { Prepare } from "./store_connection.ts";
import type { Row } from "./store_rows.ts";

/** All of them. */
export function readExpected(prepare: Prepare): ExpectedMachine[] {
  const rows = prepare("SELECT * FROM expected ORDER BY sign").all() as Row[];
  return rows.map(({ sign, name, groups, tags }) => {
    const [by = "", ...rest] = String(sign).split(" ");
    return {
      by: by === "mac" ? "mac" : "host",
      sign: rest.join(" "),
      name: String(name),
      groups: JSON.parse(String(groups)),
      tags: JSON.parse(String(tags)),
    };
  });
}

/** Puts one in, or in the place of the one of the same sign. */
export function putExpected(prepare: Prepare, one: ExpectedMachine): void {
  prepare(
    `INSERT INTO expected (sign, name, groups, tags) VALUES (?, ?, ?, ?)
     ON CONFLICT (sign) DO UPDATE SET name = excluded.name,
       groups = excluded.groups, tags = excluded.tags`,
  ).run(
    `${one.by} ${one.sign}`,
    one.name,
    JSON.stringify(one.groups),
    JSON.stringify(one.tags),
  );
}

/** Nobody is expected by this sign any more. */
export function dropExpected(prepare: Prepare, key: string): void {
  prepare("DELETE FROM expected WHERE sign = ?").run(key);
}
