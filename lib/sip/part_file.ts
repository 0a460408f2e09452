/**
 * A file that is not all here yet: what arrived stays on the disk over cuts
 * and restarts, and the SHA-256 of the whole is known when the last byte is
 * in.
 *
 * What is on the disk already is hashed again when the part is opened, before
 * any connection is made: nothing is remembered about it that could be wrong.
 * A power cut can still leave blocks in it that never reached the medium; the
 * hash of the whole finds that.
 *
 * The agent keeps the package it downloads like this, and the server may keep
 * a list that is coming up.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Disk, DiskFile } from "../host/disk.ts";

/** Read at once while the beginning is hashed again. */
const HASH_BLOCK_BYTES = 262_144;

/** Only we may read what is not verified yet. */
const PART_MODE = 0o600;

export interface PartFileOptions {
  readonly disk: Disk;
  readonly path: string;
  /** Bytes of the whole; a part that has more is begun anew. */
  readonly size: number;
  /** Asked while what is there is hashed, which may take long; true: enough. */
  readonly isUnwanted?: () => boolean;
}

export class PartFile {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #file: DiskFile;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  private constructor(disk: Disk, path: string, file: DiskFile) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the part, or makes an empty one, and hashes what is there.
   *
   * @throws what the disk throws.
   * @throws {Error} when nobody wants it any more.
   */
  static async open(options: PartFileOptions): Promise<PartFile> {
    const { disk, path, size, isUnwanted = () => false } = options;
    const found = await disk.stat(path);
    // Never through a link, and never into something that is no file.
    if (found !== null && found.kind !== "file") {
      await disk.remove(path, { recursive: true });
    }
    const file = await disk.open(path, {
      read: true,
      write: true,
      create: true,
      mode: PART_MODE,
    });
    const part = new PartFile(disk, path, file);
    try {
      if (found !== null && found.size > size) await file.truncate(0);
      await part.#hashAgain(isUnwanted);
      return part;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Bytes that are here: where to go on. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds bytes at the end; the system writes them while they are hashed.
   *
   * @throws what the disk throws; the part is of no further use then.
   */
  async write(bytes: Uint8Array): Promise<void> {
    const written = this.#file.write(bytes);
    this.#hash.update(bytes);
    await written;
    this.#bytes += bytes.length;
  }

  /** SHA-256 of all of it, in hexadecimal; once, at the end. */
  digest(): string {
    return this.#hash.digest("hex");
  }

  /** Leaves the part where it is, for the next time. */
  close(): void {
    this.#file.close();
  }

  /** Takes it away, and gives its space back. */
  async remove(): Promise<void> {
    this.#file.close();
    await this.#disk.remove(this.#path);
  }

  async #hashAgain(isUnwanted: () => boolean): Promise<void> {
    const block = new Uint8Array(HASH_BLOCK_BYTES);
    await this.#file.seek(0);
    for (;;) {
      if (isUnwanted()) throw new Error("The part is not wanted any more");
      const count = await this.#file.read(block);
      if (count === null) return;
      this.#hash.update(block.subarray(0, count));
      this.#bytes += count;
    }
  }
}
