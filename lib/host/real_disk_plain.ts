/**
 * Files of the real disk in places that belong to people, who may swap them
 * for anything at any time. Deno's own opening waits: for the other end of a
 * pipe without an end, and for the holder of a lease (fcntl(2)) 45 s.
 *
 * @module
 */

import { constants, type FileHandle, open } from "node:fs/promises";
import { type Disk, type ReadPlainOptions, UnwantedFile } from "./disk.ts";

/** Windows has neither, and no pipes among its files. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/** Read at once; most files have less. */
const PIECE_BYTES = 65_536;

/** Reads the beginning of what is a plain file once it is open. */
export const readPlain: Disk["readPlain"] = async (path, options) => {
  const file = await opened(path);
  try {
    await check(file, path, options);
    return await beginningOf(file, options.bytesMax);
  } finally {
    await file.close();
  }
};

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  } catch (error) {
    // A link; a socket.
    const isNoFile = hasCode(error, "ELOOP") || hasCode(error, "ENXIO");
    if (isNoFile) throw new UnwantedFile(path, "no file");
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function check(
  file: FileHandle,
  path: string,
  { owner }: ReadPlainOptions,
): Promise<void> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new UnwantedFile(path, "no file");
  // Links on the way here, and second names of one file, end in the file that
  // they lead to: whose it is cannot be forged.
  const isAnothers = owner !== undefined && Deno.build.os !== "windows" &&
    stat.uid !== owner;
  if (isAnothers) throw new UnwantedFile(path, "somebody else's");
}

async function beginningOf(
  file: FileHandle,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(bytesMax, PIECE_BYTES));
  let length = 0;
  while (length < bytesMax) {
    if (length === bytes.length) {
      const longer = new Uint8Array(Math.min(bytesMax, 2 * length));
      longer.set(bytes);
      bytes = longer;
    }
    const { bytesRead } = await file.read(
      bytes,
      length,
      bytes.length - length,
      null,
    );
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
