/**
 * What the store tells of the machines' lists, now and before, as SQL.
 *
 * @module
 */

import { FLOTTILLE_SOURCE } from "../../peo/sources/flottille.ts";
import type { ListedProgram } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type {
  FleetPage,
  HeldNumber,
  HeldProgram,
  Holding,
  ListDate,
  ListRecord,
  NumberedProgram,
} from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import {
  heldNumberOf,
  heldOf,
  holdingOf,
  listDateOf,
  listedOf,
  listOf,
  numberedOf,
  type Row,
} from "./store_rows.ts";

/** A machine and one of its lists, by their numbers. */
export interface ListPlace {
  readonly machine: number;
  readonly list: number;
}

const LIST_COLUMNS = `lists.*, machines.id AS machine_id
  FROM lists JOIN machines ON machines.number = lists.machine`;

/** The newest list of each machine, with its place in the tables. */
export function newestLists(
  prepare: Prepare,
): { record: ListRecord; place: ListPlace }[] {
  const rows = prepare(`
    SELECT lists.*, machines.id AS machine_id FROM machines
    JOIN lists ON lists.machine = machines.number AND at_ms =
      (SELECT max(at_ms) FROM lists AS other
        WHERE other.machine = machines.number)
    ORDER BY machines.number`).all() as Row[];
  return rows.map((row) => ({ record: listOf(row), place: placeOf(row) }));
}

/** Newest first. */
export function listDates(prepare: Prepare, machine: MachineId): ListDate[] {
  return read(
    prepare,
    `SELECT ${LIST_COLUMNS} WHERE machines.id = ? ORDER BY at_ms DESC`,
    listDateOf,
    machine,
  );
}

/** The newest list that came at or before the moment. */
export function listRow(
  prepare: Prepare,
  machine: MachineId,
  atMs: number | null,
): Row | undefined {
  return prepare(`SELECT ${LIST_COLUMNS}
    WHERE machines.id = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1`)
    .get(machine, atMs ?? Number.MAX_SAFE_INTEGER);
}

/** The list's own place. */
export function placeOf(row: Row): ListPlace {
  return { machine: Number(row.machine), list: Number(row.number) };
}

/** The lines of one list: what is now since then, and what ended later. */
const LINES = `(
  SELECT listed, installed_at_s FROM machine_listed
  WHERE machine = ?1 AND from_list <= ?2
  UNION ALL
  SELECT listed, installed_at_s FROM listed_before
  WHERE machine = ?1 AND until_list > ?2 AND from_list <= ?2) AS held`;

const BY_NAME = "ORDER BY name, version, source, architecture, number";

/** A list's programs, by name. */
export function programsAt(
  prepare: Prepare,
  { machine, list }: ListPlace,
): ListedProgram[] {
  return read(
    prepare,
    `SELECT listed.*, held.installed_at_s FROM ${LINES}
     JOIN listed ON listed.number = held.listed ${BY_NAME}`,
    listedOf,
    machine,
    list,
  );
}

/** Their numbers, in the same order. */
export function numbersAt(
  prepare: Prepare,
  { machine, list }: ListPlace,
): HeldNumber[] {
  return read(
    prepare,
    `SELECT listed.number, held.installed_at_s FROM ${LINES}
     JOIN listed ON listed.number = held.listed ${BY_NAME}`,
    heldNumberOf,
    machine,
    list,
  );
}

/** The programs of these numbers. */
export function programsOf(
  prepare: Prepare,
  numbers: readonly number[],
): NumberedProgram[] {
  return read(
    prepare,
    "SELECT * FROM listed WHERE number IN (SELECT value FROM json_each(?))",
    numberedOf,
    JSON.stringify(numbers),
  );
}

const IS_LISTED = `EXISTS (SELECT 1 FROM machine_listed AS held
  WHERE held.listed = listed.number)`;

/** Programs of this name that a machine lists now. */
export function programsNamed(
  prepare: Prepare,
  name: string,
): NumberedProgram[] {
  return read(
    prepare,
    `SELECT * FROM listed WHERE name = ? COLLATE NOCASE AND ${IS_LISTED}
     ORDER BY number`,
    numberedOf,
    name,
  );
}

/** Names that are listed or were: the next ones. */
export function programNames(
  prepare: Prepare,
  after: string,
  countMax: number,
): string[] {
  return read(
    prepare,
    "SELECT DISTINCT name FROM listed WHERE name > ? ORDER BY name LIMIT ?",
    (row) => String(row.name),
    after,
    countMax,
  );
}

/** Who lists these programs now. */
export function holders(
  prepare: Prepare,
  numbers: readonly number[],
): Holding[] {
  return read(
    prepare,
    `SELECT listed AS number, machines.id AS machine_id, installed_at_s
     FROM json_each(?)
     CROSS JOIN machine_listed ON listed = value
     CROSS JOIN machines ON machines.number = machine_listed.machine
     ORDER BY listed, machine_listed.machine`,
    holdingOf,
    JSON.stringify(numbers),
  );
}

/** Programs that a machine lists now: the next ones. */
export function fleetPrograms(
  prepare: Prepare,
  after: number,
  lookedAtMax: number,
): FleetPage {
  const rows = prepare(`
    SELECT listed.*, (SELECT count(*) FROM machine_listed AS held
      WHERE held.listed = listed.number AND held.machine NOT IN
        (SELECT number FROM machines WHERE status = 'revoked')) AS machines
    FROM listed WHERE number > ? ORDER BY number LIMIT ?`)
    .all(after, lookedAtMax) as Row[];
  const programs = rows.filter(({ machines }) => Number(machines) > 0)
    .map((row) => ({ ...numberedOf(row), machines: Number(row.machines) }));
  const last = rows.length < lookedAtMax ? undefined : rows.at(-1)?.number;
  return { programs, next: last === undefined ? null : Number(last) };
}

/** What orders have changed stands before what the list says. */
const HELD = `
  SELECT machines.id AS machine_id, listed.name, listed.version
  FROM listed
  JOIN machine_listed ON machine_listed.listed = listed.number
  JOIN machines ON machines.number = machine_listed.machine
  WHERE listed.source = ?1
    AND listed.name IN (SELECT value FROM json_each(?2))
    AND NOT EXISTS (SELECT 1 FROM told
      WHERE told.machine = machine_listed.machine AND told.name = listed.name)
  UNION ALL
  SELECT machines.id AS machine_id, told.name, told.version
  FROM told JOIN machines ON machines.number = told.machine
  WHERE told.version <> ''
    AND told.name IN (SELECT value FROM json_each(?2))`;

/** Who has these programs of Flottille's. */
export function held(
  prepare: Prepare,
  names: readonly string[],
): HeldProgram[] {
  return read(prepare, HELD, heldOf, FLOTTILLE_SOURCE, JSON.stringify(names));
}

/** Each row of the answer, read. */
export function read<T>(
  prepare: Prepare,
  sql: string,
  of: (row: Row) => T,
  ...parameters: (string | number)[]
): T[] {
  return (prepare(sql).all(...parameters) as Row[]).map(of);
}
