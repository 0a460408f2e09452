/**
 * Files that only their owner may read: private keys and secrets. A key that
 * others can read is refused, not repaired: whoever made it readable must know
 * that it may be known (K-02).
 *
 * @module
 */

import type { Disk } from "./disk.ts";

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/**
 * The whole of a private file.
 *
 * @param bytesMax The largest lawful size; a larger file is refused.
 * @throws {Deno.errors.NotFound} when nothing is there.
 * @throws {Deno.errors.PermissionDenied} when its group or others may read or
 * write it, or when it is not a regular file.
 */
export async function readPrivateFile(
  disk: Disk,
  path: string,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stat = await disk.stat(path);
  if (stat === null) {
    throw new Deno.errors.NotFound(
      `Cannot read the private file "${path}": it is not there`,
    );
  }
  if (stat.kind !== "file") {
    throw new Deno.errors.PermissionDenied(
      `Cannot use the private file "${path}": it is a ${stat.kind}, ` +
        "put the file itself there",
    );
  }
  // Windows has no such bits: there the directory's access list decides.
  if (Deno.build.os !== "windows" && (stat.mode & GROUP_AND_OTHERS) !== 0) {
    throw new Deno.errors.PermissionDenied(
      `Cannot use the private file "${path}": its mode is ` +
        `${stat.mode.toString(8).padStart(4, "0")}, so others may have read ` +
        `it; replace it, or run: chmod 600 "${path}"`,
    );
  }
  return await disk.readFile(path, bytesMax);
}

/** Puts the bytes there atomically, for the owner alone (mode 0600). */
export async function writePrivateFile(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  await disk.replaceFile(path, bytes, { mode: OWNER_ONLY });
}
