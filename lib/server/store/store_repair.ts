/**
 * Puts a store that was saved into the place of the broken one. The broken one
 * is kept beside it, whole. Whatever moment a crash comes at, the next repair
 * finds where it was, and nothing is ever there twice.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Disk } from "../../host/disk.ts";

/** Beside the store: whole, and on its way into its place. */
const REPAIRED = "repaired.db";

/** Where the work is done. */
export function workOf(path: string): string {
  return join(dirname(path), "repair");
}

/** What belongs to a store beside its file. */
const ENDS = ["", "-wal", "-shm"] as const;

/**
 * Puts it there. Resolves with the directory that the broken one is in.
 *
 * @param fresh The saved store; it is moved.
 */
export async function putRepaired(
  { disk, path, fresh, nowMs }: {
    readonly disk: Disk;
    readonly path: string;
    readonly fresh: string;
    readonly nowMs: number;
  },
): Promise<string> {
  const directory = dirname(path);
  await disk.rename(fresh, join(directory, REPAIRED));
  await disk.syncDirectory(directory);
  return await finish(disk, path, nowMs);
}

/**
 * Goes on where a crash was between the two moves: the broken store is away,
 * and the saved one is not yet there. Null: there is nothing to go on with.
 */
export async function finishRepair(
  { disk, path, nowMs }: {
    readonly disk: Disk;
    readonly path: string;
    readonly nowMs: number;
  },
): Promise<string | null> {
  const repaired = join(dirname(path), REPAIRED);
  if (await disk.stat(repaired) === null) return null;
  if (await disk.stat(path) === null) return await finish(disk, path, nowMs);
  // A store is there: the broken one, of which more may be known by now, or
  // one that somebody has put back.
  await disk.remove(repaired);
  return null;
}

async function finish(
  disk: Disk,
  path: string,
  nowMs: number,
): Promise<string> {
  const directory = dirname(path);
  const when = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "");
  const aside = join(directory, `broken-${when}`);
  await disk.makeDirectory(aside, { recursive: true, mode: 0o700 });
  // The file first: while it is missing, no server starts on the rest.
  for (const end of ENDS) {
    if (await disk.stat(path + end) === null) continue;
    await disk.rename(path + end, join(aside, basename(path) + end));
    await disk.syncDirectory(directory);
  }
  await disk.syncDirectory(aside);
  await disk.rename(join(directory, REPAIRED), path);
  await disk.syncDirectory(directory);
  await disk.remove(workOf(path), { recursive: true });
  return aside;
}
