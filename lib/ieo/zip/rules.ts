/**
 * Our own rules for the entries of a package, beyond what a zip must be: what
 * an entry may be at all, and that zip and manifest name exactly the same
 * files. All of it is judged from the zip's directory, before a byte is
 * inflated (Z-04 to Z-08, Z-13, Z-15).
 *
 * Pure. Names are judged by `paths.ts`.
 *
 * @module
 */

import { fromUtf8 } from "../../trust/bytes.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { describe } from "../../trust/shape.ts";
import {
  type Manifest,
  MANIFEST_BYTES_MAX,
  type ManifestFile,
} from "../manifest/types.ts";
import { faultOfPath, MANIFEST_NAME } from "../paths.ts";
import type { DirectoryEntry } from "./headers.ts";

/** APPNOTE.TXT 4.4.5: 0 is stored, 8 is deflated. Every tool reads these. */
export const METHOD_STORED = 0;
const METHODS: readonly number[] = [METHOD_STORED, 8];

// APPNOTE.TXT 4.4.4. Bits 1 and 2 tell the level of deflate, bit 3 announces a
// data descriptor, bit 11 a name in UTF-8. The others mean encryption, patches
// or masked headers.
const FLAGS_ALLOWED = 0b0000_1000_0000_1110;
const FLAG_ENCRYPTED = 1;
const FLAG_UTF8 = 1 << 11;

// The fields that other tools write beside an ordinary file: zip64 sizes, times
// (two kinds), owner. Others can give it a second name, make it a link or
// encrypt it, for tools that know them.
const EXTRAS_ALLOWED: readonly number[] = [0x0001, 0x5455, 0x000a, 0x7875];
const EXTRA_UNICODE_PATH = 0x7075;

const TYPE_MASK = 0o170000;
const TYPE_FILE = 0o100000;
const TYPE_DIRECTORY = 0o040000;
const DOS_DIRECTORY = 0x10;

const LOSSY = new TextDecoder();

/** An entry's name, also where it is not UTF-8, to speak of it. */
export function spokenName({ name }: DirectoryEntry): string {
  return describe(LOSSY.decode(name));
}

/** A number of the zip; one that is too large to be true has no figures. */
export function spokenNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : "a senseless number of";
}

/**
 * What is wrong with one entry, as the end of a sentence that begins with its
 * name; null when nothing is.
 */
export function faultOfEntry(entry: DirectoryEntry): string | null {
  const name = fromUtf8(entry.name);
  if (name === null) return "has a name that is not UTF-8";
  return faultOfName(name) ?? faultOfSpelling(entry, name) ??
    faultOfHeader(entry) ?? faultOfExtras(entry.extras) ??
    faultOfType(entry, name);
}

function faultOfName(name: string): string | null {
  if (name === MANIFEST_NAME) return null;
  return faultOfPath(name.endsWith("/") ? name.slice(0, -1) : name);
}

/** Every tool must read the same name. */
function faultOfSpelling(entry: DirectoryEntry, name: string): string | null {
  const isMarked = (entry.flags & FLAG_UTF8) !== 0;
  // deno-lint-ignore no-control-regex
  return isMarked || /^[\x00-\x7f]*$/.test(name)
    ? null
    : "has a name that is not marked as UTF-8";
}

function faultOfHeader(entry: DirectoryEntry): string | null {
  const { flags, method, size, packedSize } = entry;
  if ((flags & FLAG_ENCRYPTED) !== 0) return "is encrypted";
  if ((flags & ~FLAGS_ALLOWED) !== 0) {
    return `has the flags 0x${
      flags.toString(16)
    }, some of which are not for us`;
  }
  if (!METHODS.includes(method)) {
    return `is compressed by method ${method}; only 0 and 8 are read`;
  }
  if (method === METHOD_STORED && size !== packedSize) {
    return `is stored, and has ${spokenNumber(packedSize)} bytes in the ` +
      `zip and ${spokenNumber(size)} outside`;
  }
  if (entry.commentLength > 0) return "has a comment";
  return entry.disk === 0 ? null : "is on another disk";
}

