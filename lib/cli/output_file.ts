/**
 * What a command writes into a file: beside it first, and under its name when
 * it is whole and on the medium. Whoever reads the file sees the old one or
 * the new one, also when the writer is killed, the disk is full or the server
 * goes away in the middle.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../host/disk.ts";
import type { Host } from "../host/host.ts";
import { toHex } from "../trust/bytes.ts";
import { CliFailure } from "./failure.ts";

/** @throws {CliFailure} when no file can be at `path`; before much is done. */
export async function refuseNoFile(disk: Disk, path: string): Promise<void> {
  const kind = (await disk.stat(path))?.kind ?? "file";
  if (kind === "directory") {
    throw new CliFailure("config", `"${path}" is a directory, not a file`, {
      advice: ["Name a file in it"],
    });
  }
  const directory = dirname(path);
  if (await disk.stat(directory) !== null) return;
  throw new CliFailure("notFound", `There is no directory "${directory}"`, {
    advice: ["Make it first"],
  });
}

/** Writes the stream into `path`; returns how many bytes there were. */
export async function writeOutput(
  { disk, randomness }: Pick<Host, "disk" | "randomness">,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<number> {
  await refuseNoFile(disk, path);
  // Two commands for one file must not write into one another's part.
  const part = `${path}.${toHex(randomness.bytes(4))}.part`;
  const file = await disk.open(part, { write: true, createNew: true });
  try {
    let size = 0;
    for await (const piece of bytes) {
      await file.write(piece);
      size += piece.length;
    }
    await file.sync();
    file.close();
    await disk.rename(part, path);
    await disk.syncDirectory(dirname(path));
    return size;
  } catch (error) {
    file.close();
    await disk.remove(part).catch(() => {}); // The first error is the cause.
    throw error;
  }
}
