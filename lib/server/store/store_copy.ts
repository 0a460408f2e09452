/**
 * A copy of the store while it is in use, which a server can be started on:
 * the database's file is held still and copied as it is, and the copy is then
 * made one that was closed.
 *
 * A server that starts on a copy knows less than its machines do. So the copy
 * leaps ahead: its epoch, or machines would take the server for an old one and
 * not listen to it (C-13); and the numbers of its orders, or two orders would
 * have had one number, in people's notes and in machines' journals.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { Disk } from "../../host/disk.ts";
import { copyFile } from "./disk_copy.ts";
import type { Connection } from "./store_connection.ts";
import { markClosed } from "./store_log.ts";
import { META_EPOCH } from "./store.ts";
import { leapOrders, META_COPIED } from "./store_leap.ts";

/** More starts, and more orders, than come between a backup and its use. */
export const COPY_LEAP = 2 ** 20;

/** What is being copied, and where to. */
export interface StoreCopyOptions {
  readonly disk: Disk;
  readonly connection: Connection;
  /** Of the store. */
  readonly path: string;
  /** Of the copy; what is there is replaced. */
  readonly to: string;
  /** On the wall clock. */
  readonly nowMs: number;
}

/** Makes the copy; it is on the medium when this resolves. */
export async function copyStore(
  { disk, connection, path, to, nowMs }: StoreCopyOptions,
): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) await disk.remove(to + end);
  const release = connection.log.hold();
  try {
    await copyFile(disk, path, to, 0o600);
  } finally {
    release();
  }
  finishCopy(to, nowMs);
}

/** Makes the database at the path a copy that leaps, and was closed. */
export function finishCopy(path: string, nowMs: number): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    const number = database.prepare(
      "SELECT value FROM meta WHERE key = ?",
    ).get(META_EPOCH)?.value ?? "0";
    const epoch = BigInt(String(number)) + BigInt(COPY_LEAP);
    const put = database.prepare(
      `INSERT INTO meta (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    put.run(META_EPOCH, String(epoch));
    // Whoever starts on it shall know that it is a copy, and how old.
    put.run(META_COPIED, String(nowMs));
    leapOrders((sql) => database.prepare(sql), COPY_LEAP);
    markClosed(database);
    const verdict = database.prepare("PRAGMA quick_check(1)").get();
    if (verdict?.quick_check !== "ok") {
      throw new Error(`The copy "${path}" is damaged, and so may be the store`);
    }
  } finally {
    database.close();
  }
}
