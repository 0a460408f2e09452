/**
 * Our changes as SQL. Each runs inside a transaction that `store_sqlite.ts`
 * has begun.
 *
 * @module
 */

import type { StatementSync } from "node:sqlite";
import type { ListedProgram } from "../../peo/program.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ProgramRecord } from "../shapes/program.ts";
import type { ListRecord, Write } from "./store.ts";
import type { Task } from "../shapes/task.ts";

/** Gives the prepared statement of the SQL. */
export type Prepare = (sql: string) => StatementSync;

/** Puts an order in; the number that it gets is the row's. */
export const INSERT_ORDER = `
  INSERT INTO orders (verb, name, version, sha256, size, created_ms, wheres)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Does one change. @throws {Error} when it breaks a rule of the tables. */
export function applyWrite(prepare: Prepare, write: Write): void {
  switch (write.kind) {
    case "machine":
      return putMachine(prepare, write.machine);
    case "seen":
      prepare(
        `UPDATE machines SET last_seen_ms = ?, address = ?, port = ?
         WHERE id = ?`,
      ).run(
        write.lastSeenMs,
        write.address?.hostname ?? null,
        write.address?.port ?? null,
        write.machine,
      );
      return;
    case "secret used":
      prepare(
        `INSERT INTO secret_uses (secret, uses) VALUES (?, 1)
         ON CONFLICT (secret) DO UPDATE SET uses = uses + 1`,
      ).run(write.secret);
      return;
    case "program":
      return putProgram(prepare, write.program);
    case "task":
      return updateTask(prepare, write.task);
    case "list":
      return putList(prepare, write.list, write.programs);
    case "meta":
      prepare(
        `INSERT INTO meta (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      ).run(write.key, write.value);
      return;
  }
}

/** A task of an order that was put in by the same transaction. */
export function insertTask(prepare: Prepare, task: Task): void {
  const { changes } = prepare(`
    INSERT INTO tasks (order_id, machine, state, phase, attempt, failures,
      tries, cancelling, answer, reason, next_try_ms, ended_ms)
    SELECT ?, number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM machines WHERE id = ?`)
    .run(task.order, ...columnsOf(task), task.machine);
  if (Number(changes) !== 1) {
    throw new Error(`There is no machine "${task.machine}" in the store`);
  }
}

function updateTask(prepare: Prepare, task: Task): void {
  const { changes } = prepare(`
    UPDATE tasks SET state = ?, phase = ?, attempt = ?, failures = ?,
      tries = ?, cancelling = ?, answer = ?, reason = ?, next_try_ms = ?,
      ended_ms = ?
    WHERE order_id = ?
      AND machine = (SELECT number FROM machines WHERE id = ?)`)
    .run(...columnsOf(task), task.order, task.machine);
  if (Number(changes) !== 1) {
    throw new Error(
      `There is no task of order ${task.order} for "${task.machine}"`,
    );
  }
}

function columnsOf(task: Task) {
  return [
    task.state,
    task.phase,
    task.attempt,
    task.failures,
    task.tries,
    task.cancelling ? 1 : 0,
    task.answer,
    task.reason,
    task.nextTryMs,
    task.endedMs,
  ] as const;
}

function putMachine(prepare: Prepare, machine: MachineRecord): void {
  prepare(`
    INSERT INTO machines (id, public_key, name, host_name, macs, system,
      architecture, agent_version, address, port, status, first_seen_ms,
      last_seen_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name,
      host_name = excluded.host_name, macs = excluded.macs,
      system = excluded.system, architecture = excluded.architecture,
      agent_version = excluded.agent_version, address = excluded.address,
      port = excluded.port, status = excluded.status,
      last_seen_ms = excluded.last_seen_ms`)
    .run(
      machine.id,
      machine.publicKey,
      machine.name,
      machine.hostName,
      JSON.stringify(machine.macs),
      machine.system,
      machine.architecture,
      machine.agentVersion,
      machine.address?.hostname ?? null,
      machine.address?.port ?? null,
      machine.status,
      machine.firstSeenMs,
      machine.lastSeenMs,
    );
}

function putProgram(prepare: Prepare, program: ProgramRecord): void {
  prepare(`
    INSERT INTO programs (sha256, name, version, serial, title, size,
      statement, published_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      program.sha256,
      program.name,
      program.version,
      program.serial,
      program.title,
      program.size,
      program.statement,
      program.publishedMs,
    );
}

/**
 * The rows go in as one JSON text each: a list may hold 100,000 programs, and
 * SQLite reads them several times faster than it is called.
 */
function putList(
  prepare: Prepare,
  list: ListRecord,
  programs: readonly ListedProgram[],
): void {
  const machine = prepare("SELECT number FROM machines WHERE id = ?")
    .get(list.machine)?.number;
  if (typeof machine !== "number") {
    throw new Error(`There is no machine "${list.machine}" in the store`);
  }
  const before = prepare(
    "SELECT json_group_array(listed) AS listed FROM machine_listed " +
      "WHERE machine = ?",
  ).get(machine)?.listed;
  const rows = JSON.stringify(programs.map((program) => [
    program.name,
    program.version,
    program.purl,
    program.source,
    program.architecture ?? "",
  ]));
  prepare("DELETE FROM machine_listed WHERE machine = ?").run(machine);
  prepare(`INSERT OR IGNORE INTO listed
      (name, version, purl, source, architecture) ${FROM_JSON}`).run(rows);
  prepare(`INSERT OR IGNORE INTO machine_listed (machine, listed)
    SELECT ?1, listed.number FROM (${FROM_JSON.replace("?1", "?2")}) AS said
    JOIN listed ON listed.name = said.name AND listed.version = said.version
      AND listed.purl = said.purl AND listed.source = said.source
      AND listed.architecture = said.architecture`).run(machine, rows);
  // What nobody lists any more goes, or one machine could fill the disk.
  prepare(`DELETE FROM listed
    WHERE number IN (SELECT value FROM json_each(?))
      AND NOT EXISTS (SELECT 1 FROM machine_listed AS held
        WHERE held.listed = listed.number)`).run(String(before));
  prepare(`INSERT INTO lists (machine, sha256, at_ms, faults)
    VALUES (?, ?, ?, ?) ON CONFLICT (machine) DO UPDATE SET
      sha256 = excluded.sha256, at_ms = excluded.at_ms,
      faults = excluded.faults`)
    .run(machine, list.sha256, list.atMs, JSON.stringify(list.faults));
}

const FROM_JSON = `
  SELECT value ->> 0 AS name, value ->> 1 AS version, value ->> 2 AS purl,
    value ->> 3 AS source, value ->> 4 AS architecture
  FROM json_each(?1)`;
