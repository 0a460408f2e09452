/**
 * A simulated disk as one process sees it: what it does takes time, and ends
 * with the process.
 *
 * @module
 */

import { dirname } from "node:path";
import type {
  Disk,
  DiskFile,
  EntryKind,
  OpenFileOptions,
} from "../../lib/host/disk.ts";
import { ROOT, systemError } from "./disk_tree.ts";
import type { SimDisk } from "./sim_disk.ts";

/** What the process lets the disk know of itself. */
export interface Using {
  readonly disk: SimDisk;
  /** Resolves when a change was taken in; never, when the process died. */
  changing(): Promise<void>;
  /** As above, when a sync is through. */
  syncing(): Promise<void>;
  /** Resolves at once; never, when the process died. */
  looking(): Promise<void>;
  /** The locks of the processes of this computer, by path. */
  readonly locks: Set<string>;
}

/** The disk for a process. */
export function lifeDisk(using: Using): Disk {
  const { disk, locks } = using;
  const look = async <T>(act: () => T): Promise<T> => {
    await using.looking();
    return act();
  };
  const change = async <T>(act: () => T): Promise<T> => {
    await using.changing();
    return act();
  };
  const self: Disk = {
    stat: (path) => look(() => statOf(disk, path)),
    writtenMs: (paths) =>
      look(() => paths.map((path) => statOf(disk, path)?.changedMs ?? null)),
    async *list(path) {
      await using.looking();
      const { tree } = disk;
      for (const [name, number] of [...tree.names(tree.follow(path))]) {
        yield { name, kind: kindOf(disk, number) };
      }
    },
    open: async (path, options) => {
      await using.looking();
      return openFile(using, path, options);
    },
    readFile: (path, bytesMax) =>
      look(() => {
        const { bytes } = disk.tree.file(disk.tree.follow(path));
        if (bytes.length > bytesMax) {
          throw new RangeError(
            `Cannot read "${path}": it holds more than ${bytesMax} bytes`,
          );
        }
        return bytes.slice();
      }),
    // A simulated computer has plain files only, all of one account.
    readPlain: (path, { bytesMax }) =>
      look(() =>
        disk.tree.file(disk.tree.follow(path)).bytes.slice(0, bytesMax)
      ),
    replaceFile: oneAtATime((path, bytes, options) =>
      replaceFile(self, path, bytes, options?.mode ?? 0o644)
    ),
    makeDirectory: async (path, { recursive, mode = 0o755 } = {}) => {
      await using.changing();
      if (!recursive) return disk.makeDirectory(path, mode);
      for (const each of pathsTo(path)) {
        if (disk.tree.find(each) === null) disk.makeDirectory(each, mode);
      }
    },
    rename: (from, to) => change(() => disk.rename(from, to)),
    remove: async (path, { recursive } = {}) => {
      await using.looking();
      const found = disk.tree.find(path);
      if (found === null) return;
      if (recursive) await removeBelow(self, disk, path);
      await change(() => disk.unlink(path));
    },
    symlink: (target, path) =>
      change(() =>
        void disk.make(path, {
          kind: "symlink",
          mode: 0o777,
          target,
          changedMs: 0,
        })
      ),
    readLink: (path) =>
      look(() => {
        const found = disk.tree.find(path);
        const node = found === null ? null : disk.tree.nodes.get(found);
        if (node?.kind !== "symlink") throw systemError("ENOENT", path);
        return node.target;
      }),
    chmod: (path, mode) => change(() => disk.chmod(path, mode)),
    copyOwner: () => look(() => {}),
    syncDirectory: async (path) => {
      await using.syncing();
      disk.syncDirectory(path);
    },
    syncTree: async (path) => {
      await using.syncing();
      disk.syncTree(path);
    },
    spaceFree: () => look(() => Math.max(0, disk.bytesMax - disk.bytesUsed)),
    lock: (path) =>
      look(() => {
        if (locks.has(path)) return null;
        if (disk.tree.find(path) === null) disk.makeFile(path, 0o600);
        locks.add(path);
        return { release: () => void locks.delete(path) };
      }),
  };
  return self;
}

