/**
 * The machines' lists and their history in SQLite: the half of
 * `store_sqlite.ts` that reads them and forgets them. Also here: the counting
 * of the snapshots that are open.
 *
 * @module
 */

import type { ListedProgram } from "../../peo/program.ts";
import type { MachineId } from "../../sep/server_api.ts";
import {
  type FleetPage,
  type HeldProgram,
  HISTORY_LIMITS,
  type Holding,
  type ListDate,
  type ListRecord,
  type ListStore,
  type NumberedProgram,
  type Retention,
  type Snapshot,
} from "./store.ts";
import type { Connection } from "./store_connection.ts";
import { dropAllParts } from "./store_list_writes.ts";
import {
  fleetPrograms,
  held,
  holders,
  listDates,
  listRow,
  newestLists,
  numbersAt,
  placeOf,
  programNames,
  programsAt,
  programsNamed,
  programsOf,
} from "./store_lists.ts";
import {
  type PruneCursor,
  pruneMachine,
  prunePiece,
  sweepStaged,
} from "./store_prune.ts";
import { listOf } from "./store_rows.ts";

/** Lines that one piece of forgetting takes away: some milliseconds. */
const PIECE_LINES = 2_000;

/** For each line that comes, how many old ones may go: never fewer. */
const TIDY_FACTOR = 2;

/** What a store in SQLite knows of lists. */
export class SqliteLists implements ListStore {
  readonly #connection: Connection;
  readonly #pruned: PruneCursor = { machine: 0 };
  #snapshots = 0;

  /** Lists that were on their way when the last server ended are dropped. */
  constructor(connection: Connection) {
    this.#connection = connection;
    connection.transaction(() => dropAllParts(connection.prepare));
  }

  lists(): Promise<ListRecord[]> {
    return this.#connection.tell(() =>
      newestLists(this.#connection.prepare).map(({ record }) => record)
    );
  }

  listDates(machine: MachineId): Promise<ListDate[]> {
    return this.#connection.tell(() =>
      listDates(this.#connection.prepare, machine)
    );
  }

  listAt(machine: MachineId, atMs: number | null): Promise<ListRecord | null> {
    return this.#connection.tell(() => {
      const row = listRow(this.#connection.prepare, machine, atMs);
      return row === undefined ? null : listOf(row);
    });
  }

  listedPrograms(
    machine: MachineId,
    atMs: number | null,
  ): Promise<ListedProgram[]> {
    return this.#connection.tell(() => {
      const row = listRow(this.#connection.prepare, machine, atMs);
      return row === undefined
        ? []
        : programsAt(this.#connection.prepare, placeOf(row));
    });
  }

  programsNamed(name: string): Promise<NumberedProgram[]> {
    return this.#connection.tell(() =>
      programsNamed(this.#connection.prepare, name)
    );
  }

  programNames(after: string, countMax: number): Promise<string[]> {
    return this.#connection.tell(() =>
      programNames(this.#connection.prepare, after, countMax)
    );
  }

  holders(numbers: readonly number[]): Promise<Holding[]> {
    return this.#connection.tell(() =>
      holders(this.#connection.prepare, numbers)
    );
  }

  fleetPrograms(after: number, lookedAtMax: number): Promise<FleetPage> {
    return this.#connection.tell(() =>
      fleetPrograms(this.#connection.prepare, after, lookedAtMax)
    );
  }

  held(names: readonly string[]): Promise<HeldProgram[]> {
    return this.#connection.tell(() => held(this.#connection.prepare, names));
  }

  /**
   * No second connection: a list's lines never change, they only go when it
   * is pruned. So it is enough to note which lists are the newest, and to
   * prune nothing meanwhile; and the file stays locked (B-05).
   */
  // deno-lint-ignore require-await -- a rejection, not an exception.
  async snapshot(): Promise<Snapshot> {
    const newest = newestLists(this.#connection.prepare);
    const places = new Map(
      newest.map(({ record, place }) => [record.machine, place]),
    );
    this.#snapshots += 1;
    let isOpen = true;
    return {
      lists: new Map(newest.map(({ record }) => [record.machine, record])),
      held: (machine) =>
        this.#connection.tell(() => {
          const place = places.get(machine);
          return place === undefined
            ? []
            : numbersAt(this.#connection.prepare, place);
        }),
      programs: (numbers) =>
        this.#connection.tell(() =>
          programsOf(this.#connection.prepare, numbers)
        ),
      close: () => {
        if (isOpen) this.#snapshots -= 1;
        isOpen = false;
      },
    };
  }

  // deno-lint-ignore require-await -- a rejection, not an exception.
  async prune(retention: Retention): Promise<boolean> {
    if (this.#snapshots > 0) return false;
    return this.#connection.transaction(() =>
      prunePiece(this.#connection.prepare, retention, this.#pruned, PIECE_LINES)
    );
  }

  /**
   * Room for what comes, so that a machine that sends other lists again and
   * again does not fill the disk before the next pruning by date.
   */
  protected tidy(
    { machine, programs }: { machine: MachineId; programs: readonly unknown[] },
  ): void {
    if (this.#snapshots > 0) return;
    const budget = TIDY_FACTOR * programs.length;
    const swept = sweepStaged(this.#connection.prepare, budget);
    const row = this.#connection.prepare(
      "SELECT number FROM machines WHERE id = ?",
    )
      .get(machine);
    if (row === undefined) return;
    const retention = { beforeMs: -1, ...HISTORY_LIMITS };
    const left = budget - swept;
    pruneMachine(this.#connection.prepare, Number(row.number), retention, left);
  }
}
