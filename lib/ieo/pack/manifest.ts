/**
 * The manifest of a package that is being made: judged before the files are
 * read, and encoded in pieces, so that the memory it takes does not grow with
 * their number.
 *
 * @module
 */

import { fromUtf8, utf8 } from "../../trust/bytes.ts";
import { describe } from "../../trust/shape.ts";
import {
  CONTENT_BYTES_MAX,
  decodeManifest,
  emptyManifest,
  encodeManifest,
  type Manifest,
  MANIFEST_BYTES_MAX,
  type ManifestFile,
  type ManifestNaming,
} from "../manifest.ts";
import {
  BETWEEN_FILES,
  FILES_BEGIN,
  FILES_END,
  linesOfFiles,
} from "../manifest/lines.ts";
import { textsIn } from "../manifest/rules.ts";
import { faultOfPath } from "../paths.ts";
import { type Found, type FoundFile } from "./walk.ts";

/** Everything of a manifest but what the directory itself tells. */
export type PackageDraft =
  & ManifestNaming
  & Partial<Omit<Manifest, "files" | "directories">>;

/** Of a file that was not read yet: all hashes are of one length. */
const HASH_UNKNOWN = "0".repeat(64);
const FILES_AT_ONCE = 128;

/** Where the list of files stands in a manifest when it is empty. */
const NO_FILES = '"files": []\n}\n';

/** The manifest but for its files. */
export function headOf(draft: PackageDraft, { directories }: Found): Manifest {
  return { ...emptyManifest(draft), ...draft, directories };
}

/** What the manifest says of one file. */
export function lineOf(
  { path, size, mode }: FoundFile,
  sha256: string = HASH_UNKNOWN,
): ManifestFile {
  return { path, size, sha256, mode };
}

/**
 * What is wrong with the manifest, by the rules that an agent judges it by, as
 * a sentence; or how many bytes it will have.
 */
export function judgeManifest(head: Manifest, found: Found): string | number {
  // Reading the whole of a long manifest takes ten times its size in memory.
  // What the walk has found was judged there; what is left are the fields, and
  // the files that they speak of.
  const spokenOf = textsIn(head);
  const files = found.files.filter(({ path }) => spokenOf.has(path));
  const some = { ...head, directories: [], files: files.map((f) => lineOf(f)) };
  const judged = decodeManifest(encodeManifest(some));
  if (!judged.ok) return judged.fault;
  let contentBytes = 0;
  for (const { path, size } of found.files) {
    const problem = faultOfPath(path);
    if (problem !== null) return `${describe(path)} ${problem}`;
    contentBytes += size;
  }
  if (contentBytes > CONTENT_BYTES_MAX) {
    return `its files hold more than ${CONTENT_BYTES_MAX} bytes together`;
  }
  let bytes = 0;
  for (const piece of manifestPieces(head, linesOf(found))) {
    bytes += piece.length;
  }
  return bytes <= MANIFEST_BYTES_MAX
    ? bytes
    : `its manifest is longer than ${MANIFEST_BYTES_MAX} bytes; shorter names, ` +
      "or fewer files, make it shorter";
}

/** What `encodeManifest` gives, piece by piece. */
export function* manifestPieces(
  head: Manifest,
  files: Iterable<ManifestFile>,
): Generator<Uint8Array> {
  const frame = textOf({ ...head, files: [] });
  if (!frame.endsWith(NO_FILES)) throw new Error("The files are not the last");
  let before = frame.slice(0, -NO_FILES.length) + FILES_BEGIN;
  let isEmpty = true;
  for (const group of groupsOf(files)) {
    yield utf8(before + linesOfFiles(group));
    before = BETWEEN_FILES;
    isEmpty = false;
  }
  yield utf8(isEmpty ? frame : FILES_END);
}

/** The files with their hashes, as far as there are any. */
export function* linesOf(
  { files }: Found,
  hashes: readonly string[] = [],
): Generator<ManifestFile> {
  for (const [index, file] of files.entries()) {
    yield lineOf(file, hashes[index]);
  }
}

function* groupsOf<T>(items: Iterable<T>): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < FILES_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function textOf(manifest: Manifest): string {
  return fromUtf8(encodeManifest(manifest)) ?? "";
}
