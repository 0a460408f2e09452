/**
 * A copy of everything that makes a server: keys, config, packages, lists, and
 * the copy of the store that the running server has made.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import type { Host } from "../../host/host.ts";
import { fromUtf8, utf8 } from "../../trust/bytes.ts";
import { LAST_BACKUP_FILE } from "../store/store_file.ts";
import { copyFile } from "../store/disk_copy.ts";
import { openSqliteStore } from "../store/store_sqlite.ts";
import { FLEET_DIRECTORIES, pathOf } from "./fleet_files.ts";
import { filesOf } from "./fleet_files_of.ts";
import { movedConfig } from "./moved_config.ts";

/** Where the last backup is. */
const LAST_BACKUP = join(FLEET_DIRECTORIES.data, LAST_BACKUP_FILE);

const CONFIG_BYTES_MAX = 1_048_576;

/** Where the running server leaves the copy of its store. */
export const STORE_COPY = "data/backup.db";

/** What is copied, and where to. */
export interface FleetCopyOptions {
  readonly disk: Disk;
  readonly configPath: string;
  /** The fleet's. */
  readonly directory: string;
  /** Is made; it must not be there. */
  readonly to: string;
}

/**
 * Makes the copy; it is there as a whole or not at all, and on the medium.
 * Resolves with the number of its files.
 *
 * @throws {Error} what the disk throws, and when the copy is there already.
 */
export async function copyFleet(options: FleetCopyOptions): Promise<number> {
  const { disk, configPath, directory, to } = options;
  if (await disk.stat(to) !== null) {
    throw new Error(`Cannot write the backup "${to}": it is there already`);
  }
  const half = join(dirname(to), `.${basename(to)}.new`);
  await disk.remove(half, { recursive: true });
  for (const each of ["", ...Object.values(FLEET_DIRECTORIES)]) {
    await disk.makeDirectory(join(half, each), {
      recursive: true,
      mode: 0o700,
    });
  }
  const storeCopy = join(directory, STORE_COPY);
  await copyFile(disk, storeCopy, pathOf(half, "store"), 0o600);
  await disk.remove(storeCopy);
  const bytes = await disk.readFile(configPath, CONFIG_BYTES_MAX);
  // The copy is a fleet's directory, wherever the fleet is now.
  const config = movedConfig(fromUtf8(bytes) ?? "", pathOf(to, "config"));
  await disk.replaceFile(pathOf(half, "config"), utf8(config), { mode: 0o644 });
  let files = 2;
  for (const { name } of await filesOf(disk, directory)) {
    const from = join(directory, name);
    const stat = await disk.stat(from);
    // A list that was replaced, a key that is kept elsewhere.
    if (stat === null || stat.kind !== "file") continue;
    await copyFile(disk, from, join(half, name), stat.mode);
    files++;
  }
  await disk.syncTree(half);
  await disk.rename(half, to);
  await disk.syncDirectory(dirname(to));
  // Whoever needs it may not know where it is.
  await disk.replaceFile(join(directory, LAST_BACKUP), utf8(`${to}\n`));
  return files;
}

/** Leaves the copy of the store that a server leaves, where none runs. */
export async function copyStoreAtRest(
  { disk, clock }: Pick<Host, "disk" | "clock">,
  directory: string,
): Promise<void> {
  const store = await openSqliteStore({
    disk,
    path: pathOf(directory, "store"),
  });
  try {
    await store.copyTo?.(join(directory, STORE_COPY), clock.wallMs());
  } finally {
    await store.close();
  }
}