function statOf(disk: SimDisk, path: string) {
  const found = disk.tree.find(path);
  const node = found === null ? undefined : disk.tree.nodes.get(found);
  if (found === null || node === undefined) return null;
  return {
    kind: kindOf(disk, found),
    size: node.kind === "file" ? node.bytes.length : 0,
    mode: node.mode,
    changedMs: node.changedMs,
  };
}

function kindOf(disk: SimDisk, number: number): EntryKind {
  return disk.tree.nodes.get(number)?.kind ?? "other";
}

/** `/a`, `/a/b`, `/a/b/c`. */
function pathsTo(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

async function removeBelow(
  self: Disk,
  { tree }: SimDisk,
  path: string,
): Promise<void> {
  const node = tree.nodes.get(tree.find(path) ?? ROOT);
  if (node?.kind !== "directory") return;
  for (const name of [...node.names.keys()]) {
    await self.remove(`${path}/${name}`, { recursive: true });
  }
}

function openFile(
  using: Using,
  path: string,
  options: OpenFileOptions,
): Promise<DiskFile> {
  const { disk } = using;
  const found = disk.tree.find(path) === null ? null : disk.tree.follow(path);
  if (found !== null) {
    if (options.createNew) throw systemError("EEXIST", path);
    disk.tree.file(found);
    if (options.truncate) disk.truncate(found, 0);
    return Promise.resolve(fileOf(using, found, options));
  }
  if (!options.create && !options.createNew) throw systemError("ENOENT", path);
  return using.changing().then(() =>
    fileOf(using, disk.makeFile(path, options.mode ?? 0o644), options)
  );
}

function fileOf(
  using: Using,
  number: number,
  { append }: OpenFileOptions,
): DiskFile {
  const { disk } = using;
  let position = 0;
  const read = (into: Uint8Array): number | null => {
    const { bytes } = disk.tree.file(number);
    const part = bytes.subarray(position, position + into.length);
    if (part.length === 0 && into.length > 0) return null;
    into.set(part);
    position += part.length;
    return part.length;
  };
  return {
    read: async (into) => {
      await using.looking();
      return read(into);
    },
    readAt: async (offset, into) => {
      await using.looking();
      position = offset;
      return read(into);
    },
    write: async (bytes) => {
      await using.changing();
      if (append) position = disk.tree.file(number).bytes.length;
      disk.write(number, position, bytes);
      position += bytes.length;
    },
    truncate: async (size) => {
      await using.changing();
      disk.truncate(number, size);
      position = size;
    },
    seek: async (offset) => {
      await using.looking();
      position = offset;
    },
    sync: async () => {
      await using.syncing();
      disk.syncFile(number);
    },
    close: () => {},
  };
}

/** As the real disk does it. */
async function replaceFile(
  self: Disk,
  path: string,
  bytes: Uint8Array,
  mode: number,
): Promise<void> {
  const parent = dirname(path);
  const temporary = `${parent}/.${
    path.slice(parent.length).replace("/", "")
  }.new`;
  await self.remove(temporary);
  const file = await self.open(temporary, {
    write: true,
    createNew: true,
    mode,
  });
  try {
    await file.write(bytes);
    await file.sync();
  } catch (error) {
    await self.remove(temporary).catch(() => {});
    throw error;
  }
  await self.rename(temporary, path);
  await self.syncDirectory(parent);
}

/** Calls for the same path wait for each other: they share a temporary name. */
function oneAtATime(replace: Disk["replaceFile"]): Disk["replaceFile"] {
  const last = new Map<string, Promise<void>>();
  return (path, bytes, options) => {
    const before = last.get(path) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() =>
      replace(path, bytes, options)
    );
    last.set(path, turn);
    return turn;
  };
}
