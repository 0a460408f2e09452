/**
 * A server's store and its backup, while no server runs on it or while one
 * does. Only read.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Host } from "../../host/host.ts";
import { pathOf } from "../../server/fleet/fleet_files.ts";
import {
  checkStore as checkFile,
  DamagedStore,
  LAST_BACKUP_FILE,
  lastBackup,
} from "../../server/store/store_file.ts";
import { counted, showBytes } from "../units.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { troubleOf } from "./trouble.ts";

const DAY_MS = 86_400_000;

/** A backup that is older is worth little. */
const BACKUP_DAYS_MAX = 30;

/** Is the store whole? Asked where no server has it open. */
export async function checkStoreFile(
  { disk }: Pick<Host, "disk">,
  directory: string,
): Promise<Finding> {
  const step = "store";
  const path = pathOf(directory, "store");
  try {
    await checkFile({ disk, path, isLook: true });
    const size = (await disk.stat(path))?.size ?? 0;
    return well(step, `"${path}" is whole (${showBytes(size)})`);
  } catch (error) {
    return error instanceof DamagedStore
      ? fail(
        step,
        troubleOf(error),
        "Restore the backup if it is young: flottille-server restore; else " +
          "see what can be saved: flottille-server doctor --repair (it asks " +
          "before it changes anything)",
      )
      : fail(step, troubleOf(error));
  }
}

/** Is there a backup, and how old is it? */
export async function checkBackup(
  { disk, clock }: Pick<Host, "disk" | "clock">,
  directory: string,
): Promise<Finding> {
  const step = "backup";
  const mend = "flottille-server backup DIRECTORY, on another disk than this " +
    "one; cron can do it";
  const path = pathOf(directory, "store");
  let madeMs: number | null;
  try {
    const note = `${dirname(path)}/${LAST_BACKUP_FILE}`;
    madeMs = (await disk.stat(note))?.changedMs ?? null;
  } catch (error) {
    return warn(step, troubleOf(error));
  }
  const at = await lastBackup({ disk, path });
  if (at === "") return warn(step, "there is none that is known here", mend);
  const isThere = await disk.stat(at).catch(() => null) !== null;
  const days = madeMs === null
    ? null
    : Math.floor((clock.wallMs() - madeMs) / DAY_MS);
  const when = days === null
    ? "at a time that is not known"
    : days === 0
    ? "today"
    : `${counted(days, "day")} ago`;
  const found = `the last one was put in "${at}" ${when}` +
    (isThere ? "" : ", which is not there now");
  return days !== null && days > BACKUP_DAYS_MAX
    ? warn(step, found, mend)
    : well(step, found);
}
