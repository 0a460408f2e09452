/**
 * The disk of this machine. The rules of a write that survives a power cut
 * live here, once: a temporary file in the same directory, write, sync, close,
 * rename, sync of the directory. Every error reaches the caller.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Disk, DiskLock, Entry, Stat } from "./disk.ts";
import { openFile } from "./real_disk_file.ts";
import { readPlain } from "./real_disk_plain.ts";
import { syncDirectory, syncTree } from "./real_disk_sync.ts";

/** What is told where the system has no permission bits. */
const MODE_UNKNOWN = 0o644;

/** The disk of this machine. */
export function realDisk(): Disk {
  return {
    stat,
    writtenMs,
    list,
    open: openFile,
    readFile,
    readPlain,
    replaceFile: oneAtATime(replaceFile),
    makeDirectory: (path, options = {}) => Deno.mkdir(path, options),
    rename: (from, to) => Deno.rename(from, to),
    remove,
    symlink: (target, path) => Deno.symlink(target, path),
    readLink: (path) => Deno.readLink(path),
    chmod: (path, mode) => Deno.chmod(path, mode),
    copyOwner,
    syncDirectory,
    syncTree,
    spaceFree,
    lock,
  };
}

async function stat(path: string): Promise<Stat | null> {
  try {
    const info = await Deno.lstat(path);
    const mode = info.mode === null ? MODE_UNKNOWN : info.mode & 0o7777;
    // The time of the last writing is fine, and any program can set it back.
    // The other cannot be set, and comes here in whole seconds.
    const [written, changed] = [info.mtime, info.ctime];
    const changedMs = written === null && changed === null
      ? null
      : Math.max(written?.getTime() ?? 0, changed?.getTime() ?? 0);
    const stat = { kind: kindOf(info), size: info.size, mode, changedMs };
    return info.uid === null ? stat : { ...stat, owner: info.uid };
  } catch (error) {
    if (isNothing(error)) return null;
    throw error;
  }
}

function isNothing(error: unknown): boolean {
  // A file where a directory of the path should be: nothing is there either.
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}

/** Files looked at before others have their turn: some ten milliseconds. */
const WRITTEN_AT_ONCE = 1_000;

/**
 * A call that waits costs some 60 us for the way to another thread and back,
 * one that does not costs 4 (measured), so these do not.
 */
async function writtenMs(
  paths: readonly string[],
): Promise<readonly (number | null)[]> {
  const times: (number | null)[] = [];
  for (const path of paths) {
    if (times.length > 0 && times.length % WRITTEN_AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    times.push(writtenMsOf(path));
  }
  return times;
}

function writtenMsOf(path: string): number | null {
  try {
    return Deno.lstatSync(path).mtime?.getTime() ?? null;
  } catch (error) {
    if (isNothing(error)) return null;
    throw error;
  }
}

async function* list(path: string): AsyncGenerator<Entry> {
  for await (const entry of Deno.readDir(path)) {
    yield { name: entry.name, kind: kindOf(entry) };
  }
}

function kindOf(
  of: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): Entry["kind"] {
  if (of.isSymlink) return "symlink";
  if (of.isDirectory) return "directory";
  return of.isFile ? "file" : "other";
}

const readFile: Disk["readFile"] = async (path, bytesMax) => {
  const file = await openFile(path, { read: true });
  try {
    // One byte more than allowed is enough to know; the size that the system
    // tells is not, for files that grow and files that have none.
    const chunks = new Uint8Array(Math.min(bytesMax, 65_536) + 1);
    let bytes = new Uint8Array(0);
    for (;;) {
      const count = await file.read(chunks);
      if (count === null) return bytes;
      if (bytes.length + count > bytesMax) {
        throw new RangeError(
          `Cannot read "${path}": it holds more than ${bytesMax} bytes`,
        );
      }
      const longer = new Uint8Array(bytes.length + count);
      longer.set(bytes);
      longer.set(chunks.subarray(0, count), bytes.length);
      bytes = longer;
    }
  } finally {
    file.close();
  }
};

const replaceFile: Disk["replaceFile"] = async (path, bytes, options = {}) => {
  const directory = dirname(path);
  // The name is always the same, so that crashes leave at most one behind,
  // and the next call takes it away. O_EXCL: never through a planted symlink.
  const temporary = join(directory, `.${basename(path)}.new`);
  await remove(temporary);
  const file = await openFile(temporary, {
    write: true,
    createNew: true,
    mode: options.mode ?? MODE_UNKNOWN,
  });
  try {
    // The mode above is cut by the umask; a mode that was asked for is not.
    if (options.mode !== undefined && Deno.build.os !== "windows") {
      await Deno.chmod(temporary, options.mode);
    }
    await file.write(bytes);
    await file.sync();
  } catch (error) {
    file.close();
    await remove(temporary).catch(() => {}); // The first error is the cause.
    throw error;
  }
  file.close();
  await Deno.rename(temporary, path);
  await syncDirectory(directory);
};

/** Calls for the same path wait for each other: they share a temporary name. */
function oneAtATime(replace: Disk["replaceFile"]): Disk["replaceFile"] {
  const last = new Map<string, Promise<void>>();
  return async (path, bytes, options) => {
    const before = last.get(path) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() =>
      replace(path, bytes, options)
    );
    last.set(path, turn);
    try {
      await turn;
    } finally {
      if (last.get(path) === turn) last.delete(path);
    }
  };
}

const remove: Disk["remove"] = async (path, options = {}) => {
  try {
    await Deno.remove(path, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
};

/** Only where they differ: whoever is not the administrator may not do more. */
async function copyOwner(from: string, to: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  const [wanted, found] = [await Deno.lstat(from), await Deno.lstat(to)];
  if (wanted.uid === found.uid && wanted.gid === found.gid) return;
  await Deno.chown(to, wanted.uid, wanted.gid);
}

async function spaceFree(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

async function lock(path: string): Promise<DiskLock | null> {
  const file = await Deno.open(path, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  // A lock of the open file (flock), not of the file's existence: it ends
  // with the process, so a crash leaves nothing to clean up.
  if (await file.tryLock(true)) return { release: () => release(file) };
  file.close();
  return null;
}

/**
 * Unlocks before it closes: a child that is being started at this moment holds
 * a copy of the open file until it becomes another program, and closing ours
 * would leave the lock with it.
 */
function release(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}
