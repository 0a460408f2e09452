/**
 * Our changes as SQL. Each runs inside a transaction that `store_sqlite.ts`
 * has begun.
 *
 * @module
 */

import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { HeldProgram, Write } from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import {
  confirmList,
  dropParts,
  putList,
  putPart,
} from "./store_list_writes.ts";
import { putDesired } from "./store_desired.ts";
import { dropExpected, putExpected } from "./store_expected.ts";
import { forgetMachine } from "./store_forget.ts";
import { dropGroup, putGroup, putTags } from "./store_groups.ts";
import { leapOrders } from "./store_leap.ts";
import { putRollout } from "./store_rollouts.ts";
import type { Order, Task } from "../shapes/task.ts";

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
    case "machine forgotten":
      return forgetMachine(prepare, write);
    case "expected":
      return putExpected(prepare, write.expected);
    case "expected gone":
      return dropExpected(prepare, write.key);
    case "group":
      return putGroup(prepare, write.group);
    case "group gone":
      return dropGroup(prepare, write.name);
    case "tags":
      return putTags(prepare, write.machine, write.tags);
    case "program":
      return putProgram(prepare, write.program);
    case "downgrade":
      return putDowngrade(prepare, write.downgrade);
    case "task":
      return updateTask(prepare, write.task);
    case "told":
      return putTold(prepare, write.told);
    case "list":
      return putList(prepare, write.list);
    case "list part":
      return putPart(prepare, write.machine, write.programs);
    case "list dropped":
      return dropParts(prepare, write.machine);
    case "list confirmed":
      return confirmList(prepare, write.machine, write.atMs);
    case "rollout":
      return putRollout(prepare, write.rollout, write.machines ?? []);
    case "desired":
      return putDesired(prepare, write.desired);
    case "meta":
      prepare(
        `INSERT INTO meta (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      ).run(write.key, write.value);
      return;
    case "audit":
      return; // Told by `store_audit.ts`; nothing else changes.
    case "leapt":
      return leapOrders(prepare, write.orders);
  }
}

/** Puts an order in; its number is the row's. */
export function insertOrder(
  prepare: Prepare,
  order: Omit<Order, "id">,
): number {
  const { lastInsertRowid } = prepare(`
    INSERT INTO orders (verb, name, version, sha256, size, created_ms,
      expires_ms, deadline_ms, anytime, origin, wheres)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      order.verb,
      order.name,
      order.version,
      order.sha256,
      order.size,
      order.createdMs,
      order.expiresMs,
      order.deadlineMs ?? null,
      order.anytime ? 1 : 0,
      order.origin,
      JSON.stringify(order.on),
    );
  return Number(lastInsertRowid);
}

/** A task of an order that was put in by the same transaction. */
export function insertTask(prepare: Prepare, task: Task): void {
  const { changes } = prepare(`
    INSERT INTO tasks (order_id, machine, state, phase, attempt, failures,
      tries, cancelling, answer, reason, note, told_version, next_try_ms,
      ended_ms, after_order)
    SELECT ?, number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM machines
    WHERE id = ?`)
    .run(task.order, ...columnsOf(task), task.after, task.machine);
  if (Number(changes) !== 1) {
    throw new Error(`There is no machine "${task.machine}" in the store`);
  }
}

function updateTask(prepare: Prepare, task: Task): void {
  const { changes } = prepare(`
    UPDATE tasks SET state = ?, phase = ?, attempt = ?, failures = ?,
      tries = ?, cancelling = ?, answer = ?, reason = ?, note = ?,
      told_version = ?, next_try_ms = ?, ended_ms = ?
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
    task.note,
    task.toldVersion,
    task.nextTryMs,
    task.endedMs,
  ] as const;
}

function putMachine(prepare: Prepare, machine: MachineRecord): void {
  prepare(`
    INSERT INTO machines (id, public_key, name, host_name, macs, system,
      architecture, agent_version, address, port, status, first_seen_ms,
      last_seen_ms, cloned_from)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name,
      host_name = excluded.host_name, macs = excluded.macs,
      system = excluded.system, architecture = excluded.architecture,
      agent_version = excluded.agent_version, address = excluded.address,
      port = excluded.port, status = excluded.status,
      last_seen_ms = excluded.last_seen_ms,
      first_seen_ms = excluded.first_seen_ms, forgotten_ms = NULL,
      cloned_from = excluded.cloned_from`)
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
      machine.clonedFrom ?? null,
    );
}

function putProgram(prepare: Prepare, program: ProgramRecord): void {
  prepare(`
    INSERT INTO programs (sha256, name, version, serial, title, size,
      statement, facts, published_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      program.sha256,
      program.name,
      program.version,
      program.serial,
      program.title,
      program.size,
      program.statement,
      JSON.stringify(program.facts),
      program.publishedMs,
    );
}

/** The same one again changes nothing: its identifier is of what it says. */
function putDowngrade(prepare: Prepare, downgrade: DowngradeRecord): void {
  prepare(`
    INSERT OR IGNORE INTO downgrades
      (id, name, versions, issued_ms, expires_ms, statement)
    VALUES (?, ?, ?, ?, ?, ?)`)
    .run(
      downgrade.id,
      downgrade.name,
      JSON.stringify(downgrade.versions),
      downgrade.issuedMs,
      downgrade.expiresMs,
      downgrade.statement,
    );
}

function putTold(
  prepare: Prepare,
  { machine, name, version }: HeldProgram,
): void {
  prepare(`
    INSERT INTO told (machine, name, version)
    SELECT number, ?, ? FROM machines WHERE id = ?
    ON CONFLICT (machine, name) DO UPDATE SET version = excluded.version`)
    .run(name, version, machine);
}
