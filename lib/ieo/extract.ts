/**
 * Writing a package's files into an empty directory. Every file is bounded by
 * its declared size while it is inflated and must then have the CRC-32 of the
 * zip and the size and hash that the manifest gives, and it gets the manifest's
 * mode: what the zip says of modes is never used, so setuid and its like cannot
 * come through (Z-05).
 *
 * The zip is read once, in its order. A small file is inflated and judged in
 * memory and only then written, while the next ones are read; a large one goes
 * through in pieces, and is judged at its end. So memory is the same whatever
 * the sizes are.
 *
 * It expects entries that `zip/rules.ts` found to be exactly the manifest's.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Disk } from "../host/disk.ts";
import { ok, type Outcome } from "../trust/outcome.ts";
import { describe } from "../trust/shape.ts";
import { eachAtOnce } from "./at_once.ts";
import { giveBack, inflatePieces, Inflater } from "./zip/inflate.ts";
import {
  contentBytesOf,
  type Manifest,
  type ManifestFile,
} from "./manifest.ts";
import { type PackageFault, refuse } from "./package_fault.ts";
import { parentOf, Tree } from "./tree.ts";
import type { PlannedFile } from "./zip/plan.ts";
import type { ZipFile } from "./zip/reader.ts";
import { METHOD_STORED } from "./zip/rules.ts";

/** Told after every piece: bytes done, bytes in all. */
export type Progress = (doneBytes: number, totalBytes: number) => void;

/**
 * A file is small when it and what is in the zip of it are at most so many
 * bytes. Some of them are in memory at once.
 */
export const SMALL_BYTES_MAX = 1_048_576;

/**
 * Files that are written at once. Making a file waits for the disk's threads
 * far longer than it works: with one at a time 6,000 files take twice as long.
 */
const FILES_AT_ONCE = 8;

/** How much of a large file is read at once, in bytes. */
const PACKED_PIECE_BYTES = 65_536;

/** What an extraction needs of the opened package. */
export interface ExtractionOptions {
  readonly disk: Disk;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly zip: ZipFile;
  /** In the order of the zip. */
  readonly files: Iterable<PlannedFile>;
}

/** A file of the package is not what it should be. */
class DamagedError extends Error {
  override readonly name = "DamagedError";
}

/** Extracts one package; may run once. */
export class Extraction {
  readonly #options: ExtractionOptions;
  readonly #tree: Tree;
  readonly #onProgress: Progress;
  readonly #totalBytes: number;
  readonly #inflater = new Inflater();
  #doneBytes = 0;
  /** The zip is read by one at a time: its reader has one window. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    options: ExtractionOptions,
    directory: string,
    onProgress: Progress = () => {},
  ) {
    this.#options = options;
    this.#tree = new Tree(options.disk, directory);
    this.#onProgress = onProgress;
    this.#totalBytes = contentBytesOf(options.manifest);
  }

  /**
   * Writes the manifest, the directories and the files. When it comes back,
   * with a fault or an exception too, nothing is under way any more.
   *
   * @throws what the disk throws.
   */
  async run(): Promise<Outcome<void, PackageFault>> {
    const { manifest, manifestBytes, files } = this.#options;
    const tree = this.#tree;
    await tree.begin(manifestBytes);
    giveBack(manifestBytes);
    await eachAtOnce(
      manifest.directories,
      FILES_AT_ONCE,
      (path) => tree.makeDirectory(path),
    );
    try {
      await eachAtOnce(files, FILES_AT_ONCE, (one) => this.#extract(one));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const { name, version } = manifest;
      const detail = `Cannot unpack ${name} ${version}: ${error.message}`;
      return refuse("package", detail);
    }
    return ok(undefined);
  }

  async #extract(planned: PlannedFile): Promise<void> {
    const { file, packedSize } = planned;
    if (Math.max(file.size, packedSize) > SMALL_BYTES_MAX) {
      return await this.#inTurn(() => this.#extractLarge(planned));
    }
    const content = await this.#inTurn(() => this.#readSmall(planned));
    await this.#tree.makeDirectory(parentOf(file.path));
    await this.#tree.writeFile(file, (open) => open.write(content));
    this.#count(content.length);
    giveBack(content);
  }

  /** The judged content of a small file, in memory of its own. */
  async #readSmall(
    { file, method, crc32: crc, packedSize, dataOffset }: PlannedFile,
  ): Promise<Uint8Array> {
    const packed = await this.#options.zip.view(dataOffset, packedSize);
    if (packed === null) throw damaged(file, "it is cut off");
    const inflated = method === METHOD_STORED
      ? ok(packed.slice())
      : this.#inflater.inflate(packed, file.size);
    if (!inflated.ok) throw damaged(file, inflated.fault);
    const content = inflated.value;
    const check = new Check();
    check.add(content);
    check.demand(file, crc);
    return content;
  }

  async #extractLarge(planned: PlannedFile): Promise<void> {
    const { file, method } = planned;
    const check = new Check();
    await this.#tree.makeDirectory(parentOf(file.path));
    await this.#tree.writeFile(file, async (open) => {
      const take = async (piece: Uint8Array) => {
        check.add(piece);
        await open.write(piece);
        this.#count(piece.length);
      };
      const packed = this.#packedPieces(planned);
      const problem = method === METHOD_STORED
        ? await passOn(packed, take)
        : await inflatePieces(packed, file.size, take);
      if (problem !== null) throw damaged(file, problem);
      check.demand(file, planned.crc32);
    });
  }

  async *#packedPieces(
    { file, packedSize, dataOffset }: PlannedFile,
  ): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < packedSize; at += PACKED_PIECE_BYTES) {
      const piece = await this.#options.zip.view(
        dataOffset + at,
        Math.min(PACKED_PIECE_BYTES, packedSize - at),
      );
      if (piece === null) throw damaged(file, "it is cut off");
      yield piece;
    }
  }

  #count(bytes: number): void {
    this.#onProgress(this.#doneBytes += bytes, this.#totalBytes);
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#reading.then(act);
    this.#reading = turn.catch(() => {});
    return await turn;
  }
}

/** Stored content is not longer or shorter than declared: the rules say so. */
async function passOn(
  pieces: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<null> {
  for await (const piece of pieces) await take(piece);
  return null;
}

/** Content on its way through: is it that of the zip, and of the manifest? */
class Check {
  readonly #hash = createHash("sha256");
  #crc = 0;

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#crc = crc32(piece, this.#crc);
  }

  /** @throws {DamagedError} */
  demand(file: ManifestFile, crc: number): void {
    if (this.#crc !== crc) {
      throw damaged(file, "its content does not have the CRC-32 of the zip");
    }
    if (this.#hash.digest("hex") !== file.sha256) {
      throw damaged(file, "its content is not the one the manifest names");
    }
  }
}

function damaged({ path }: ManifestFile, problem: string): DamagedError {
  return new DamagedError(`${describe(path)}: ${problem}`);
}
