/**
 * Making a package: `A.ieo` from a program's directory, and the publisher's
 * signed statement beside it as `A.ieo.sig`.
 *
 * Two passes over the files, because the manifest is the zip's first entry and
 * holds every hash: the first pass hashes, the second one compresses and
 * checks that it saw the same bytes. Files pass through in pieces, of whatever
 * size they are; a size of 4 GiB and more goes into zip64 fields.
 *
 * The same directory gives the same bytes: sorted entries, one date for all of
 * them, modes reduced to two, and the library's own deflate instead of the
 * runtime's, which changes from version to version.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import { dirname, isAbsolute, relative } from "node:path";
import type { Disk, DiskFile } from "../host/disk.ts";
import type { KeyPair } from "../trust/keys.ts";
import { signStatement } from "../trust/statement.ts";
import type { Progress } from "./extract.ts";
import {
  decodeManifest,
  encodeManifest,
  type Manifest,
  type ManifestFile,
} from "./manifest.ts";
import { MANIFEST_NAME } from "./paths.ts";
import { type FoundFile, PackError, walkProgram } from "./walk.ts";
import { Uint8ArrayReader, ZipWriter } from "./zip_library.ts";
import { DiskFileReader } from "./zip_reader.ts";

/** 1980-01-01 00:00:00, the first moment a zip can name (APPNOTE.TXT 4.4.6). */
const DOS_DATE = 0x0021_0000;
const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;
const DEFLATE_LEVEL = 6;
const READ_BYTES = 262_144;

/** What becomes a package, and how. */
export interface PackOptions {
  readonly disk: Disk;
  /** The program's directory; what is in it becomes the program. */
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** Higher than that of every package of this name before. */
  readonly serial: number;
  readonly publisher: KeyPair;
  /** Where the package goes; its statement goes to this path and `.sig`. */
  readonly output: string;
  readonly title?: string;
  readonly description?: string;
  /** True when no order may remove the program. */
  readonly protected?: boolean;
  /** 0 stores every file as it is, 1 to 9 as in other tools; 6 when absent. */
  readonly level?: number;
  /** Every byte counts twice: it is hashed, then compressed. */
  readonly onProgress?: Progress;
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
  const { disk, directory, output } = options;
  refuseOutputInside(directory, output);
  const found = await walkProgram(disk, directory);
  const totalBytes = 2 * await sizeOf(options, found.files);
  let doneBytes = 0;
  const onBytes = (bytes: number) =>
    options.onProgress?.(doneBytes += bytes, totalBytes);

  const files: ManifestFile[] = [];
  for (const { path, mode } of found.files) {
    const hashed = await hashOne(disk, `${directory}/${path}`, onBytes);
    files.push({ path, ...hashed, mode });
  }
  const manifest = manifestOf(options, files, found.directories);
  const { sha256, size } = await writeFile(
    disk,
    output,
    (write) => writeZip(options, manifest, write, onBytes),
  );
  const { name, version, serial, publisher } = options;
  const statement = { name, version, serial, size, sha256 };
  await disk.replaceFile(
    `${output}.sig`,
    signStatement(publisher, { format: 1, ...statement, hooks: false }),
    { mode: 0o644 },
  );
  return { sha256, size, files: files.length };
}

/** A package inside its own directory would be packed by the next run. */
function refuseOutputInside(directory: string, output: string): void {
  const way = relative(directory, output);
  if (isAbsolute(way) || way.split(/[\\/]/)[0] === "..") return;
  throw new PackError(
    `Cannot pack "${directory}" into "${output}": a package cannot lie in the ` +
      "directory it is made from; choose another place for it",
  );
}

async function sizeOf(
  { disk, directory }: PackOptions,
  files: readonly FoundFile[],
): Promise<number> {
  let bytes = 0;
  for (const { path } of files) {
    bytes += (await disk.stat(`${directory}/${path}`))?.size ?? 0;
  }
  return bytes;
}

