/**
 * The rows of a table in a database that is damaged: all that can be read,
 * from both ends and from between the holes, in memory that does not grow.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { sqliteCode } from "./store_file.ts";

/** A row, by its columns. */
export type SavedRow = Readonly<
  Record<string, null | number | bigint | string | Uint8Array>
>;

/** What became of a table. */
export interface TableTaken {
  readonly taken: number;
  /** At most so many were not; null: nobody can tell. */
  readonly lost: number | null;
}

/** What becomes of a row that was read. */
export type RowTaken =
  | "taken"
  /** It, or another one in its place, was taken before. */
  | "there"
  /** It holds what no server writes. */
  | "refused";

/** Questions to a damaged part of one table. */
const PROBES_MAX = 4_000;

/** Behind the last row that is found, where nobody knows how many there were. */
const UNKNOWN_KEYS = 1_000_000n;

/** A table of the damaged database. */
export interface DamagedTable {
  readonly name: string;
  /** The columns that are read, which both databases know. */
  readonly columns: readonly string[];
  /** Of the primary key; empty: rows have numbers. */
  readonly key: readonly string[];
  /** The highest number that was ever given, if it is known. */
  readonly lastNumber: bigint | null;
}

/** Gives each row that can be read to `take`. */
export function takeRows(
  database: DatabaseSync,
  table: DamagedTable,
  take: (row: SavedRow) => RowTaken,
): TableTaken {
  return table.key.length === 0
    ? new NumberedRows(database, table, take).takeAll()
    : takeKeyed(database, table, take);
}

/** Rows that are found by their numbers: around holes, too. */
class NumberedRows {
  readonly #database: DatabaseSync;
  readonly #table: DamagedTable;
  readonly #take: (row: SavedRow) => RowTaken;
  #taken = 0;
  #lost = 0n;
  #isUnknown = false;
  #probes = 0;

  constructor(
    database: DatabaseSync,
    table: DamagedTable,
    take: (row: SavedRow) => RowTaken,
  ) {
    this.#database = database;
    this.#table = table;
    this.#take = take;
  }

  takeAll(): TableTaken {
    const from = this.#edge("ASC") ?? 1n;
    const to = this.#edge("DESC");
    if (to !== null) {
      this.#between(from, to);
    } else {
      const last = this.#walk("ASC", from, 2n ** 62n);
      if (!last.isWhole) this.#behind(last.key ?? from - 1n);
    }
    const lost = this.#isUnknown ? null : Number(this.#lost);
    return { taken: this.#taken, lost };
  }

  /** The end of the table cannot be found: how far it goes is a guess. */
  #behind(key: bigint): void {
    const { lastNumber } = this.#table;
    this.#isUnknown = lastNumber === null;
    const to = lastNumber ?? key + UNKNOWN_KEYS;
    if (to > key) this.#between(key + 1n, to);
  }

  /** All that can be read from one number to another. */
  #between(from: bigint, to: bigint): void {
    if (from > to) return;
    const up = this.#walk("ASC", from, to);
    if (up.isWhole) return;
    const first = (up.key ?? from - 1n) + 1n;
    const down = this.#walk("DESC", first, to);
    const last = (down.key ?? to + 1n) - 1n;
    if (down.isWhole || first > last) return;
    if (first === last || this.#probes >= PROBES_MAX) {
      this.#lost += last - first + 1n;
      return;
    }
    const middle = (first + last) / 2n;
    this.#between(first, middle);
    this.#between(middle + 1n, last);
  }

  /** Takes rows until one cannot be read. */
  #walk(
    order: "ASC" | "DESC",
    from: bigint,
    to: bigint,
  ): { readonly key: bigint | null; readonly isWhole: boolean } {
    const { name, columns } = this.#table;
    let [low, high] = [from, to];
    let key: bigint | null = null;
    const isWhole = takeSteps((count) => {
      this.#probes++;
      const rows = read(
        this.#database,
        `SELECT rowid AS "rowid ", ${columns.map(quoted).join(", ")}
         FROM ${quoted(name)} WHERE rowid BETWEEN ? AND ?
         ORDER BY rowid ${order} LIMIT ${count}`,
        [low, high],
      );
      for (const { "rowid ": number, ...rest } of rows) {
        key = BigInt(number as bigint);
        if (this.#take(rest) === "taken") this.#taken++;
        else this.#lost++;
      }
      if (key !== null && order === "ASC") low = key + 1n;
      if (key !== null && order === "DESC") high = key - 1n;
      return rows.length;
    });
    return { key, isWhole };
  }

  #edge(order: "ASC" | "DESC"): bigint | null {
    try {
      const [row] = read(
        this.#database,
        `SELECT rowid AS number FROM ${quoted(this.#table.name)}
         ORDER BY rowid ${order} LIMIT 1`,
      );
      return row === undefined ? 0n : row.number as bigint;
    } catch (error) {
      if (sqliteCode(error) === 0) throw error;
      return null;
    }
  }
}

/** Rows in the order of their key: from both ends, as far as it goes. */
function takeKeyed(
  database: DatabaseSync,
  { name, columns, key }: DamagedTable,
  take: (row: SavedRow) => RowTaken,
): TableTaken {
  const counts = { taken: 0, there: 0, refused: 0 };
  const walk = (order: "ASC" | "DESC"): boolean => {
    const by = key.map((column) => `${quoted(column)} ${order}`).join(", ");
    const keys = key.map(quoted).join(", ");
    const places = key.map(() => "?").join(", ");
    const sign = order === "ASC" ? ">" : "<";
    let last: SavedRow | null = null;
    let isMet = false;
    return takeSteps((count) => {
      const row = last;
      const rows = read(
        database,
        `SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(name)}
         ${row === null ? "" : `WHERE (${keys}) ${sign} (${places})`}
         ORDER BY ${by} LIMIT ${count}`,
        row === null ? [] : key.map((column) => row[column] ?? null),
      );
      for (const each of rows) {
        const become = take(each);
        counts[become]++;
        // From the other end: the hole lies behind us.
        isMet ||= become === "there";
        last = each;
      }
      return isMet ? 0 : rows.length;
    });
  };
  const isWhole = walk("ASC");
  if (!isWhole) walk("DESC");
  return { taken: counts.taken, lost: isWhole ? counts.refused : null };
}

/** Rows of one question. */
const ROWS_MAX = 512;

/**
 * Asks for some rows, again and again, and for fewer where some cannot be
 * read; false when not even one can. `ask` gives how many there were.
 */
function takeSteps(ask: (count: number) => number): boolean {
  let count = ROWS_MAX;
  for (;;) {
    try {
      if (ask(count) < count) return true;
    } catch (error) {
      if (sqliteCode(error) === 0) throw error;
      if (count === 1) return false;
      count = Math.max(1, Math.floor(count / 8));
    }
  }
}

/**
 * Not by `iterate()`: the runtime's ends where a row cannot be read, as if
 * there were no more.
 *
 * @throws what SQLite throws.
 */
function read(
  database: DatabaseSync,
  sql: string,
  parameters: SavedRow[string][] = [],
): SavedRow[] {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement.all(...parameters) as SavedRow[];
}

/** A name in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
