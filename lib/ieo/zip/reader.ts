/**
 * Reading ranges of a zip that lies on a disk, through a window of fixed size:
 * what is asked for in rising order is read once, in large pieces, and a
 * package of any size is never held in memory whole.
 *
 * @module
 */

import type { DiskFile } from "../../host/disk.ts";

/**
 * How much is read at once, in bytes. Headers of small files come with their
 * neighbours' content: 6,000 of them take 700 reads instead of 12,000.
 */
export const WINDOW_BYTES = 262_144;

/** Reads ranges of an open file. Closing the file is its owner's business. */
export class ZipFile {
  /** The file's size, in bytes. */
  readonly size: number;
  readonly #file: DiskFile;
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: DiskFile, size: number) {
    this.#file = file;
    this.size = size;
  }

  /**
   * The bytes of a range, good until the next call, which must wait for this
   * one; null where the file is too short. A range longer than the window makes
   * it longer, so the caller bounds it.
   *
   * @throws what the disk throws.
   */
  async view(
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    if (offset + length > this.size) return null;
    const isInside = offset >= this.#start &&
      offset + length <= this.#start + this.#length;
    if (!isInside && !await this.#moveTo(offset, length)) return null;
    const at = offset - this.#start;
    return this.#window.subarray(at, at + length);
  }

  /** The bytes of a range in memory of their own; null as with `view`. */
  async read(
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    if (offset + length > this.size) return null;
    const bytes = new Uint8Array(length);
    return await this.#fill(bytes, offset, 0) === length ? bytes : null;
  }

  /** Puts the window at `offset`, with as much in it as there is room for. */
  async #moveTo(offset: number, length: number): Promise<boolean> {
    const end = this.#start + this.#length;
    const old = this.#window;
    const keeps = offset >= this.#start && offset < end;
    const kept = keeps
      ? old.subarray(offset - this.#start, this.#length)
      : old.subarray(0, 0);
    if (length > old.length) this.#window = new Uint8Array(length);
    // Zips are written in rising order, and so are they read: what was read
    // ahead is used, and nothing is read twice.
    this.#window.set(kept);
    this.#start = offset;
    this.#length = kept.length;
    const room = Math.min(this.#window.length, this.size - offset);
    this.#length = await this.#fill(
      this.#window.subarray(0, room),
      offset,
      kept.length,
    );
    return this.#length >= length;
  }

  /** Fills `into`, of which `filled` bytes are there; returns how many are. */
  async #fill(
    into: Uint8Array,
    offset: number,
    filled: number,
  ): Promise<number> {
    while (filled < into.length) {
      const count = await this.#file.readAt(
        offset + filled,
        into.subarray(filled),
      );
      if (count === null) break;
      filled += count;
    }
    return filled;
  }
}
