/**
 * What is copied of a fleet's directory besides its config and its store.
 *
 * @module
 */

import { join } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { FLEET_DIRECTORIES, FLEET_FILES } from "./fleet_files.ts";

/** A file below the fleet's directory. */
export interface FleetFileEntry {
  readonly name: string;
  /** Only the owner may read it; as `init` makes it. */
  readonly mode: number;
}

const OWNER_ONLY = 0o600;
const EVERYBODY = 0o644;

/** The files by their names; one may be gone by the time it is read. */
export async function filesOf(
  disk: Pick<Disk, "list" | "stat">,
  directory: string,
): Promise<FleetFileEntry[]> {
  const files: FleetFileEntry[] = [];
  for (const [file, { path, isPrivate }] of Object.entries(FLEET_FILES)) {
    if (file === "config" || file === "store") continue;
    files.push({ name: path, mode: isPrivate ? OWNER_ONLY : EVERYBODY });
  }
  for (const each of [FLEET_DIRECTORIES.packages, FLEET_DIRECTORIES.lists]) {
    if (await disk.stat(join(directory, each)) === null) continue;
    for await (const { name } of disk.list(join(directory, each))) {
      files.push({ name: join(each, name), mode: OWNER_ONLY });
    }
  }
  return files;
}
