/**
 * The zip of a package while it is being written: entries one behind the
 * other, the directory behind them, and the manifest in the place that was
 * kept for it at the beginning. The manifest holds every file's hash, so it is
 * known last; its length is known first.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import type { DiskFile } from "../../host/disk.ts";
import { concat } from "../../trust/bytes.ts";
import { BUFFER_BYTES, type Deflated, type Method } from "../zip/deflate.ts";
import { MANIFEST_NAME } from "../paths.ts";
import type { FoundFile } from "./walk.ts";
import {
  directoryRecord,
  endRecords,
  localHeader,
  type ZipEntry,
} from "../zip/records.ts";

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;
/** Directories that are written at once. */
const DIRECTORIES_AT_ONCE = 1_024;

/** A large file of which the last block was not written yet. */
interface Begun {
  readonly entry: ZipEntry;
  /** Where its content begins. */
  readonly start: number;
}

/** Writes a package's zip into an empty file. */
export class PackageZip {
  readonly #file: DiskFile;
  readonly #manifestBytes: number;
  /** The directory at the end, as far as it is known. */
  readonly #directory: Uint8Array[] = [];
  #entries = 0;
  #begun: Begun | null = null;
  #scratch = new Uint8Array(BUFFER_BYTES);
  #at: number;

  /** `manifestBytes` is how long the manifest will be. */
  constructor(file: DiskFile, manifestBytes: number) {
    this.#file = file;
    this.#manifestBytes = manifestBytes;
    this.#at = localHeader(manifestEntry(0, manifestBytes)).length +
      manifestBytes;
  }

  /** Goes to the end of the place that is kept for the manifest. */
  async begin(): Promise<void> {
    await this.#file.seek(this.#at);
  }

  async addDirectories(paths: readonly string[]): Promise<void> {
    for (let from = 0; from < paths.length; from += DIRECTORIES_AT_ONCE) {
      const headers: Uint8Array[] = [];
      const entries = paths.slice(from, from + DIRECTORIES_AT_ONCE);
      const added = entries.map((path) => {
        const entry = {
          ...{ name: `${path}/`, mode: DIRECTORY_MODE, offset: this.#at },
          ...storedOf(0, 0),
        };
        headers.push(this.#headerOf(entry));
        return entry;
      });
      this.#list(added);
      await this.#file.write(this.#joined(headers));
    }
  }

  async addFiles(
    found: readonly FoundFile[],
    { files, buffer }: Deflated,
  ): Promise<void> {
    const parts: Uint8Array[] = [];
    const added: ZipEntry[] = [];
    let start = 0;
    for (const [index, { path, mode, size }] of found.entries()) {
      const file = files[index];
      if (file === undefined) throw new Error(`"${path}" was not deflated`);
      const { crc32, method, size: packedSize } = file;
      const sizes = { crc32, method, size, packedSize };
      const entry = { name: path, mode, offset: this.#at, ...sizes };
      parts.push(
        this.#headerOf(entry),
        new Uint8Array(buffer, start, packedSize),
      );
      added.push(entry);
      start += packedSize;
      this.#at += packedSize;
    }
    this.#list(added);
    await this.#file.write(this.#joined(parts));
  }

  /** A large file: its blocks follow, then its end. */
  async beginFile(
    { path, mode, size }: FoundFile,
    method: Method,
  ): Promise<void> {
    // What is not known yet is written at its end, in the same place.
    const unknown = { crc32: 0, packedSize: 0, offset: this.#at };
    const entry = { name: path, mode, size, method, ...unknown };
    const header = localHeader(entry);
    await this.#write(header);
    this.#begun = { entry, start: this.#at };
  }

  addBlock({ buffer, length }: Deflated): Promise<void> {
    return this.#write(new Uint8Array(buffer, 0, length));
  }

  async endFile(crc32: number): Promise<void> {
    if (this.#begun === null) throw new Error("No file was begun");
    const { entry, start } = this.#begun;
    const whole = { ...entry, crc32, packedSize: this.#at - start };
    this.#begun = null;
    this.#list([whole]);
    await this.#file.seek(entry.offset);
    await this.#file.write(localHeader(whole));
    await this.#file.seek(this.#at);
  }

  /**
   * Writes the directory, and the manifest into its place. The manifest comes
   * in pieces, twice: what is not told here is its CRC-32, and that stands
   * before it. Returns the zip's size.
   */
  async end(manifest: () => Iterable<Uint8Array>): Promise<number> {
    let [crc, length] = [0, 0];
    for (const piece of manifest()) {
      crc = crc32(piece, crc);
      length += piece.length;
    }
    if (length !== this.#manifestBytes) {
      throw new Error("The manifest does not fit its place");
    }
    const first = manifestEntry(crc, length);
    const offset = this.#at;
    await this.#write(directoryRecord(first));
    for (const records of this.#directory) await this.#write(records);
    const entries = 1 + this.#entries;
    const size = this.#at - offset;
    await this.#write(endRecords({ entries, offset, size }));
    await this.#file.seek(0);
    await this.#file.write(localHeader(first));
    for (const piece of manifest()) await this.#file.write(piece);
    return this.#at;
  }

  #headerOf(entry: ZipEntry): Uint8Array {
    const header = localHeader(entry);
    this.#at += header.length;
    return header;
  }

  /** Takes entries up into the directory. */
  #list(entries: readonly ZipEntry[]): void {
    this.#entries += entries.length;
    this.#directory.push(concat(...entries.map(directoryRecord)));
  }

  /** In one buffer, always the same: to be written before the next. */
  #joined(parts: readonly Uint8Array[]): Uint8Array {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      this.#scratch.set(part, at);
      at += part.length;
    }
    return this.#scratch.subarray(0, length);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes);
    this.#at += bytes.length;
  }
}

function manifestEntry(crc32: number, size: number): ZipEntry {
  const place = { name: MANIFEST_NAME, mode: FILE_MODE, offset: 0 };
  return { ...place, ...storedOf(crc32, size) };
}

function storedOf(
  crc32: number,
  size: number,
): Pick<ZipEntry, "method" | "crc32" | "size" | "packedSize"> {
  return { method: 0, crc32, size, packedSize: size };
}
