/**
 * Our own rules for the entries of a package, on top of the library's strict
 * reading: what an entry may be at all, and that zip and manifest name exactly
 * the same files. All of it is judged from the zip's directory, before a byte
 * is inflated (Z-04 to Z-08, Z-13, Z-15).
 *
 * Pure. Names are judged by `paths.ts`.
 *
 * @module
 */

import { fromUtf8 } from "../trust/bytes.ts";
import { describe } from "../trust/shape.ts";
import { type Manifest, MANIFEST_BYTES_MAX } from "./manifest.ts";
import { faultOfPath, MANIFEST_NAME } from "./paths.ts";
import type { Entry } from "./zip_library.ts";

/** APPNOTE.TXT 4.4.5: 0 is stored, 8 is deflated. Every tool reads these. */
const METHODS: readonly number[] = [0, 8];

// APPNOTE.TXT 4.4.4. Bits 1 and 2 tell the level of deflate, bit 3 announces a
// data descriptor, bit 11 a name in UTF-8. The others mean encryption, patches
// or masked headers.
const FLAGS_ALLOWED = 0b0000_1000_0000_1110;
const FLAG_UTF8 = 1 << 11;

const TYPE_MASK = 0o170000;
const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;

/**
 * What is wrong with one entry, as the end of a sentence that begins with its
 * name; null when nothing is.
 */
export function faultOfEntry(entry: Entry): string | null {
  const name = fromUtf8(entry.rawFilename);
  if (name === null) return "has a name that is not UTF-8";
  return faultOfName(name) ?? faultOfSpelling(entry, name) ??
    faultOfHeader(entry) ?? faultOfType(entry, name);
}

function faultOfName(name: string): string | null {
  if (name === MANIFEST_NAME) return null;
  return faultOfPath(name.endsWith("/") ? name.slice(0, -1) : name);
}

/** Every tool must read the same name. */
function faultOfSpelling(entry: Entry, name: string): string | null {
  // An extra field (0x7075) can give the entry a second name, which some tools
  // believe and others do not.
  if (name !== entry.filename) return "has a second name";
  const isMarked = (flagsOf(entry) & FLAG_UTF8) !== 0;
  // deno-lint-ignore no-control-regex
  return isMarked || /^[\x00-\x7f]*$/.test(name)
    ? null
    : "has a name that is not marked as UTF-8";
}

function flagsOf(entry: Entry): number {
  return entry.rawBitFlag ?? 0;
}

function faultOfHeader(entry: Entry): string | null {
  const flags = flagsOf(entry);
  if (entry.encrypted) return "is encrypted";
  if ((flags & ~FLAGS_ALLOWED) !== 0) {
    return `has the flags 0x${
      flags.toString(16)
    }, some of which are not for us`;
  }
  if (!METHODS.includes(entry.compressionMethod)) {
    return `is compressed by method ${entry.compressionMethod}; only 0 and 8 ` +
      "are read";
  }
  return entry.diskNumberStart === 0 ? null : "is on another disk";
}

/** Only regular files and directories, whatever system the zip is said from. */
function faultOfType(entry: Entry, name: string): string | null {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  const isDirectory = name.endsWith("/");
  if (type !== 0 && type !== (isDirectory ? TYPE_DIRECTORY : TYPE_FILE)) {
    return `is of type 0o${type.toString(8)}, neither a regular file nor a ` +
      "directory";
  }
  if (entry.directory !== isDirectory) {
    return "is a directory by its attributes and a file by its name";
  }
  const isHollow = entry.uncompressedSize === 0 && entry.compressedSize === 0;
  return isDirectory && !isHollow ? "is a directory that has content" : null;
}

/**
 * What is wrong with the entry that must be the manifest, as a sentence; null
 * when it can be read.
 */
export function faultOfFirst(entry: Entry): string | null {
  // At offset 0 too, so that a reader of the stream finds it first as well.
  if (entry.filename !== MANIFEST_NAME || entry.offset !== 0) {
    return `Its first entry is not ${MANIFEST_NAME}`;
  }
  return entry.uncompressedSize > MANIFEST_BYTES_MAX
    ? `The manifest is longer than ${MANIFEST_BYTES_MAX} bytes`
    : null;
}

/**
 * Compares a zip's entries with its manifest, one by one, until they have
 * shown to be exactly the same files, sizes and directories.
 */
export class Comparison {
  /** What the manifest names and the zip has not shown yet, with its size. */
  readonly #expected = new Map<string, number>();

  constructor({ files, directories }: Manifest) {
    for (const file of files) this.#expected.set(file.path, file.size);
    for (const path of directories) this.#expected.set(`${path}/`, 0);
  }

  /** How the next entry after the manifest differs, as a sentence, or null. */
  differenceOf({ filename, uncompressedSize }: Entry): string | null {
    const size = this.#expected.get(filename);
    if (size === undefined) {
      return `${describe(filename)} is in the zip and not in its manifest, ` +
        "or twice in the zip";
    }
    if (uncompressedSize !== size) {
      return `${describe(filename)} has ${uncompressedSize} bytes in the zip ` +
        `and ${size} in its manifest`;
    }
    this.#expected.delete(filename);
    return null;
  }

  /** What is missing after the last entry, as a sentence, or null. */
  missing(): string | null {
    const [path] = this.#expected.keys();
    return path === undefined
      ? null
      : `${describe(path)} is in the manifest and not in the zip`;
  }
}
