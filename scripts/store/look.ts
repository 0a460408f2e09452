/**
 * A look into a copy of the store's files, as a kill has left them: SQLite's
 * own check, and whether what was promised is there. The server's files are
 * not touched.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { PlayedMachine } from "./played_machines.ts";

/** A task, as it was seen in a look. */
interface SeenTask {
  readonly state: string;
  readonly attempt: number;
}

const ENDED = new Set(["done", "failed", "cancelled"]);

/** What the fleet was promised. */
export interface Promised {
  /** What each number stands for, by the API's answer. */
  readonly acknowledged: ReadonlyMap<number, string>;
  readonly machines: readonly PlayedMachine[];
}

/** Looks again and again, and remembers what it saw. */
export class Looks {
  readonly #path: string;
  readonly #copy: string;
  /** By order; each order here has one machine. */
  readonly #seen = new Map<number, SeenTask>();
  /** Acknowledged and told orders before these were found. */
  #checkedId = 0;
  /** The first task that had not ended. */
  #openId = 0;
  readonly #checkedTold = new Map<PlayedMachine, number>();
  integrityChecks = 0;

  constructor(path: string, directory: string) {
    this.#path = path;
    this.#copy = `${directory}/look.db`;
  }

  /** @throws with everything that is wrong. */
  async look(promised: Promised, isThorough: boolean): Promise<void> {
    for (const end of ["", "-wal"]) {
      await Deno.remove(this.#copy + end).catch(() => {});
      // A server that never wrote has no log.
      await Deno.copyFile(this.#path + end, this.#copy + end).catch((error) => {
        if (end === "") throw error;
      });
    }
    const database = new DatabaseSync(this.#copy);
    try {
      const wrong = [
        ...this.#checkFile(database),
        ...this.#checkOrders(database, promised, isThorough),
      ];
      if (wrong.length > 0) throw new Error(wrong.slice(0, 10).join("\n"));
    } finally {
      database.close();
    }
  }

  #checkFile(database: DatabaseSync): string[] {
    this.integrityChecks++;
    const verdict = database.prepare("PRAGMA integrity_check").all()
      .map((row) => String(row.integrity_check));
    const stray = database.prepare("PRAGMA foreign_key_check").all();
    return [
      ...verdict.filter((line) => line !== "ok"),
      ...stray.map((row) => `A line of ${row.table} refers to nothing`),
    ];
  }

  #checkOrders(
    database: DatabaseSync,
    { acknowledged, machines }: Promised,
    isThorough: boolean,
  ): string[] {
    const from = isThorough ? 0 : this.#checkedId;
    const rows = database.prepare(`
      SELECT orders.id, verb, orders.name, version, wheres, state, attempt,
        machines.name AS machine
      FROM orders LEFT JOIN tasks ON tasks.order_id = orders.id
      LEFT JOIN machines ON machines.number = tasks.machine
      WHERE orders.id > ?`).all(from);
    const found = new Map(rows.map((row) => [Number(row.id), row]));
    const wrong: string[] = [];
    for (const [id, what] of acknowledged) {
      if (id <= from) continue;
      const row = found.get(id);
      const on = row === undefined ? "" : JSON.parse(String(row.wheres)).join();
      const kept = row && `${row.verb} ${row.name} ${row.version} ${on}`;
      if (kept !== what) {
        wrong.push(`The order ${id} was "${what}", and is "${kept}"`);
      } else if (row?.state == null) {
        wrong.push(`The order ${id} has lost its task`);
      }
    }
    const ids = [...found.keys()];
    this.#checkedId = ids.reduce((a, b) => Math.max(a, b), from);
    wrong.push(...this.#checkTold(database, machines));
    wrong.push(...this.#checkStates(database, isThorough));
    return wrong;
  }

  /** What a machine was told is in the store: it was there before (C-14). */
  #checkTold(
    database: DatabaseSync,
    machines: readonly PlayedMachine[],
  ): string[] {
    const find = database.prepare(`
      SELECT verb, orders.name, version, attempt, machines.host_name AS host
      FROM orders JOIN tasks ON tasks.order_id = orders.id
      JOIN machines ON machines.number = tasks.machine WHERE orders.id = ?`);
    const wrong: string[] = [];
    for (const machine of machines) {
      const known = this.#checkedTold.get(machine) ?? 0;
      for (const { order, attempt, what } of machine.told.slice(known)) {
        const row = find.get(order);
        const kept = row?.verb === "remove"
          ? `remove ${row.name}`
          : row && `install ${row.name} ${row.version}`;
        const isIt = kept === what && row?.host === machine.name &&
          Number(row?.attempt) >= attempt;
        if (!isIt) {
          wrong.push(
            `${machine.name} was told "${what}" by order ${order}, attempt ` +
              `${attempt}; the store has "${kept}" of ${row?.host}`,
          );
        }
      }
      this.#checkedTold.set(machine, machine.told.length);
      wrong.push(...machine.faults);
    }
    return wrong;
  }

  /** What has ended stays as it is; attempts never go back. */
  #checkStates(database: DatabaseSync, isThorough: boolean): string[] {
    const wrong: string[] = [];
    const rows = database.prepare(
      "SELECT order_id, state, attempt FROM tasks WHERE order_id >= ?",
    ).all(isThorough ? 0 : this.#openId);
    this.#openId = Infinity;
    for (const row of rows) {
      const id = Number(row.order_id);
      const now = { state: String(row.state), attempt: Number(row.attempt) };
      const before = this.#seen.get(id);
      this.#seen.set(id, now);
      if (!ENDED.has(now.state)) this.#openId = Math.min(this.#openId, id);
      if (before === undefined) continue;
      const isLawful = now.attempt >= before.attempt &&
        (!ENDED.has(before.state) || before.state === now.state);
      if (!isLawful) {
        wrong.push(
          `Task ${id} was ${before.state} (${before.attempt}), and is ` +
            `${now.state} (${now.attempt})`,
        );
      }
    }
    if (this.#openId === Infinity) this.#openId = this.#checkedId + 1;
    const lost = this.#seen.size - Number(
      database.prepare("SELECT count(*) AS count FROM tasks").get()?.count,
    );
    return lost === 0 ? wrong : [...wrong, `${lost} tasks are gone`];
  }

  /** How many of the tasks are in each state. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { state } of this.#seen.values()) {
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }
}
