/**
 * The store in SQLite (`node:sqlite`, part of the runtime): one file, one
 * server at a time. How the file is opened, and what is refused then, is in
 * `store_file.ts`; the tables are in `store_schema.ts`.
 *
 * Every call is synchronous below: it runs to its end before anything else
 * does, so a transaction can never be interleaved with another.
 *
 * @module
 */

import { TASK_STATES } from "../shapes/api_schema.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { AuditEvent, AuditRow } from "../audit/record.ts";
import type { Seal } from "../audit/sealing.ts";
import type { ExpectedMachine } from "../shapes/expected.ts";
import type { GroupRecord } from "../shapes/group.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { DowngradeRecord, ProgramRecord } from "../shapes/program.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import type {
  OpenTask,
  OrderedTasks,
  OrderSummary,
  Store,
  TaskCounts,
  Write,
} from "./store.ts";
import { auditRows, lastRow, StoreAudit } from "./store_audit.ts";
import { Connection, type Prepare } from "./store_connection.ts";
import { type DesiredRecord, readDesiredRecord } from "./store_desired.ts";
import { readExpected } from "./store_expected.ts";
import { readGroups, readTags } from "./store_groups.ts";
import { copyStore } from "./store_copy.ts";
import {
  readOpenRollouts,
  readRollout,
  readRolloutMachines,
  readRollouts,
} from "./store_rollouts.ts";
import { explained, openFile, type OpenStoreOptions } from "./store_file.ts";
import {
  downgradeOf,
  machineOf,
  orderOf,
  programOf,
  type Row,
  taskOf,
} from "./store_rows.ts";
import { readTasksOf } from "./store_tasks.ts";
import { SqliteLists } from "./store_sqlite_lists.ts";
import { applyWrite, insertOrder, insertTask } from "./store_writes.ts";
import type { NewOrder, Order, Task } from "../shapes/task.ts";

/**
 * Opens the store's file, or makes it.
 *
 * @throws {Error} when the file is missing, damaged, another program's, newer
 * than this server or in use; a whole sentence that says what to do. Nothing
 * is ever made anew in the place of what was there.
 */
export async function openSqliteStore(
  options: OpenStoreOptions,
): Promise<Store> {
  const connection = await openFile(options);
  return explained(options.path, () => {
    try {
      return new SqliteStore(connection, options);
    } catch (error) {
      connection.abandon();
      throw error;
    }
  });
}

const TASK_COLUMNS = `tasks.*, machines.id AS machine_id
  FROM tasks JOIN machines ON machines.number = tasks.machine`;

class SqliteStore extends SqliteLists implements Store {
  readonly #connection: Connection;
  readonly #file: Pick<OpenStoreOptions, "disk" | "path">;
  readonly #audit: StoreAudit;

  constructor(connection: Connection, file: OpenStoreOptions) {
    super(connection);
    this.#connection = connection;
    this.#file = file;
    this.#audit = new StoreAudit(connection.prepare);
  }

  // deno-lint-ignore require-await -- a rejection, not an exception.
  async commit(writes: readonly Write[]): Promise<void> {
    this.#connection.transaction(() => this.#apply(writes));
  }

  /** In the transaction that is open. */
  #apply(writes: readonly Write[]): void {
    const events: AuditEvent[] = [];
    for (const write of writes) {
      events.push(...this.#audit.eventsOf(write));
      applyWrite(this.#connection.prepare, write);
      if (write.kind === "list part") this.tidy(write);
    }
    this.#audit.add(events);
  }

  // deno-lint-ignore require-await -- a rejection, not an exception.
  async addOrders(
    given: readonly NewOrder[],
    beside?: Parameters<Store["addOrders"]>[1],
  ): Promise<OrderedTasks[]> {
    return this.#connection.transaction(() => {
      const orders = given.map(({ order }): Order => ({
        ...order,
        id: insertOrder(this.#connection.prepare, order),
      }));
      const ordered = orders.map((order, at) => {
        const tasks = (given[at]?.tasks ?? []).map((task): Task => ({
          ...task,
          order: order.id,
          after: task.after === null ? null : orders[task.after]?.id ?? null,
        }));
        for (const task of tasks) insertTask(this.#connection.prepare, task);
        return { order, tasks };
      });
      this.#audit.ordered(ordered);
      this.#apply(beside?.(ordered) ?? []);
      return ordered;
    });
  }

  keepAudit(seal: Seal): void {
    this.#audit.keep(seal);
  }

  auditRows(from: number, countMax: number): Promise<AuditRow[]> {
    return this.#tell(auditRows, from, countMax);
  }

  lastAuditRow(): Promise<AuditRow | null> {
    return this.#tell(lastRow);
  }

  machines(): Promise<MachineRecord[]> {
    return this.#all(
      "SELECT * FROM machines WHERE forgotten_ms IS NULL ORDER BY number",
      machineOf,
    );
  }

