/**
 * Directories and stores that are gone after the test.
 *
 * @module
 */

import { realDisk } from "../../lib/host/real_disk.ts";
import type { Store } from "../../lib/server/store/store.ts";
import { openSqliteStore } from "../../lib/server/store/store_sqlite.ts";

/** Runs the work in a directory of its own. */
export async function inDirectory(
  work: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "flottille_server_" });
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs the work with a new store. */
export async function withStore(
  work: (store: Store, directory: string) => Promise<void>,
): Promise<void> {
  await inDirectory(async (directory) => {
    const store = await openSqliteStore({
      disk: realDisk(),
      path: `${directory}/test.db`,
      create: true,
    });
    try {
      await work(store, directory);
    } finally {
      await store.close();
    }
  });
}
