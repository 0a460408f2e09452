/**
 * The last step before a file that was written piece by piece is renamed into
 * its place.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";

/** Returns when the bytes of the file are on the medium. */
export async function syncFile(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(path, { read: true, write: true });
  try {
    await file.sync();
  } finally {
    file.close();
  }
}
