/**
 * Making a package: `A.ieo` from a program's directory, and the publisher's
 * signed statement beside it as `A.ieo.sig`.
 *
 * Every file is read once: hashed and deflated in the same visit, on several
 * threads where there are (`pack/reading.ts`). The manifest is the zip's first
 * entry and holds every hash, so a place is kept for it, which it fills at the
 * end; it is stored, because only then its length is known from the sizes
 * alone. What is signed is the hash of what is then read back from the disk.
 *
 * The same directory gives the same bytes, whatever the threads and their
 * timing: sorted entries, one date for all of them, modes reduced to two, files
 * cut at fixed places. What deflates is the runtime's, so another version of
 * this program may give other bytes of the same content.
 *
 * @module
 */

import { dirname, isAbsolute, relative } from "node:path";
import type { Disk, DiskFile } from "../host/disk.ts";
import type { Workers } from "../host/workers.ts";
import type { KeyPair } from "../trust/keys.ts";
import { signStatement } from "../trust/statement.ts";
import { ahead } from "./at_once.ts";
import { type Deflater, startDeflater } from "./zip/deflate.ts";
import type { Progress } from "./extract.ts";
import { runsCode } from "./manifest.ts";
import { demandUnchanged } from "./pack/changes.ts";
import {
  headOf,
  judgeManifest,
  linesOf,
  manifestPieces,
  type PackageDraft,
} from "./pack/manifest.ts";
import { readProgram } from "./pack/reading.ts";
import { PackageZip } from "./pack/zip.ts";
import { hashFile } from "./verify.ts";
import { type Found, PackError, walkProgram } from "./pack/walk.ts";

/**
 * As small as other tools' level 6, within 2 parts in 100, for a third of their
 * work. The next level saves 2 parts in 1,000 for a fifth more work.
 */
const DEFLATE_LEVEL = 5;

export type { PackageDraft };

/** What becomes a package, and how. */
export interface PackOptions {
  readonly disk: Disk;
  /** The program's directory; what is in it becomes the program. */
  readonly directory: string;
  readonly draft: PackageDraft;
  /** What of the directory goes in; all that is there when absent. */
  readonly found?: Found;
  readonly publisher: KeyPair;
  /** Where the package goes; its statement goes to this path and `.sig`. */
  readonly output: string;
  /** Threads to share the work with; without them one does it all. */
  readonly workers?: Workers;
  /**
   * 0 stores every file as it is, 1 is the fastest, 9 the smallest; 5 when
   * absent. Whatever it is, what does not get smaller is stored.
   */
  readonly level?: number;
  /** Bytes of the program's files that are in the package, of how many. */
  readonly onProgress?: Progress;
  /** Told what was found, before anything is written. */
  readonly onContents?: (contents: Found) => void;
}

/** What was made. */
export interface Packed {
  /** Of the package: 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  /** Of the package, in bytes. */
  readonly size: number;
  /** How many files the program has. */
  readonly files: number;
}

/**
 * Makes a package and its statement. On any error neither `output` nor its
 * statement is changed.
 *
 * @throws {PackError} when the directory, the name or the version cannot
 * become a package.
 */
export async function pack(options: PackOptions): Promise<Packed> {
  const { disk, directory, output, publisher } = options;
  // Whoever walked the directory knows what lies in it.
  if (options.found === undefined) refuseOutputInside(directory, output);
  const found = options.found ?? await walkProgram(disk, directory);
  const head = headOf(options.draft, found);
  const manifestBytes = judgeManifest(head, found);
  if (typeof manifestBytes === "string") {
    throw new PackError(`Cannot pack "${directory}": ${manifestBytes}`);
  }
  options.onContents?.(found);

  const deflater = startDeflater(options.workers);
  try {
    const { sha256, size } = await makeFile(disk, output, async (file) => {
      const zip = new PackageZip(file, manifestBytes);
      await zip.begin();
      await zip.addDirectories(found.directories);
      const hashes = await addFiles(options, found, zip, deflater);
      deflater.end(); // Its threads' memory is better used for what follows.
      await demandUnchanged(disk, directory, found.files);
      return await zip.end(() => manifestPieces(head, linesOf(found, hashes)));
    });
    const { name, version, serial } = head;
    const said = { name, version, serial, size, sha256, hooks: runsCode(head) };
    const statement = signStatement(publisher, { format: 1, ...said });
    await disk.replaceFile(`${output}.sig`, statement, { mode: 0o644 });
    return { sha256, size, files: found.files.length };
  } finally {
    deflater.end();
  }
}

/** A package inside its own directory would be packed by the next run. */
export function refuseOutputInside(directory: string, output: string): void {
  const way = relative(directory, output);
  if (isAbsolute(way) || way.split(/[\\/]/)[0] === "..") return;
  throw new PackError(
    `Cannot pack "${directory}" into "${output}": a package cannot lie in the ` +
      "directory it is made from; choose another place for it",
  );
}

/** Reads, deflates and adds all files, in their order. Returns their hashes. */
async function addFiles(
  options: PackOptions,
  { files }: Found,
  zip: PackageZip,
  deflater: Deflater,
): Promise<string[]> {
  const { disk, directory, level = DEFLATE_LEVEL, onProgress } = options;
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  let doneBytes = 0;
  const advance = (bytes: number) =>
    onProgress?.(doneBytes += bytes, totalBytes);
  const hashes: string[] = [];
  const buffers: ArrayBuffer[] = [];

  const steps = readProgram({
    ...{ disk, directory, files, deflater, level },
    takeBuffer: () => buffers.pop(),
  });
  for await (const step of ahead(steps, deflater.jobsAhead)) {
    if (step.kind === "files") {
      const deflated = await step.deflated;
      await zip.addFiles(step.files, deflated);
      for (const [index, file] of step.files.entries()) {
        hashes.push(deflated.files[index]?.sha256 ?? "");
        advance(file.size);
      }
      buffers.push(deflated.buffer);
    } else if (step.kind === "begin") {
      await zip.beginFile(step.file, step.method);
    } else if (step.kind === "block") {
      const deflated = await step.deflated;
      await zip.addBlock(deflated);
      buffers.push(deflated.buffer);
      advance(step.size);
    } else {
      await zip.endFile(step.crc32);
      hashes.push(step.sha256);
    }
  }
  return hashes;
}

/**
 * Fills a new file beside `path` and puts it in its place when it is whole and
 * on the medium. `fill` returns how many bytes it wrote.
 */
async function makeFile(
  disk: Disk,
  path: string,
  fill: (file: DiskFile) => Promise<number>,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const part = `${path}.part`;
  await disk.remove(part); // Of a run that was killed.
  const file = await disk.open(part, { write: true, createNew: true });
  try {
    const size = await fill(file);
    const [sha256] = await Promise.all([hashFile(disk, part), file.sync()]);
    file.close();
    await demandOurs(disk, part, size);
    await disk.rename(part, path);
    await disk.syncDirectory(dirname(path));
    return { sha256, size };
  } catch (error) {
    file.close();
    await disk.remove(part).catch(() => {}); // The first error is the cause.
    throw error;
  }
}

/** Another run for the same output would have put its own part in the place. */
async function demandOurs(
  disk: Disk,
  part: string,
  size: number,
): Promise<void> {
  if ((await disk.stat(part))?.size === size) return;
  throw new PackError(
    `Cannot make "${part}": something else writes to it; is the same package ` +
      "being packed twice?",
  );
}
