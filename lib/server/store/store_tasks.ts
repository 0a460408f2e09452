/**
 * A machine's share of the orders, in SQLite.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { OpenTask } from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import { orderOf, type Row, taskOf } from "./store_rows.ts";

/** The machine's tasks and their orders, newest first. */
export function readTasksOf(
  prepare: Prepare,
  machine: MachineId,
  countMax: number,
): OpenTask[] {
  const rows = prepare(`
    SELECT tasks.*, machines.id AS machine_id
    FROM tasks JOIN machines ON machines.number = tasks.machine
    WHERE tasks.machine = (SELECT number FROM machines WHERE id = ?)
    ORDER BY order_id DESC LIMIT ?`).all(machine, countMax) as Row[];
  const find = prepare("SELECT * FROM orders WHERE id = ?");
  return rows.map((row) => {
    const task = taskOf(row);
    return { task, order: orderOf(find.get(task.order) as Row) };
  });
}
