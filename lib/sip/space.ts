/**
 * Is there room for what is to come? Asked before a transfer begins, so that
 * a disk is not filled in vain (S-13).
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { fault } from "../trust/outcome.ts";
import type { Failed } from "./fault.ts";

/** False only when the disk says so: to fill it would break the machine. */
export async function hasSpaceFor(
  disk: Disk,
  path: string,
  bytes: number,
): Promise<boolean> {
  try {
    return await disk.spaceFree(path) >= bytes;
  } catch {
    return true; // A system that cannot tell; writing will.
  }
}

/** The fault of a disk that is too full for the rest of a file. */
export function noSpaceFor(path: string, size: number): Failed {
  const detail = `Cannot download ${size} bytes to "${path}": the disk has ` +
    "not enough space left";
  return fault({ reason: "disk", detail });
}
