/**
 * A command of ours stands before the system's own in most people's PATH: a
 * `sudo` of a package would be run in the place of the system's, by whoever
 * types it. A publisher who may run programs as administrator could do worse
 * anyway; one who may not must not come to it this way.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import type { Command } from "../../ieo/manifest.ts";

/** Where systems have their own commands. */
const SYSTEM_DIRECTORIES = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] as const;

/**
 * The first of these commands that would hide one of the system's, as the end
 * of a sentence; null when none does.
 *
 * @throws what the disk throws.
 */
export async function faultOfHiding(
  disk: Pick<Disk, "stat">,
  commands: readonly Command[],
): Promise<string | null> {
  for (const { name } of commands) {
    for (const directory of SYSTEM_DIRECTORIES) {
      const path = `${directory}/${name}`;
      if (await disk.stat(path) === null) continue;
      return `its command "${name}" would hide the system's "${path}", and ` +
        "its publisher may not run programs as administrator; give the " +
        "command another name";
    }
  }
  return null;
}
