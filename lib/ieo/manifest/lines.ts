/**
 * The files of a manifest read some lines at a time. Packages are written with
 * one file a line, as the last of their manifest; parsed all at once, the text
 * and the values of 65,536 files take four times the memory of what is kept of
 * them.
 *
 * A shortcut and no second reader: it cuts the text only where the parts are
 * JSON exactly when the whole is, and gives nothing for a manifest that is
 * written otherwise or has a fault. Those are for the plain way.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { fromUtf8 } from "../../trust/bytes.ts";
import {
  DOCUMENT_KIND,
  FILE_KIND,
  FILES_KIND,
  type ManifestDocument,
} from "./fields.ts";
import { FILES_MAX, type ManifestFile } from "./types.ts";

/** What is before, between and after the files, when there are any. */
export const FILES_BEGIN = '"files": [\n';
export const BETWEEN_FILES = ",\n";
export const FILES_END = "\n]\n}\n";

// A line's end is in no text of JSON, so this is where a field begins.
const BEGIN = `\n${FILES_BEGIN}`;
/** How much is parsed at once, in bytes; then to the end of the line. */
const LINES_BYTES = 131_072;

/** These files as they stand there. */
export function linesOfFiles(files: readonly ManifestFile[]): string {
  return files.map((file) => JSON.stringify(FILE_KIND.write(file)))
    .join(BETWEEN_FILES);
}

/** The document, or null when it must be read as a whole. */
export function readByLines(bytes: Uint8Array): ManifestDocument | null {
  const begin = indexOf(bytes, BEGIN, 0) + BEGIN.length;
  const end = bytes.length - FILES_END.length;
  if (begin < BEGIN.length || begin > end) return null;
  if (fromUtf8(bytes.subarray(end)) !== FILES_END) return null;
  // That this is JSON tells that the list is a field of the document itself.
  const head = parse(bytes.subarray(0, begin), "", "]}");
  const read = DOCUMENT_KIND.read(head, "");
  if (!read.ok) return null;
  const files: ManifestFile[] = [];
  for (const lines of linesOf(bytes.subarray(begin, end))) {
    const some = FILES_KIND.read(parse(lines, "[", "]"), "files");
    // None would be nothing between two commas.
    if (!some.ok || some.value.length === 0) return null;
    for (const file of some.value) files.push(file);
    if (files.length > FILES_MAX) return null;
  }
  return { ...read.value, files };
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (;;) {
    const end = indexOf(bytes, BETWEEN_FILES, from + LINES_BYTES);
    if (end < 0) return yield bytes.subarray(from);
    yield bytes.subarray(from, end);
    from = end + BETWEEN_FILES.length;
  }
}

/** Undefined, which is no document and no list, where it is not JSON. */
function parse(bytes: Uint8Array, before: string, after: string): unknown {
  const text = fromUtf8(bytes);
  if (text === null) return undefined;
  try {
    return JSON.parse(before + text + after);
  } catch {
    return undefined;
  }
}

function indexOf(bytes: Uint8Array, text: string, from: number): number {
  const { buffer, byteOffset, length } = bytes;
  return Buffer.from(buffer, byteOffset, length).indexOf(text, from);
}
