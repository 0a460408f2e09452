/**
 * Noticing that a program changed while it was packed. Each file is read once,
 * so what is hashed is what is packed; but half of it could be of one state
 * and half of another, or this file of today's build and that of yesterday's.
 * So every file is looked at before the first is read and after the last.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { eachAtOnce } from "../at_once.ts";
import { type FoundFile, PackError, STATS_AT_ONCE } from "./walk.ts";

/** The file at this path was written to, or replaced, in the meantime. */
export function changedError(path: string): PackError {
  return new PackError(
    `Cannot pack "${path}": it changed while it was being packed; stop what ` +
      "writes to it, and pack again",
  );
}

/** @throws {PackError} for the first file that is not as it was found. */
export async function demandUnchanged(
  disk: Disk,
  directory: string,
  files: readonly FoundFile[],
): Promise<void> {
  await eachAtOnce(files, STATS_AT_ONCE, async (file) => {
    const now = await disk.stat(`${directory}/${file.path}`);
    const isSame = now?.kind === "file" && now.size === file.size &&
      now.mode === file.bits && now.changedMs === file.changedMs;
    if (!isSame) throw changedError(file.path);
  });
}
