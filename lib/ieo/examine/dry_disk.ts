/**
 * A disk that reads as the one below it and takes every write without keeping
 * it: so that unpacking can be tried, with all of its checks, and nothing is
 * left of it.
 *
 * @module
 */

import type { Disk, DiskFile } from "../../host/disk.ts";

/** Nothing is ever written to `disk`. */
export function dryDisk(disk: Disk): Disk {
  return {
    ...disk,
    open: (path, options) =>
      options.write === true || options.append === true
        ? Promise.resolve(SINK)
        : disk.open(path, options),
    replaceFile: nothing,
    makeDirectory: nothing,
    rename: nothing,
    remove: nothing,
    symlink: nothing,
    chmod: nothing,
    copyOwner: nothing,
    syncDirectory: nothing,
    syncTree: nothing,
  };
}

const nothing = () => Promise.resolve();

const SINK: DiskFile = {
  read: () => Promise.resolve(null),
  readAt: () => Promise.resolve(null),
  write: nothing,
  truncate: nothing,
  seek: nothing,
  sync: nothing,
  close() {},
};
