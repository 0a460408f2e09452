/**
 * What there is before an order is done: the facts that the plans decide from,
 * read from the disk and asked of the system's package manager.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { hashFile } from "../../ieo/verify.ts";
import type { InstallOrder } from "../../sep/server_api.ts";
import { ANY_VERSION } from "../../trust/names.ts";
import { exists } from "../layout.ts";
import {
  type ProgramInUse,
  readKept,
  readManifest,
  readOwned,
  readProgramsInUse,
  readRecord,
} from "../programs.ts";
import { type InstalledRecord, isOrdered } from "../record.ts";
import type { Site } from "../site.ts";

/** What there is of one program, and beside it. */
export interface Situation {
  /** Is there a directory of that name? */
  readonly present: boolean;
  /** The version in use; null when there is none. */
  readonly current: string | null;
  /** What is recorded of the version in use. */
  readonly record: InstalledRecord | null;
  /** What is recorded of the version that is kept to go back to. */
  readonly kept: InstalledRecord | null;
  /** The other programs. */
  readonly others: readonly ProgramInUse[];
}

/**
 * What an order for this program meets.
 *
 * @throws what the disk throws.
 */
export async function readSituation(
  { disk, layout }: Site,
  name: string,
): Promise<Situation> {
  const programs = await readProgramsInUse(disk, layout);
  const own = programs.find((program) => program.name === name);
  return {
    present: await exists(disk, layout.program(name)),
    current: own?.version ?? null,
    record: own?.record ?? null,
    kept: await readKept(disk, layout, name),
    others: programs.filter((program) => program !== own),
  };
}

/**
 * Is the very package of the order in use, with every file as it came and
 * every native package as it says?
 *
 * @throws what the disk throws.
 */
export async function isThere(
  site: Site,
  order: InstallOrder,
): Promise<boolean> {
  const { disk, layout } = site;
  const { name, version } = order;
  if (await readOwned(disk, layout, name) !== version) return false;
  const record = await readRecord(disk, layout, name, version);
  return isOrdered(order, record) &&
    await isIntact(disk, layout.version(name, version), order) &&
    await areNativesHeld(site, record);
}

/**
 * The answer to `[possede]`: is the program installed in this version (`*` is
 * any), and does the system's manager hold what belongs to it?
 */
export async function isOwned(
  site: Site,
  name: string,
  version: string,
): Promise<boolean> {
  const { disk, layout } = site;
  const owned = await readOwned(disk, layout, name);
  if (owned === null) return false;
  if (version !== ANY_VERSION && version !== owned) return false;
  return await areNativesHeld(
    site,
    await readRecord(disk, layout, name, owned),
  );
}

/**
 * Is every file of an installed version as its package brought it? Files that
 * the program added beside them do not matter, nor what became of those that
 * the machine's owner may change. Reads all of the others.
 */
async function isIntact(
  disk: Disk,
  directory: string,
  { name, version }: Pick<InstallOrder, "name" | "version">,
): Promise<boolean> {
  const manifest = await readManifest(disk, directory);
  if (manifest?.name !== name || manifest.version !== version) return false;
  for (const path of manifest.directories) {
    const stat = await disk.stat(`${directory}/${path}`);
    if (stat?.kind !== "directory") return false;
  }
  const free = new Set(manifest.config.map(({ path }) => path));
  for (const { path, size, sha256 } of manifest.files) {
    if (free.has(path)) continue;
    const stat = await disk.stat(`${directory}/${path}`);
    if (stat?.kind !== "file" || stat.size !== size) return false;
    if (await hashFile(disk, `${directory}/${path}`) !== sha256) return false;
  }
  return true;
}

async function areNativesHeld(
  { natives }: Site,
  record: InstalledRecord | null,
): Promise<boolean> {
  for (const native of record?.native ?? []) {
    if (await natives.query(native) !== native.version) return false;
  }
  return true;
}
