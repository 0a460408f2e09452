/**
 * One open file of the real disk: whole writes, and positions that can be
 * told.
 *
 * @module
 */

import type { DiskFile, OpenFileOptions } from "./disk.ts";

/**
 * Opens a file of this machine.
 *
 * @throws {Deno.errors.AlreadyExists} with `createNew`, when it is there.
 */
export async function openFile(
  path: string,
  options: OpenFileOptions,
): Promise<DiskFile> {
  const file = await Deno.open(path, options);
  let closed = false;

  async function seek(offset: number): Promise<void> {
    await file.seek(offset, Deno.SeekMode.Start);
  }
  return {
    read: (into) => file.read(into),
    async readAt(offset, into) {
      await seek(offset);
      return await file.read(into);
    },
    async write(bytes) {
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(await file.write(rest));
    },
    async truncate(size) {
      await file.truncate(size);
      await seek(size);
    },
    seek,
    sync: () => file.sync(),
    close() {
      if (closed) return;
      closed = true;
      file.close();
    },
  };
}