/** What is wrong with extra fields, of either header; as `faultOfEntry`. */
export function faultOfExtras(ids: readonly number[]): string | null {
  const strange = ids.find((id) => !EXTRAS_ALLOWED.includes(id));
  if (strange === undefined) return null;
  return strange === EXTRA_UNICODE_PATH
    ? "has a second name"
    : `has the extra field 0x${strange.toString(16).padStart(4, "0")}, which ` +
      "is not for us";
}

/** Only regular files and directories, whatever system the zip is said from. */
function faultOfType(entry: DirectoryEntry, name: string): string | null {
  const type = (entry.attributes >>> 16) & TYPE_MASK;
  const isDirectory = name.endsWith("/");
  if (type !== 0 && type !== (isDirectory ? TYPE_DIRECTORY : TYPE_FILE)) {
    return `is of type 0o${type.toString(8)}, neither a regular file nor a ` +
      "directory";
  }
  if (!isDirectory && (entry.attributes & DOS_DIRECTORY) !== 0) {
    return "is a directory by its attributes and a file by its name";
  }
  const isHollow = entry.size === 0 && entry.packedSize === 0;
  return isDirectory && !isHollow ? "is a directory that has content" : null;
}

/**
 * What is wrong with the entry that must be the manifest, as a sentence; null
 * when it can be read.
 */
export function faultOfFirst(entry: DirectoryEntry): string | null {
  // At offset 0 too, so that a reader of the stream finds it first as well.
  if (fromUtf8(entry.name) !== MANIFEST_NAME || entry.offset !== 0) {
    return `Its first entry is not ${MANIFEST_NAME}`;
  }
  return Math.max(entry.size, entry.packedSize) > MANIFEST_BYTES_MAX
    ? `The manifest is longer than ${MANIFEST_BYTES_MAX} bytes`
    : null;
}

/** What the manifest says of an entry. */
type Expected = ManifestFile | "directory";

/**
 * Compares a zip's entries with its manifest, one by one, until they have
 * shown to be exactly the same files, sizes and directories.
 */
export class Comparison {
  /** What is to come, as long as it comes in the order that it is written in. */
  readonly #inOrder: Generator<[string, Expected], void>;
  /** What is to come in any order, when something else came. */
  #inAny: Map<string, Expected> | null = null;

  constructor(manifest: Manifest) {
    this.#inOrder = namesOf(manifest);
  }

  /**
   * What the manifest says of the next entry after the manifest, or how they
   * differ, as a sentence.
   */
  take(entry: DirectoryEntry): Outcome<Expected, string> {
    const name = fromUtf8(entry.name);
    const expected = name === null ? undefined : this.#find(name);
    if (expected === undefined) {
      return fault(
        `${
          spokenName(entry)
        } is in the zip and not in its manifest, or twice ` +
          "in the zip",
      );
    }
    const size = expected === "directory" ? 0 : expected.size;
    return entry.size === size ? ok(expected) : fault(
      `${spokenName(entry)} has ${spokenNumber(entry.size)} bytes in the ` +
        `zip and ${size} in its manifest`,
    );
  }

  /** What is missing after the last entry, as a sentence, or null. */
  missing(): string | null {
    const [path] = this.#inAny?.keys() ?? [this.#inOrder.next().value?.[0]];
    return path === undefined
      ? null
      : `${describe(path)} is in the manifest and not in the zip`;
  }

  #find(name: string): Expected | undefined {
    if (this.#inAny === null) {
      const next = this.#inOrder.next();
      if (!next.done && next.value[0] === name) return next.value[1];
      // Only now, because a map of all files takes megabytes.
      this.#inAny = new Map(this.#inOrder);
      if (!next.done) this.#inAny.set(...next.value);
    }
    const found = this.#inAny.get(name);
    this.#inAny.delete(name);
    return found;
  }
}

/** Every name that a zip must have, in the order in which `pack` writes them. */
function* namesOf(
  { directories, files }: Manifest,
): Generator<[string, Expected], void> {
  for (const path of directories) yield [`${path}/`, "directory"];
  for (const file of files) yield [file.path, file];
}
