/**
 * Opening a package, for reading what it claims and for extracting it. It is
 * called with a file whose size, hash and signature were verified (`verify.ts`
 * does that), and believes it no more for that: a good signature on a bad zip
 * is a publisher's mistake (Z-00).
 *
 * The order, each step before a byte of what comes after is used:
 *
 * 1. the end of the zip: one directory, right before it, that accounts for the
 *    whole file, and nothing that two tools would read differently;
 * 2. the first entry is the manifest; its own rules and limits;
 * 3. the manifest against the signed statement: name, version, serial;
 * 4. our rules for every other entry (`zip/rules.ts`, `paths.ts`);
 * 5. the manifest against the zip's directory, both ways;
 * 6. the local header of every entry against the directory, and that entries
 *    follow each other without overlap or gap;
 * 7. on extraction, each file against its size, CRC-32 and hash as it is
 *    inflated.
 *
 * The zip is read by code of our own, because a library that keeps an object
 * for every field of every entry takes more memory for the directory of a large
 * package than all of the rest; the tests hold the two against each other.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import { crc32 } from "node:zlib";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { Statement } from "../trust/statement.ts";
import { Extraction, type Progress } from "./extract.ts";
import { giveBack, inflateAll } from "./zip/inflate.ts";
import {
  decodeManifest,
  type Manifest,
  type ManifestFile,
} from "./manifest.ts";
import { type PackageFault, refuse } from "./package_fault.ts";
import { type DirectoryPlace, findDirectory } from "./zip/end.ts";
import { type DirectoryEntry, entriesOf } from "./zip/headers.ts";
import { faultOfEnd, locate, type LocatedEntry } from "./zip/locals.ts";
import { Plan } from "./zip/plan.ts";
import { ZipFile } from "./zip/reader.ts";
import {
  Comparison,
  faultOfEntry,
  faultOfFirst,
  METHOD_STORED,
  spokenName,
} from "./zip/rules.ts";

/** A package that passed every check that needs no inflating of its files. */
export interface OpenPackage {
  readonly manifest: Manifest;
  /**
   * Writes the program's files, with their modes, and the manifest into an
   * empty directory that is there. Nothing is synced. After a fault or an
   * exception part of the files may be there, and nothing is under way any
   * more; the caller removes them. May be called once.
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
  let read: Outcome<PackageZip, PackageFault> | null = null;
  try {
    const zip = new ZipFile(file, stat?.size ?? 0);
    read = await readPackage(zip, statement);
    if (!read.ok) return read;
    const { manifest } = read.value;
    const options = { disk, zip, ...read.value };
    return ok({
      manifest,
      extract: (directory, onProgress) =>
        new Extraction(options, directory, onProgress).run(),
      close: () => file.close(),
    });
  } finally {
    if (!read?.ok) file.close();
  }
}

/** What is known of a package before its files are inflated. */
interface PackageZip {
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly files: Plan;
}

async function readPackage(
  zip: ZipFile,
  statement: Statement,
): Promise<Outcome<PackageZip, PackageFault>> {
  const { name, version } = statement;
  const refuseZip = (problem: string) =>
    refuse("package", `Cannot open ${name} ${version}: ${problem}`);

  const place = await findDirectory(zip);
  if (!place.ok) return refuseZip(place.fault);
  const directory = await zip.read(place.value.offset, place.value.length);
  if (directory === null) return refuseZip("The zip is cut off");
  const left = entriesOf(directory, place.value.count);

  const first = left.next().value;
  if (first === undefined) return refuseZip("The zip is empty");
  if (!first.ok) return refuseZip(first.fault);
  const manifestBytes = await readFirst(zip, first.value);
  if (!manifestBytes.ok) return refuseZip(manifestBytes.fault);
  const decoded = decodeManifest(manifestBytes.value);
  if (!decoded.ok) return refuseZip(decoded.fault);
  const manifest = decoded.value;
  const other = otherThanStated(manifest, statement);
  if (other !== null) return refuse("name", other);

  const named = judgeRest(left, manifest);
  if (!named.ok) return refuseZip(named.fault);
  const files = await locateAll(zip, directory, place.value, named.value);
  if (!files.ok) return refuseZip(files.fault);
  giveBack(directory);
  return ok({
    manifest,
    manifestBytes: manifestBytes.value,
    files: files.value,
  });
}

/** The manifest's bytes. */
async function readFirst(
  zip: ZipFile,
  entry: DirectoryEntry,
): Promise<Outcome<Uint8Array, string>> {
  const problem = sentenceOn(entry, faultOfEntry(entry)) ?? faultOfFirst(entry);
  if (problem !== null) return fault(problem);
  const located = await locate(zip, entry);
  if (typeof located === "string") return fault(sentence(entry, located));
  const { packedSize, size, method } = entry;
  const packed = await zip.read(located.dataOffset, packedSize);
  if (packed === null) return fault(sentence(entry, "is cut off"));
  const inflated = method === METHOD_STORED
    ? ok(packed)
    : inflateAll(packed, size);
  if (!inflated.ok) {
    return fault(sentence(entry, `cannot be read: ${inflated.fault}`));
  }
  return crc32(inflated.value) === entry.crc32
    ? inflated
    : fault(sentence(entry, "does not have the CRC-32 of the zip"));
}

/**
 * What the manifest says of each entry after it, in their order, or the first
 * fault as a sentence. The first entry that the manifest does not name is where
 * the reading stops, however many more there are (Z-13).
 */
function judgeRest(
  left: Iterable<Outcome<DirectoryEntry, string>>,
  manifest: Manifest,
): Outcome<Named[], string> {
  const comparison = new Comparison(manifest);
  const named: Named[] = [];
  for (const next of left) {
    if (!next.ok) return next;
    const problem = sentenceOn(next.value, faultOfEntry(next.value));
    if (problem !== null) return fault(problem);
    const taken = comparison.take(next.value);
    if (!taken.ok) return taken;
    named.push(taken.value);
  }
  const missing = comparison.missing();
  return missing === null ? ok(named) : fault(missing);
}

type Named = ManifestFile | "directory";

/**
 * Z-11, Z-16: from the first byte of the zip to its directory, which is read a
 * second time: its entries are not kept, they would take more memory than the
 * manifest.
 */
async function locateAll(
  zip: ZipFile,
  directory: Uint8Array,
  { count, offset: end }: DirectoryPlace,
  named: readonly Named[],
): Promise<Outcome<Plan, string>> {
  const files = new Plan(named.length);
  let last: LocatedEntry | null = null;
  let index = 0;
  for (const next of entriesOf(directory, count)) {
    if (!next.ok) return next;
    const entry = next.value;
    const problem = await faultOfLast(zip, last, Math.min(entry.offset, end));
    if (problem !== null) return fault(problem);
    const located = entry.offset < end
      ? await locate(zip, entry)
      : "begins where the zip's directory is, or after it";
    if (typeof located === "string") return fault(sentence(entry, located));
    last = located;
    // The manifest itself is the first.
    const file = named[index++ - 1] ?? "directory";
    if (file === "directory") continue;
    const { method, crc32, packedSize } = entry;
    const { dataOffset } = located;
    files.add({ file, method, crc32, packedSize, dataOffset });
  }
  const problem = await faultOfLast(zip, last, end);
  return problem === null ? ok(files) : fault(problem);
}

async function faultOfLast(
  zip: ZipFile,
  last: LocatedEntry | null,
  next: number,
): Promise<string | null> {
  if (last === null) return null;
  return sentenceOn(last.entry, await faultOfEnd(zip, last, next));
}

function sentenceOn(
  entry: DirectoryEntry,
  problem: string | null,
): string | null {
  return problem === null ? null : sentence(entry, problem);
}

function sentence(entry: DirectoryEntry, problem: string): string {
  return `The entry ${spokenName(entry)} ${problem}`;
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