async function hashOne(
  disk: Disk,
  path: string,
  onBytes: (bytes: number) => void,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(READ_BYTES);
  const file = await disk.open(path, { read: true });
  let size = 0;
  try {
    for (;;) {
      const count = await file.read(buffer);
      if (count === null) return { size, sha256: hash.digest("hex") };
      hash.update(buffer.subarray(0, count));
      size += count;
      onBytes(count);
    }
  } finally {
    file.close();
  }
}

/** The manifest, judged as an agent will judge it. */
function manifestOf(
  options: PackOptions,
  files: readonly ManifestFile[],
  directories: readonly string[],
): Manifest {
  const { name, version, serial, title, description } = options;
  const manifest: Manifest = {
    name,
    version,
    serial,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    protected: options.protected ?? false,
    files,
    directories,
  };
  const judged = decodeManifest(encodeManifest(manifest));
  if (judged.ok) return manifest;
  throw new PackError(`Cannot pack "${options.directory}": ${judged.fault}`);
}

type Write = (bytes: Uint8Array) => Promise<void>;

/**
 * Fills a new file beside `path` and puts it in its place when it is whole and
 * on the medium.
 */
async function writeFile(
  disk: Disk,
  path: string,
  fill: (write: Write) => Promise<void>,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const part = `${path}.part`;
  const hash = createHash("sha256");
  let size = 0;
  await disk.remove(part); // Of a run that was killed.
  const file = await disk.open(part, { write: true, createNew: true });
  try {
    await fill(async (bytes) => {
      hash.update(bytes);
      size += bytes.length;
      await file.write(bytes);
    });
    await file.sync();
    file.close();
    await disk.rename(part, path);
  } catch (error) {
    file.close();
    await disk.remove(part).catch(() => {}); // The first error is the cause.
    throw error;
  }
  await disk.syncDirectory(dirname(path));
  return { sha256: hash.digest("hex"), size };
}

async function writeZip(
  { disk, directory, level = DEFLATE_LEVEL }: PackOptions,
  manifest: Manifest,
  write: Write,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const zip = new ZipWriter(new WritableStream<Uint8Array>({ write }), {
    level,
    rawLastModDate: DOS_DATE,
    extendedTimestamp: false,
    useCompressionStream: false,
    useWebWorkers: false,
  });
  const manifestReader = new Uint8ArrayReader(encodeManifest(manifest));
  await zip.add(MANIFEST_NAME, manifestReader, { unixMode: TYPE_FILE | 0o644 });
  for (const path of manifest.directories) {
    const unixMode = TYPE_DIRECTORY | 0o755;
    await zip.add(`${path}/`, undefined, { directory: true, unixMode });
  }
  for (const file of manifest.files) {
    await withFile(disk, `${directory}/${file.path}`, async (open) => {
      const reader = new FileToPack(open, file, onBytes);
      await zip.add(file.path, reader, { unixMode: TYPE_FILE | file.mode });
      reader.demandSame();
    });
  }
  await zip.close();
}

async function withFile(
  disk: Disk,
  path: string,
  use: (file: DiskFile) => Promise<void>,
): Promise<void> {
  const file = await disk.open(path, { read: true });
  try {
    await use(file);
  } finally {
    file.close();
  }
}

/** A file on its way into the zip: hashed again as it passes. */
class FileToPack extends DiskFileReader {
  readonly #expected: ManifestFile;
  readonly #onBytes: (bytes: number) => void;
  readonly #hash: Hash = createHash("sha256");

  constructor(
    file: DiskFile,
    expected: ManifestFile,
    onBytes: (bytes: number) => void,
  ) {
    super(file, expected.size);
    this.#expected = expected;
    this.#onBytes = onBytes;
  }

  /** The library reads a file once, from its beginning to its end. */
  override async readUint8Array(
    index: number,
    length: number,
  ): Promise<Uint8Array> {
    const bytes = await super.readUint8Array(index, length);
    this.#hash.update(bytes);
    this.#onBytes(bytes.length);
    return bytes;
  }

  /** @throws {PackError} when other bytes passed than the first pass saw. */
  demandSame(): void {
    const { path, sha256 } = this.#expected;
    if (this.#hash.digest("hex") === sha256) return;
    throw new PackError(
      `Cannot pack "${path}": it changed while it was being packed; stop what ` +
        "writes to it, and pack again",
    );
  }
}
