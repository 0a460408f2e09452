/**
 * Forgetting: lists that are too old or too many, lines of lists that never
 * became whole, and the programs that nobody lists and no history needs any
 * more. In pieces, each with a budget of lines, so that the loop does not
 * stall; a machine's lists go before their lines, so that none is ever shown
 * with half of what it said.
 *
 * Each function runs inside a transaction that `store_sqlite.ts` has begun.
 *
 * @module
 */

import type { Retention } from "./store.ts";
import type { Prepare } from "./store_connection.ts";

/** Where the next piece begins: the machine behind this one. */
export interface PruneCursor {
  machine: number;
}

/** Machines that one piece looks at. */
const MACHINES_MAX = 50;

/** Does a piece; true when there is more to do. */
export function prunePiece(
  prepare: Prepare,
  retention: Retention,
  cursor: PruneCursor,
  budget: number,
): boolean {
  let left = budget - sweepStaged(prepare, budget);
  for (let looked = 0; looked < MACHINES_MAX && left > 0; looked++) {
    const machine = prepare(
      "SELECT min(number) AS number FROM machines WHERE number > ?",
    ).get(cursor.machine)?.number;
    if (typeof machine !== "number") {
      cursor.machine = 0;
      return false;
    }
    left -= pruneMachine(prepare, machine, retention, left);
    if (left > 0) cursor.machine = machine;
  }
  return true;
}

/** The same for one machine; how many lines have gone, `budget` at most. */
export function pruneMachine(
  prepare: Prepare,
  machine: number,
  retention: Retention,
  budget: number,
): number {
  pruneLists(prepare, machine, retention);
  const gone = prepare(`
    DELETE FROM listed_before WHERE machine = ?1 AND (until_list, listed) IN
      (SELECT until_list, listed FROM listed_before WHERE machine = ?1
        AND until_list <= coalesce(
          (SELECT min(number) FROM lists WHERE machine = ?1), until_list)
        LIMIT ?2)
    RETURNING listed`).all(machine, budget);
  forgetPrograms(prepare, gone.map(({ listed }) => Number(listed)));
  return gone.length;
}

/**
 * Lines of lists that have arrived or were given up; how many have gone,
 * `budget` at most.
 */
export function sweepStaged(prepare: Prepare, budget: number): number {
  let left = budget;
  while (left > 0) {
    const staging = prepare(`SELECT number, arrived FROM stagings
      WHERE machine IS NULL ORDER BY number LIMIT 1`).get();
    if (staging === undefined) break;
    const number = Number(staging.number);
    const gone = prepare(`
      DELETE FROM staged WHERE staging = ?1 AND listed IN
        (SELECT listed FROM staged WHERE staging = ?1 LIMIT ?2)
      RETURNING listed`).all(number, left);
    // What has arrived is listed now.
    if (staging.arrived === 0) {
      forgetPrograms(prepare, gone.map(({ listed }) => Number(listed)));
    }
    if (gone.length < left) {
      prepare("DELETE FROM stagings WHERE number = ?").run(number);
    }
    left -= gone.length;
  }
  return budget - left;
}

/** The newest list that another has to make room for stays as the oldest. */
function pruneLists(
  prepare: Prepare,
  machine: number,
  { beforeMs, listsMax, linesMax }: Retention,
): void {
  const oldest = prepare(`
    SELECT max(number) AS number FROM (
      SELECT number, at_ms, row_number() OVER newest AS place,
        sum(ended) OVER newest AS lines
      FROM lists WHERE machine = ?1 WINDOW newest AS (ORDER BY at_ms DESC))
    WHERE at_ms <= ?2 OR place > ?3 OR lines > ?4`)
    .get(machine, beforeMs, listsMax, linesMax)?.number;
  if (typeof oldest !== "number") return;
  prepare("DELETE FROM lists WHERE machine = ? AND number < ?")
    .run(machine, oldest);
  // Its coming has ended lines of a list that is not there any more.
  prepare("UPDATE lists SET ended = 0 WHERE number = ? AND ended > 0")
    .run(oldest);
}

/** Those of them that nothing refers to; a list on its way counts. */
function forgetPrograms(prepare: Prepare, numbers: readonly number[]): void {
  if (numbers.length === 0) return;
  prepare(`
    DELETE FROM listed WHERE number IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM machine_listed AS held
        WHERE held.listed = listed.number)
      AND NOT EXISTS (SELECT 1 FROM listed_before AS held
        WHERE held.listed = listed.number)
      AND NOT EXISTS (SELECT 1 FROM stagings
        CROSS JOIN staged ON staged.staging = stagings.number
        WHERE stagings.machine IS NOT NULL
          AND staged.listed = listed.number)`).run(JSON.stringify(numbers));
}
