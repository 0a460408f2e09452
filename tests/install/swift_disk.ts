/**
 * The disk of this machine without waiting: every operation is done before its
 * promise is given back. The same files as through the real disk, several times
 * as fast for tests that do a hundred thousand small operations. Nothing is
 * synced.
 *
 * @module
 */

import type {
  Disk,
  DiskFile,
  EntryKind,
  OpenFileOptions,
} from "../../lib/host/disk.ts";

/** A disk for tests that build thousands of houses. */
export function swiftDisk(): Disk {
  return {
    stat: (path) => now(() => statOf(path)),
    writtenMs: (paths) =>
      now(() =>
        paths.map((path) =>
          statOf(path) === null
            ? null
            : Deno.lstatSync(path).mtime?.getTime() ?? null
        )
      ),
    async *list(path) {
      for (const entry of Deno.readDirSync(path)) {
        yield { name: entry.name, kind: kindOf(entry) };
      }
    },
    open: (path, options) => now(() => open(path, options)),
    readFile: (path, bytesMax) =>
      now(() => {
        const bytes = Deno.readFileSync(path);
        if (bytes.length > bytesMax) throw new RangeError(`"${path}" is long`);
        return bytes;
      }),
    readPlain: (path, { bytesMax }) =>
      now(() => Deno.readFileSync(path).subarray(0, bytesMax)),
    replaceFile: (path, bytes) => now(() => Deno.writeFileSync(path, bytes)),
    makeDirectory: (path, options) => now(() => Deno.mkdirSync(path, options)),
    rename: (from, to) => now(() => Deno.renameSync(from, to)),
    remove: (path, options) =>
      now(() => {
        if (statOf(path) !== null) Deno.removeSync(path, options);
      }),
    symlink: (target, path) => now(() => Deno.symlinkSync(target, path)),
    readLink: (path) => now(() => Deno.readLinkSync(path)),
    chmod: (path, mode) => now(() => Deno.chmodSync(path, mode)),
    copyOwner: () => Promise.resolve(),
    syncDirectory: () => Promise.resolve(),
    syncTree: () => Promise.resolve(),
    spaceFree: () => Promise.resolve(2 ** 40),
    lock: (path) =>
      now(() => {
        const file = Deno.openSync(path, { write: true, create: true });
        file.lockSync(true);
        return { release: () => file.close() };
      }),
  };
}

/** What was thrown is a promise that was broken, as from the real disk. */
function now<T>(act: () => T): Promise<T> {
  try {
    return Promise.resolve(act());
  } catch (error) {
    return Promise.reject(error);
  }
}

function statOf(path: string): Awaited<ReturnType<Disk["stat"]>> {
  try {
    const info = Deno.lstatSync(path);
    return {
      kind: kindOf(info),
      size: info.size,
      mode: (info.mode ?? 0o644) & 0o7777,
      changedMs: info.ctime?.getTime() ?? null,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

function kindOf(
  of: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): EntryKind {
  if (of.isSymlink) return "symlink";
  if (of.isDirectory) return "directory";
  return of.isFile ? "file" : "other";
}

function open(path: string, options: OpenFileOptions): DiskFile {
  const file = Deno.openSync(path, options);
  return {
    read: (into) => now(() => file.readSync(into)),
    readAt: (offset, into) =>
      now(() => {
        file.seekSync(offset, Deno.SeekMode.Start);
        return file.readSync(into);
      }),
    write: (bytes) =>
      now(() => {
        for (let done = 0; done < bytes.length;) {
          done += file.writeSync(bytes.subarray(done));
        }
      }),
    truncate: (size) =>
      now(() => {
        file.truncateSync(size);
        file.seekSync(size, Deno.SeekMode.Start);
      }),
    seek: (offset) =>
      now(() => void file.seekSync(offset, Deno.SeekMode.Start)),
    sync: () => Promise.resolve(),
    close: () => file.close(),
  };
}
