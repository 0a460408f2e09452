/**
 * The journal in SQLite: each record is put in by the transaction of the
 * change that it tells of, so neither is there without the other. What was
 * before the change is read by that transaction too.
 *
 * @module
 */

import {
  downgradeStored,
  expectedStored,
  groupStored,
  machineStored,
  orderGiven,
  programStored,
  rolloutStored,
  tagsStored,
  taskStored,
} from "../audit/happened.ts";
import {
  type AuditEvent,
  type AuditRow,
  hashOf,
  headOf,
} from "../audit/record.ts";
import { sha256, toHex, utf8 } from "../../trust/bytes.ts";
import type { Seal } from "../audit/sealing.ts";
import { isEnded, type Task } from "../shapes/task.ts";
import type { OrderedTasks, Write } from "./store.ts";
import type { Prepare } from "./store_connection.ts";
import { readGroup, tagsOf } from "./store_groups.ts";
import { readRollout } from "./store_rollouts.ts";
import { machineOf, type Row } from "./store_rows.ts";

/** Records in one answer. */
export const AUDIT_PAGE_MAX = 1_000;

/** The key of the journal's head, as its last transaction left it. */
export const META_AUDIT_HEAD = "audit head";

/** The journal of an open store. */
export class StoreAudit {
  readonly #prepare: Prepare;
  #seal: Seal | null = null;

  constructor(prepare: Prepare) {
    this.#prepare = prepare;
  }

  /** From here on, what happens is told. */
  keep(seal: Seal): void {
    this.#seal = seal;
  }

  /** What the change will say; to be asked before it is made. */
  eventsOf(write: Write): AuditEvent[] {
    return this.#seal === null ? [] : eventsOf(this.#prepare, write);
  }

  /** What orders say that were just put in. */
  ordered(orders: readonly OrderedTasks[]): void {
    this.add(orders.map(({ order, tasks }) => orderGiven(order, tasks)));
  }

  /** Adds records, in the transaction that is open. */
  add(events: readonly AuditEvent[]): void {
    const seal = this.#seal;
    if (seal === null || events.length === 0) return;
    let last = lastRow(this.#prepare);
    for (const event of events) {
      last = seal(last, event);
      this.#prepare(
        "INSERT INTO audit (number, record, signature) VALUES (?, ?, ?)",
      ).run(last.number, last.record, last.signature);
    }
    if (last === null) return;
    this.#prepare(
      `INSERT INTO meta (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ).run(META_AUDIT_HEAD, headOf(last.number, hashOf(last.record)));
  }
}

/** The last record; null: there is none. */
export function lastRow(prepare: Prepare): AuditRow | null {
  const row = prepare("SELECT * FROM audit ORDER BY number DESC LIMIT 1").get();
  return row === undefined ? null : auditRowOf(row);
}

/** Records from this number on, at most so many. */
export function auditRows(
  prepare: Prepare,
  from: number,
  countMax: number,
): AuditRow[] {
  const rows = prepare(
    "SELECT * FROM audit WHERE number >= ? ORDER BY number LIMIT ?",
  ).all(from, Math.min(countMax, AUDIT_PAGE_MAX)) as Row[];
  return rows.map(auditRowOf);
}

function auditRowOf(row: Row): AuditRow {
  const { number, record, signature } = row;
  const isWhole = record instanceof Uint8Array &&
    signature instanceof Uint8Array;
  if (isWhole) return { number: Number(number), record, signature };
  throw new TypeError("The journal holds no bytes where it must hold some");
}

function eventsOf(prepare: Prepare, write: Write): AuditEvent[] {
  switch (write.kind) {
    case "audit":
      return [write.event];
    case "machine":
      return machineStored(
        machineBefore(prepare, write.machine.id),
        write.machine,
      );
    case "machine forgotten": {
      const { machine, name } = write;
      return [{ what: "forgotten", facts: { machine, name } }];
    }
    case "secret used":
      return [{ what: "secret used", facts: { secret: write.secret } }];
    case "expected":
      return [expectedStored(write.expected)];
    case "expected gone":
      return [{ what: "expected gone", facts: { sign: write.key } }];
    case "group":
      return groupStored(readGroup(prepare, write.group.name), write.group);
    case "group gone":
      return [{ what: "group gone", facts: { name: write.name } }];
    case "tags": {
      const { machine, tags } = write;
      const held = tagsOf(prepare, machine);
      return tagsStored(machine, nameOf(prepare, machine), held, tags);
    }
    case "program":
      return [programStored(write.program)];
    case "downgrade":
      return [downgradeStored(write.downgrade)];
    case "desired": {
      const text = utf8(write.desired.text);
      const facts = { bytes: text.length, sha256: toHex(sha256(text)) };
      return [{ what: "desired", facts }];
    }
    case "rollout": {
      const { rollout } = write;
      return rolloutStored(readRollout(prepare, rollout.id), rollout);
    }
    case "task":
      return taskEnded(prepare, write.task);
    default:
      return [];
  }
}

function taskEnded(prepare: Prepare, task: Task): AuditEvent[] {
  if (!isEnded(task)) return [];
  const row = prepare(
    `SELECT state, answer, reason FROM tasks WHERE order_id = ? AND machine =
       (SELECT number FROM machines WHERE id = ?)`,
  ).get(task.order, task.machine) as Row | undefined;
  const before = row === undefined ? null : {
    state: String(row.state) as Task["state"],
    answer: row.answer === null ? null : String(row.answer),
    reason: row.reason === null ? null : String(row.reason),
  };
  return taskStored(before, task, nameOf(prepare, task.machine));
}

/** As the owner knows it; one that was forgotten comes as a new one. */
function machineBefore(prepare: Prepare, id: string) {
  const row = prepare(
    "SELECT * FROM machines WHERE id = ? AND forgotten_ms IS NULL",
  ).get(id) as Row | undefined;
  return row === undefined ? null : machineOf(row);
}

function nameOf(prepare: Prepare, id: string): string {
  const row = prepare("SELECT name FROM machines WHERE id = ?").get(id);
  return row === undefined ? "" : String(row.name);
}
