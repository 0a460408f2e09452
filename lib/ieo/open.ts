/**
 * Opening a package, for reading what it claims and for extracting it. It is
 * called with a file whose size, hash and signature were verified (`verify.ts`
 * does that), and believes it no more for that: a good signature on a bad zip
 * is a publisher's mistake (Z-00).
 *
 * The order, each step before a byte of what comes after is used:
 *
 * 1. the zip library's strict reading: one directory, at the end, that accounts
 *    for the whole file, and nothing that two tools would read differently;
 * 2. the first entry is the manifest; its own rules and limits;
 * 3. the manifest against the signed statement: name, version, serial;
 * 4. our rules for every other entry (`zip_rules.ts`, `paths.ts`);
 * 5. the manifest against the zip's directory, both ways;
 * 6. the local header of every entry against the directory, and no overlap;
 * 7. on extraction, each file against its size and hash as it is inflated.
 *
 * @module
 */

import type { Disk, DiskFile } from "../host/disk.ts";
import { ok, type Outcome } from "../trust/outcome.ts";
import { describe } from "../trust/shape.ts";
import type { Statement } from "../trust/statement.ts";
import { Extraction, type Progress } from "./extract.ts";
import { inflateSmall } from "./inflate.ts";
import {
  decodeManifest,
  type Manifest,
  MANIFEST_BYTES_MAX,
} from "./manifest.ts";
import { type PackageFault, refuse } from "./package_fault.ts";
import { zipErrorSentence } from "./zip_errors.ts";
import {
  type Entry,
  type FileEntry,
  ZipReader,
  type ZipReaderConstructorOptions,
} from "./zip_library.ts";
import { DiskFileReader } from "./zip_reader.ts";
import { Comparison, faultOfEntry, faultOfFirst } from "./zip_rules.ts";

/** A package that passed every check that needs no inflating of its files. */
export interface OpenPackage {
  readonly manifest: Manifest;
  /**
   * Writes the program's files, with their modes, and the manifest into an
   * empty directory that is there. Nothing is synced. After a fault or an
   * exception part of the files may be there; the caller removes them.
   *
   * @throws what the disk throws.
   */
  extract(
    directory: string,
    onProgress?: Progress,
  ): Promise<Outcome<void, PackageFault>>;
  close(): void;
}

/** What `openPackage` is given. */
export interface OpenPackageOptions {
  readonly disk: Disk;
  readonly path: string;
  /** The verified statement that came with the file. */
  readonly statement: Statement;
}

const ZIP_OPTIONS: ZipReaderConstructorOptions = {
  strictness: "strict",
  checkCrc32: true,
  useWebWorkers: false,
};

/**
 * Opens a package. The file stays open until `close` is called.
 *
 * @throws what the disk throws: the world failed, not the package.
 */
export async function openPackage(
  { disk, path, statement }: OpenPackageOptions,
): Promise<Outcome<OpenPackage, PackageFault>> {
  const stat = await disk.stat(path);
  const file = await disk.open(path, { read: true });
  let opened: Outcome<OpenPackage, PackageFault> | null = null;
  try {
    opened = await openZip(disk, file, stat?.size ?? 0, statement);
    return opened;
  } finally {
    if (opened === null || !opened.ok) file.close();
  }
}

async function openZip(
  disk: Disk,
  file: DiskFile,
  size: number,
  statement: Statement,
): Promise<Outcome<OpenPackage, PackageFault>> {
  const reader = new DiskFileReader(file, size);
  const zip = new ZipReader(reader, ZIP_OPTIONS);
  try {
    const directory = zip.getEntriesGenerator();
    const { value: first } = await directory.next();
    if (typeof first !== "object") {
      return refuseZip(statement, "The zip is empty");
    }
    const problem = faultOf(first) ?? faultOfFirst(first);
    if (problem !== null) return refuseZip(statement, problem);
    const manifestBytes = await inflateSmall(
      fileEntry(first),
      MANIFEST_BYTES_MAX,
    );
    const read = decodeManifest(manifestBytes);
    if (!read.ok) return refuseZip(statement, read.fault);
    const manifest = read.value;
    const other = otherThanStated(manifest, statement);
    if (other !== null) return refuse("name", other);
    const entries = await readRest(directory, manifest);
    if (typeof entries === "string") return refuseZip(statement, entries);
    const difference = faultOfComment(zip.comment) ??
      await faultOfLocalHeaders([first, ...entries]);
    if (difference !== null) return refuseZip(statement, difference);
    const extraction = new Extraction({
      disk,
      manifest,
      manifestBytes,
      reader,
    });
    return ok({
      manifest,
      extract: (into, onProgress) =>
        extraction.run(entries.map(fileEntry), into, onProgress),
      close: () => file.close(),
    });
  } catch (error) {
    if (reader.worldError !== null) throw reader.worldError;
    return refuseZip(statement, zipErrorSentence(error));
  }
}

/**
 * The entries after the manifest, or the first fault as a sentence. The first
 * entry that the manifest does not name is where the reading stops, however
 * many more there are (Z-13).
 */
async function readRest(
  directory: AsyncGenerator<Entry, boolean>,
  manifest: Manifest,
): Promise<Entry[] | string> {
  const comparison = new Comparison(manifest);
  const entries: Entry[] = [];
  for await (const entry of directory) {
    const problem = faultOf(entry) ?? comparison.differenceOf(entry);
    if (problem !== null) return problem;
    entries.push(entry);
  }
  return comparison.missing() ?? entries;
}

function faultOf(entry: Entry): string | null {
  const problem = faultOfEntry(entry);
  return problem === null
    ? null
    : `The entry ${describe(entry.filename)} ${problem}`;
}

/** The only place where a zip may hold what nothing accounts for. */
function faultOfComment(comment: Uint8Array): string | null {
  return comment.length > 0 ? "The zip has a comment" : null;
}

/** S-11: the manifest must be of the package that the statement speaks of. */
function otherThanStated(
  manifest: Manifest,
  statement: Statement,
): string | null {
  for (const field of ["name", "version", "serial"] as const) {
    if (manifest[field] === statement[field]) continue;
    return `The manifest's ${field} is ${manifest[field]} and the signed ` +
      `statement's is ${statement[field]}`;
  }
  return null;
}

/** Z-11, Z-16: reads headers and data descriptors, inflates nothing. */
async function faultOfLocalHeaders(
  entries: readonly Entry[],
): Promise<string | null> {
  for (const entry of entries) {
    await fileEntry(entry).getData(new WritableStream(), {
      checkOverlappingEntryOnly: true,
    });
    // The library compares name, method, sizes and the flags it knows.
    if (entry.localDirectory?.rawBitFlag !== entry.rawBitFlag) {
      return `The entry ${describe(entry.filename)} has other flags in its ` +
        "local header than in the zip's directory";
    }
  }
  return null;
}

/**
 * The library's types deny directories the method by which their local headers
 * are read; they have it.
 */
function fileEntry(entry: Entry): FileEntry {
  return entry as FileEntry;
}

function refuseZip(
  { name, version }: Statement,
  problem: string,
): Outcome<never, PackageFault> {
  return refuse("package", `Cannot open ${name} ${version}: ${problem}`);
}
