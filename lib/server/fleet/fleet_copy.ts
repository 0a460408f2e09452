/**
 * A copy of everything that makes a server: keys, config, packages, lists, and
 * the copy of the store that the running server has made.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { utf8 } from "../../trust/bytes.ts";
import { LAST_BACKUP_FILE } from "../store/store_file.ts";
import { copyFile } from "../store/disk_copy.ts";
import { FLEET_DIRECTORIES, FLEET_FILES, pathOf } from "./fleet_files.ts";

/** Where the last backup is. */
const LAST_BACKUP = join(FLEET_DIRECTORIES.data, LAST_BACKUP_FILE);

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
  await copyFile(disk, configPath, pathOf(half, "config"), 0o644);
  let files = 2;
  for (const name of await namesOf(disk, directory)) {
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

/** Below the directory: all but the config and the store. */
async function namesOf(disk: Disk, directory: string): Promise<string[]> {
  const names: string[] = [];
  for (const [file, { path }] of Object.entries(FLEET_FILES)) {
    if (file !== "config" && file !== "store") names.push(path);
  }
  for (const each of [FLEET_DIRECTORIES.packages, FLEET_DIRECTORIES.lists]) {
    for await (const { name } of disk.list(join(directory, each))) {
      names.push(join(each, name));
    }
  }
  return names;
}
