/**
 * Rollouts in SQLite.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { OPEN_STATES, type RolloutRecord } from "../shapes/rollout.ts";
import type { Prepare } from "./store_connection.ts";
import type { Row } from "./store_rows.ts";

/** The last ones, newest first. */
export function readRollouts(
  prepare: Prepare,
  countMax: number,
): RolloutRecord[] {
  const rows = prepare("SELECT * FROM rollouts ORDER BY id DESC LIMIT ?")
    .all(countMax) as Row[];
  return rows.map(rolloutOf);
}

/** One; null: there is none of this number. */
export function readRollout(
  prepare: Prepare,
  id: number,
): RolloutRecord | null {
  const row = prepare("SELECT * FROM rollouts WHERE id = ?").get(id);
  return row === undefined ? null : rolloutOf(row);
}

/** Those that may still change by themselves. */
export function readOpenRollouts(prepare: Prepare): RolloutRecord[] {
  const marks = OPEN_STATES.map(() => "?").join(", ");
  const rows = prepare(
    `SELECT * FROM rollouts WHERE state IN (${marks}) ORDER BY id`,
  ).all(...OPEN_STATES) as Row[];
  return rows.map(rolloutOf);
}

/** Whom it is for. */
export function readRolloutMachines(prepare: Prepare, id: number): MachineId[] {
  const rows = prepare(
    `SELECT machines.id AS machine_id FROM rollout_machines
     JOIN machines ON machines.number = rollout_machines.machine
     WHERE rollout = ? ORDER BY machines.number`,
  ).all(id) as Row[];
  return rows.map(({ machine_id }) => String(machine_id));
}

/** Puts one in, or in the place of the one of this number. */
export function putRollout(
  prepare: Prepare,
  rollout: RolloutRecord,
  machines: readonly MachineId[],
): void {
  prepare(
    `INSERT INTO rollouts (id, state, record) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state,
       record = excluded.record`,
  ).run(rollout.id, rollout.state, JSON.stringify(rollout));
  for (const machine of machines) {
    const { changes } = prepare(
      `INSERT INTO rollout_machines (rollout, machine)
       SELECT ?, number FROM machines WHERE id = ?`,
    ).run(rollout.id, machine);
    if (Number(changes) === 1) continue;
    throw new Error(`There is no machine "${machine}" in the store`);
  }
}

function rolloutOf(row: Row): RolloutRecord {
  return JSON.parse(String(row.record));
}
