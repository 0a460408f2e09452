/**
 * The zip library's view of a file on disk: it asks for ranges and gets them,
 * so a package of any size passes through a small buffer and is never held in
 * memory whole.
 *
 * @module
 */

import type { DiskFile } from "../host/disk.ts";
import { MANIFEST_BYTES_MAX } from "./manifest.ts";
import { Reader } from "./zip_library.ts";

/**
 * The longest range read at once, in bytes. Only the central directory is
 * longer than a chunk; it takes less room than the manifest, which names the
 * same files, so a directory that claims more is a trap and not a package.
 */
export const RANGE_BYTES_MAX = MANIFEST_BYTES_MAX;

/** Reads ranges of an open file. Closing the file is its owner's business. */
export class DiskFileReader extends Reader<DiskFile> {
  /** What the disk threw, when it did: the world failed, not the package. */
  worldError: unknown = null;
  readonly #file: DiskFile;
  // A `DiskFile` has one position, and the library may ask for the next range
  // while it still waits for the last.
  #last: Promise<unknown> = Promise.resolve();

  /** `size` is the file's, in bytes. */
  constructor(file: DiskFile, size: number) {
    super(file);
    this.#file = file;
    this.size = size;
  }

  /** @throws {RangeError} when more than `RANGE_BYTES_MAX` are asked for. */
  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - index));
    if (wanted > RANGE_BYTES_MAX) {
      return Promise.reject(
        new RangeError(`its directory claims ${wanted} bytes`),
      );
    }
    const turn = this.#last.then(() => this.#read(index, wanted));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #read(index: number, wanted: number): Promise<Uint8Array> {
    const into = new Uint8Array(wanted);
    let filled = 0;
    try {
      while (filled < wanted) {
        const count = await this.#file.readAt(
          index + filled,
          into.subarray(filled),
        );
        if (count === null) break;
        filled += count;
      }
    } catch (error) {
      this.worldError ??= error;
      throw error;
    }
    return into.subarray(0, filled);
  }
}