  groups(): Promise<GroupRecord[]> {
    return this.#tell(readGroups);
  }

  expected(): Promise<ExpectedMachine[]> {
    return this.#tell(readExpected);
  }

  desired(): Promise<DesiredRecord | null> {
    return this.#tell(readDesiredRecord);
  }

  tags(): Promise<Map<MachineId, string[]>> {
    return this.#tell(readTags);
  }

  programs(): Promise<ProgramRecord[]> {
    return this.#all("SELECT * FROM programs ORDER BY name, serial", programOf);
  }

  downgrades(): Promise<DowngradeRecord[]> {
    return this.#all("SELECT * FROM downgrades ORDER BY id", downgradeOf);
  }

  async secretUses(): Promise<Map<string, number>> {
    const rows = await this.#all(
      "SELECT * FROM secret_uses",
      (row): [string, number] => [String(row.secret), Number(row.uses)],
    );
    return new Map(rows);
  }

  async orders(countMax: number): Promise<OrderSummary[]> {
    const orders = await this.#all(
      "SELECT * FROM orders ORDER BY id DESC LIMIT ?",
      orderOf,
      countMax,
    );
    return orders.map((order) => this.#summary(order));
  }

  async order(id: number): Promise<OrderSummary | null> {
    const [order] = await this.#all(
      "SELECT * FROM orders WHERE id = ?",
      orderOf,
      id,
    );
    return order === undefined ? null : this.#summary(order);
  }

  tasks(order: number): Promise<Task[]> {
    return this.#all(
      `SELECT ${TASK_COLUMNS} WHERE order_id = ? ORDER BY machines.name`,
      taskOf,
      order,
    );
  }

  tasksOf(machine: MachineId, countMax: number): Promise<OpenTask[]> {
    return this.#tell(readTasksOf, machine, countMax);
  }

  rollouts(countMax: number): Promise<RolloutRecord[]> {
    return this.#tell(readRollouts, countMax);
  }

  rollout(id: number): Promise<RolloutRecord | null> {
    return this.#tell(readRollout, id);
  }

  rolloutMachines(id: number): Promise<MachineId[]> {
    return this.#tell(readRolloutMachines, id);
  }

  openRollouts(): Promise<RolloutRecord[]> {
    return this.#tell(readOpenRollouts);
  }

  async openTasks(): Promise<OpenTask[]> {
    const tasks = await this.#all(
      `SELECT ${TASK_COLUMNS} WHERE state IN ('waiting', 'running')
       ORDER BY order_id, machine`,
      taskOf,
    );
    const orders = await this.#all(
      `SELECT * FROM orders WHERE id IN (SELECT order_id FROM tasks
       WHERE state IN ('waiting', 'running'))`,
      orderOf,
    );
    const byId = new Map(orders.map((order) => [order.id, order]));
    return tasks.flatMap((task) => {
      const order = byId.get(task.order);
      return order === undefined ? [] : [{ order, task }];
    });
  }

  async meta(key: string): Promise<string | null> {
    const [value] = await this.#all(
      "SELECT value FROM meta WHERE key = ?",
      (row) => String(row.value),
      key,
    );
    return value ?? null;
  }

  copyTo(path: string, nowMs: number): Promise<void> {
    const { disk, path: from } = this.#file;
    const connection = this.#connection;
    return copyStore({ disk, connection, path: from, to: path, nowMs });
  }

  // deno-lint-ignore require-await -- a rejection, not an exception.
  async close(): Promise<void> {
    this.#connection.close();
  }

  #summary(order: Order): OrderSummary {
    const rows = this.#connection.prepare(
      "SELECT state, count(*) AS count FROM tasks WHERE order_id = ? " +
        "GROUP BY state",
    ).all(order.id) as Row[];
    const found = new Map(rows.map(({ state, count }) => [state, count]));
    const counts = Object.fromEntries(
      TASK_STATES.map((state) => [state, Number(found.get(state) ?? 0)]),
    ) as Record<keyof TaskCounts, number>;
    return { order, counts };
  }

  /** What one of the room's readers finds. */
  #tell<T, More extends unknown[]>(
    read: (prepare: Prepare, ...more: More) => T,
    ...more: More
  ): Promise<T> {
    const { prepare } = this.#connection;
    return this.#connection.tell(() => read(prepare, ...more));
  }

  /** A reader's rows. */
  // deno-lint-ignore require-await -- a rejection, not an exception.
  async #all<T>(
    sql: string,
    read: (row: Row) => T,
    ...parameters: (string | number)[]
  ): Promise<T[]> {
    return (this.#connection.prepare(sql).all(...parameters) as Row[]).map(
      read,
    );
  }
}
