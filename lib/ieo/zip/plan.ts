/**
 * Which file of the manifest is where in the zip: all that is kept of the zip's
 * directory between opening a package and extracting it. In columns of numbers,
 * because an object for each of 65,536 files takes many times their memory.
 *
 * @module
 */

import type { ManifestFile } from "../manifest/types.ts";

/** A file of the manifest and where its content is in the zip. */
export interface PlannedFile {
  readonly file: ManifestFile;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly dataOffset: number;
}

/** The files in the order of the zip; no more than it was made for. */
export class Plan implements Iterable<PlannedFile> {
  readonly #files: ManifestFile[] = [];
  readonly #methods: Uint16Array;
  readonly #crcs: Uint32Array;
  readonly #packedSizes: Float64Array;
  readonly #dataOffsets: Float64Array;

  constructor(filesMax: number) {
    this.#methods = new Uint16Array(filesMax);
    this.#crcs = new Uint32Array(filesMax);
    this.#packedSizes = new Float64Array(filesMax);
    this.#dataOffsets = new Float64Array(filesMax);
  }

  add({ file, method, crc32, packedSize, dataOffset }: PlannedFile): void {
    const index = this.#files.length;
    this.#files.push(file);
    this.#methods[index] = method;
    this.#crcs[index] = crc32;
    this.#packedSizes[index] = packedSize;
    this.#dataOffsets[index] = dataOffset;
  }

  *[Symbol.iterator](): Generator<PlannedFile, void> {
    for (const [index, file] of this.#files.entries()) {
      yield {
        file,
        method: this.#methods[index] ?? 0,
        crc32: this.#crcs[index] ?? 0,
        packedSize: this.#packedSizes[index] ?? 0,
        dataOffset: this.#dataOffsets[index] ?? 0,
      };
    }
  }
}
