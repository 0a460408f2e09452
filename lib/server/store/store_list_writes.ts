/**
 * A machine's list on its way into the tables: parts are put aside first, and
 * one short transaction makes them the list. All that grows with the number of
 * programs is done with the parts, so that this transaction writes only what
 * has changed (B-09).
 *
 * Each function runs inside a transaction that `store_sqlite.ts` has begun.
 *
 * @module
 */

import type { ListedProgram } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListRecord } from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import { factsText } from "./store_rows.ts";

/**
 * The programs go in as one JSON text: SQLite reads it several times faster
 * than it is called.
 */
const SAID = `
  SELECT value ->> 0 AS name, value ->> 1 AS version, value ->> 2 AS purl,
    value ->> 3 AS source, value ->> 4 AS architecture, value ->> 5 AS facts,
    value ->> 6 AS installed_at_s
  FROM json_each(?1)`;

/** What the machine has already, with the same date, is not new. */
const STAGE = `
  INSERT OR IGNORE INTO staged (staging, listed, installed_at_s, is_new)
  SELECT ?2, listed.number, said.installed_at_s, NOT EXISTS (
    SELECT 1 FROM machine_listed AS held WHERE held.machine = ?3
      AND held.listed = listed.number
      AND held.installed_at_s IS said.installed_at_s)
  FROM (${SAID}) AS said
  CROSS JOIN listed ON listed.name = said.name
    AND listed.version = said.version AND listed.purl = said.purl
    AND listed.source = said.source
    AND listed.architecture = said.architecture
    AND listed.facts = said.facts
  RETURNING is_new`;

/** Puts some programs aside. */
export function putPart(
  prepare: Prepare,
  id: MachineId,
  programs: readonly ListedProgram[],
): void {
  const machine = machineNumber(prepare, id);
  const staging = stagingOf(prepare, machine);
  const rows = JSON.stringify(programs.map((program) => [
    program.name,
    program.version,
    program.purl,
    program.source,
    program.architecture ?? "",
    factsText(program),
    program.installedAtS ?? null,
  ]));
  prepare(`INSERT OR IGNORE INTO listed
    (name, version, purl, source, architecture, facts)
    SELECT name, version, purl, source, architecture, facts FROM (${SAID})`)
    .run(rows);
  const staged = prepare(STAGE).all(rows, staging, machine);
  const kept = staged.filter(({ is_new }) => is_new === 0).length;
  prepare(`UPDATE stagings SET programs = programs + ?, kept = kept + ?
    WHERE number = ?`).run(staged.length, kept, staging);
}

/** What was put aside becomes the machine's list. */
export function putList(prepare: Prepare, list: ListRecord): void {
  const machine = machineNumber(prepare, list.machine);
  const staging = prepare(
    "SELECT number, programs, kept FROM stagings WHERE machine = ?",
  ).get(machine) ?? { number: 0, programs: 0, kept: 0 };
  const before = prepare(`SELECT at_ms, programs FROM lists WHERE machine = ?
    ORDER BY at_ms DESC LIMIT 1`).get(machine) ?? { at_ms: -1, programs: 0 };
  const ended = Number(before.programs) - Number(staging.kept);
  const number = insertList(prepare, machine, {
    ...list,
    // The clock can have gone back; the order of the lists has not.
    atMs: Math.max(list.atMs, Number(before.at_ms) + 1),
    programs: Number(staging.programs),
  }, ended);
  if (ended > 0) endLines(prepare, machine, Number(staging.number), number);
  prepare(`INSERT INTO machine_listed
      (machine, listed, from_list, installed_at_s)
    SELECT ?1, listed, ?3, installed_at_s FROM staged
    WHERE staging = ?2 AND is_new`)
    .run(machine, Number(staging.number), number);
  prepare("UPDATE stagings SET machine = NULL, arrived = 1 WHERE machine = ?")
    .run(machine);
  // The machine says itself now what orders have changed.
  prepare("DELETE FROM told WHERE machine = ?").run(machine);
}

/** What was put aside is forgotten; its lines are swept later. */
export function dropParts(prepare: Prepare, id: MachineId): void {
  prepare(`UPDATE stagings SET machine = NULL
    WHERE machine = (SELECT number FROM machines WHERE id = ?)`).run(id);
}

/** What a run before this one has put aside is forgotten. */
export function dropAllParts(prepare: Prepare): void {
  prepare("UPDATE stagings SET machine = NULL WHERE machine IS NOT NULL")
    .run();
}

/** The newest list still holds. */
export function confirmList(
  prepare: Prepare,
  id: MachineId,
  atMs: number,
): void {
  prepare(`UPDATE lists SET confirmed_ms = max(confirmed_ms, ?1)
    WHERE number = (SELECT lists.number FROM lists
      JOIN machines ON machines.number = lists.machine
      WHERE machines.id = ?2 ORDER BY at_ms DESC LIMIT 1)`).run(atMs, id);
}

function insertList(
  prepare: Prepare,
  machine: number,
  list: ListRecord,
  ended: number,
): number {
  const { lastInsertRowid } = prepare(`
    INSERT INTO lists (machine, at_ms, confirmed_ms, sha256, size, signature,
      faults, distribution, distribution_version, reboot_for, programs,
      ended)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      machine,
      list.atMs,
      Math.max(list.atMs, list.confirmedMs),
      list.sha256,
      list.size,
      list.signature,
      JSON.stringify(list.faults),
      list.distribution,
      list.distributionVersion,
      list.rebootFor,
      list.programs,
      ended,
    );
  return Number(lastInsertRowid);
}

/** Lines that the new list does not hold as they are. */
function endLines(
  prepare: Prepare,
  machine: number,
  staging: number,
  list: number,
): void {
  const ending = `machine = ?1 AND NOT EXISTS (SELECT 1 FROM staged
    WHERE staged.staging = ?2 AND staged.listed = machine_listed.listed
      AND NOT staged.is_new)`;
  prepare(`INSERT INTO listed_before
      (machine, until_list, listed, from_list, installed_at_s)
    SELECT machine, ?3, listed, from_list, installed_at_s
    FROM machine_listed WHERE ${ending}`).run(machine, staging, list);
  prepare(`DELETE FROM machine_listed WHERE ${ending}`).run(machine, staging);
}

function machineNumber(prepare: Prepare, id: MachineId): number {
  const number = prepare("SELECT number FROM machines WHERE id = ?")
    .get(id)?.number;
  if (typeof number === "number") return number;
  throw new Error(`There is no machine "${id}" in the store`);
}

function stagingOf(prepare: Prepare, machine: number): number {
  const number = prepare("SELECT number FROM stagings WHERE machine = ?")
    .get(machine)?.number;
  if (typeof number === "number") return number;
  const { lastInsertRowid } = prepare(
    "INSERT INTO stagings (machine) VALUES (?)",
  ).run(machine);
  return Number(lastInsertRowid);
}
