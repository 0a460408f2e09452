/**
 * Whether files are still as they were when they were read.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { sentenceOf } from "../host/log.ts";

/** A text that is another one when any of the files has changed. */
export async function stampsOf(
  disk: Disk,
  paths: readonly string[],
): Promise<string> {
  const stamps = await Promise.all(paths.map((path) => stampOf(disk, path)));
  return stamps.join(" ");
}

async function stampOf(disk: Disk, path: string): Promise<string> {
  try {
    const stat = await disk.stat(path);
    return stat === null ? "-" : `${stat.changedMs}/${stat.size}`;
  } catch (error) {
    return sentenceOf(error); // The reading will say what is wrong.
  }
}
