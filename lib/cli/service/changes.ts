/**
 * Changes of the disk that say what they did, and do nothing twice.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../../host/disk.ts";
import { equalBytes, utf8 } from "../../trust/bytes.ts";
import type { ServiceFile, ServiceLink } from "./managers.ts";

/** Longer files are not ours. */
const FILE_BYTES_MAX = 1_048_576;

const COPY_BYTES = 1_048_576;

/** True when the file was written; false when it was there already. */
export async function putFile(
  disk: Disk,
  path: string,
  file: ServiceFile,
): Promise<boolean> {
  const bytes = bytesOf(file);
  if (await isSameFile(disk, path, bytes, file.mode)) return false;
  await disk.makeDirectory(dirname(path), { recursive: true });
  await disk.replaceFile(path, bytes, { mode: file.mode });
  return true;
}

/** Is it there, to the byte? */
export async function hasFile(
  disk: Disk,
  path: string,
  file: ServiceFile,
): Promise<boolean> {
  return await isSameFile(disk, path, bytesOf(file), file.mode);
}

async function isSameFile(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<boolean> {
  const stat = await disk.stat(path);
  if (stat?.kind !== "file" || stat.mode !== mode) return false;
  if (stat.size !== bytes.length || stat.size > FILE_BYTES_MAX) return false;
  return equalBytes(await disk.readFile(path, FILE_BYTES_MAX), bytes);
}

function bytesOf({ text, encoding }: ServiceFile): Uint8Array {
  if (encoding === "utf-8") return utf8(text);
  const units = Array.from(`\ufeff${text}`, (sign) => sign.charCodeAt(0));
  return new Uint8Array(Uint16Array.from(units).buffer);
}

/** True when the link was made, or pointed elsewhere. */
export async function putLink(
  disk: Disk,
  path: string,
  { target }: ServiceLink,
): Promise<boolean> {
  const stat = await disk.stat(path);
  if (stat?.kind === "symlink" && await disk.readLink(path) === target) {
    return false;
  }
  await disk.makeDirectory(dirname(path), { recursive: true });
  await disk.remove(path);
  await disk.symlink(target, path);
  await disk.syncDirectory(dirname(path));
  return true;
}

/** True when something was there and is gone. */
export async function takeAway(disk: Disk, path: string): Promise<boolean> {
  if (await disk.stat(path) === null) return false;
  await disk.remove(path);
  await disk.syncDirectory(dirname(path));
  return true;
}

/** Copies a program; true when it was not the same to the byte before. */
export async function putProgram(
  disk: Disk,
  from: string,
  to: string,
): Promise<boolean> {
  if (await isSameContent(disk, from, to)) return false;
  await disk.makeDirectory(dirname(to), { recursive: true });
  const fresh = `${to}.new`;
  const source = await disk.open(from, { read: true });
  try {
    const copy = await disk.open(fresh, {
      ...{ write: true, create: true, truncate: true, mode: 0o755 },
    });
    try {
      const block = new Uint8Array(COPY_BYTES);
      for (let count; (count = await source.read(block)) !== null;) {
        await copy.write(block.subarray(0, count));
      }
      await copy.sync();
    } finally {
      copy.close();
    }
  } finally {
    source.close();
  }
  await disk.chmod(fresh, 0o755);
  await disk.rename(fresh, to);
  await disk.syncDirectory(dirname(to));
  return true;
}

async function isSameContent(
  disk: Disk,
  from: string,
  to: string,
): Promise<boolean> {
  const [one, other] = [await disk.stat(from), await disk.stat(to)];
  if (one === null || other?.kind !== "file" || one.size !== other.size) {
    return false;
  }
  const files = await Promise.all(
    [from, to].map((path) => disk.open(path, { read: true })),
  );
  try {
    const blocks = files.map(() => new Uint8Array(COPY_BYTES));
    for (let offset = 0; offset < one.size;) {
      const counts = await Promise.all(
        files.map((file, at) =>
          file.readAt(offset, blocks[at] ?? new Uint8Array(0))
        ),
      );
      const count = Math.min(...counts.map((read) => read ?? 0));
      const [a, b] = blocks.map((block) => block.subarray(0, count));
      if (count === 0 || !a || !b || !equalBytes(a, b)) return false;
      offset += count;
    }
    return true;
  } finally {
    for (const file of files) file.close();
  }
}
