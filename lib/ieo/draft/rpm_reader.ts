/**
 * What an `.rpm` says of itself: a lead, a header of signatures and the header
 * proper (rpm's `docs/manual/format_v4.md`). The program's files after it are
 * only measured, so that a download that was cut off is noticed here and not
 * on every machine. Signatures are not judged: the publisher's is what counts,
 * and the machine's own rpm looks at the others.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import {
  type NativeFacts,
  type NativeFile,
  textOfBytes,
  withNativeFile,
} from "./native_file.ts";

const LEAD_BYTES = 96;
const LEAD_MAGIC = "edabeedb";
const HEADER_MAGIC = "8eade801";
const HEADER_INTRO_BYTES = 16;
const INDEX_ENTRY_BYTES = 16;

// rpm itself allows 65,535 entries and 256 MiB; the largest header of a whole
// distribution has 12 MiB.
const ENTRIES_MAX = 65_535;
const STORE_BYTES_MAX = 67_108_864;

const TYPE_INT32 = 4;
const TYPE_INT64 = 5;
const TYPE_STRING = 6;
const TYPE_STRING_ARRAY = 8;
const TYPE_I18N_STRING = 9;

// deno-fmt-ignore
const TAG = {
  name: 1000, version: 1001, release: 1002, epoch: 1003, summary: 1004,
  description: 1005, licence: 1014, url: 1020, architecture: 1022,
  preIn: 1023, postIn: 1024, preUn: 1025, postUn: 1026,
  sourcePackage: 1106, preInProgram: 1085, postInProgram: 1086,
  preUnProgram: 1087, postUnProgram: 1088,
} as const;

/** In the header of signatures: the size of everything after it. */
const SIGNATURE_TAG = { size: 1000, longSize: 270 } as const;

/** The scripts, by rpm's names, and the tags that show that there is one. */
const SCRIPTS = [
  ["%pre", TAG.preIn, TAG.preInProgram],
  ["%post", TAG.postIn, TAG.postInProgram],
  ["%preun", TAG.preUn, TAG.preUnProgram],
  ["%postun", TAG.postUn, TAG.postUnProgram],
] as const;

/**
 * Reads what an `.rpm` says of itself.
 *
 * @throws {PackError} when it is none, is a source package, or is damaged.
 */
export function readRpm(disk: Disk, path: string): Promise<NativeFacts> {
  return withNativeFile(disk, path, async (file) => {
    await checkLead(file);
    const signatures = await readHeader(file, LEAD_BYTES, "the signatures");
    // The next header begins at a multiple of eight.
    const begin = Math.ceil(signatures.end / 8) * 8;
    const size = signatures.number(SIGNATURE_TAG.longSize) ??
      signatures.number(SIGNATURE_TAG.size);
    if (size !== null && begin + size > file.size) {
      throw file.cutOff("its content");
    }
    return factsOf(file, await readHeader(file, begin, "its header"));
  });
}

async function checkLead(file: NativeFile): Promise<void> {
  const begin = await file.read(0, Math.min(4, file.size), "it", 4);
  if (begin.toHex() !== LEAD_MAGIC) {
    throw file.error(file.size === 0 ? "it is empty" : "it is no RPM package");
  }
  const lead = viewOf(await file.read(0, LEAD_BYTES, "its lead", LEAD_BYTES));
  const major = lead.getUint8(4);
  if (major !== 3 && major !== 4) {
    throw file.error(`it has RPM's format ${major}; only 3 and 4 are known`);
  }
  if (lead.getUint16(6) === 1) throw sourceError(file);
}

function sourceError(file: NativeFile) {
  return file.error(
    "it is a source package, which no machine installs; take the one that " +
      "was built from it",
  );
}

function factsOf(file: NativeFile, header: Header): NativeFacts {
  if (header.number(TAG.sourcePackage) !== null) throw sourceError(file);
  const version = file.demand("version", header.text(TAG.version));
  const release = file.demand("release", header.text(TAG.release));
  const epoch = header.number(TAG.epoch);
  return {
    kind: "rpm",
    package: file.demand("name", header.text(TAG.name)),
    version: `${epoch === null ? "" : `${epoch}:`}${version}-${release}`,
    architecture: file.demand("architecture", header.text(TAG.architecture)),
    title: header.text(TAG.summary) ?? "",
    description: header.text(TAG.description) ?? "",
    homepage: header.text(TAG.url) ?? "",
    licence: header.text(TAG.licence) ?? "",
    scripts: SCRIPTS.filter(([, script, program]) =>
      header.has(script) || header.has(program)
    ).map(([name]) => name),
  };
}

async function readHeader(
  file: NativeFile,
  offset: number,
  what: string,
): Promise<Header> {
  const intro = await file.read(
    offset,
    HEADER_INTRO_BYTES,
    what,
    HEADER_INTRO_BYTES,
  );
  if (intro.subarray(0, 4).toHex() !== HEADER_MAGIC) {
    throw file.error(`it is damaged: ${what} does not begin as a header does`);
  }
  const view = viewOf(intro);
  const entries = view.getUint32(8);
  const storeBytes = view.getUint32(12);
  if (entries > ENTRIES_MAX) {
    throw file.error(
      `${what} claims ${entries} entries; at most ${ENTRIES_MAX} may be`,
    );
  }
  const indexBytes = entries * INDEX_ENTRY_BYTES;
  const index = await file.read(
    offset + HEADER_INTRO_BYTES,
    indexBytes,
    what,
    ENTRIES_MAX * INDEX_ENTRY_BYTES,
  );
  const storeAt = offset + HEADER_INTRO_BYTES + indexBytes;
  const store = await file.read(storeAt, storeBytes, what, STORE_BYTES_MAX);
  return new Header(file, index, store, storeAt + storeBytes);
}

/** A header: typed values by their tags. */
class Header {
  /** The offset of the first byte after it. */
  readonly end: number;
  readonly #file: NativeFile;
  readonly #store: Uint8Array;
  readonly #places = new Map<number, { type: number; offset: number }>();

  constructor(
    file: NativeFile,
    index: Uint8Array<ArrayBuffer>,
    store: Uint8Array,
    end: number,
  ) {
    this.#file = file;
    this.#store = store;
    this.end = end;
    const view = viewOf(index);
    for (let at = 0; at < index.length; at += INDEX_ENTRY_BYTES) {
      const offset = view.getUint32(at + 8);
      const place = { type: view.getUint32(at + 4), offset };
      this.#places.set(view.getUint32(at), place);
    }
  }

  has(tag: number): boolean {
    return this.#places.has(tag);
  }

  /** The text; the first one of a list, or of several languages. */
  text(tag: number): string | undefined {
    const place = this.#places.get(tag);
    if (place === undefined) return undefined;
    const isText = place.type === TYPE_STRING ||
      place.type === TYPE_STRING_ARRAY || place.type === TYPE_I18N_STRING;
    const end = this.#store.indexOf(0, place.offset);
    if (!isText || end === -1) throw this.#misplaced(tag);
    return textOfBytes(this.#store.subarray(place.offset, end));
  }

  /** The first of the numbers, or null when there is none. */
  number(tag: number): number | null {
    const place = this.#places.get(tag);
    if (place === undefined) return null;
    const { type, offset } = place;
    const bytes = type === TYPE_INT32 ? 4 : type === TYPE_INT64 ? 8 : 0;
    if (bytes === 0 || offset + bytes > this.#store.length) {
      throw this.#misplaced(tag);
    }
    const { buffer, byteOffset } = this.#store;
    const view = new DataView(buffer, byteOffset + offset, bytes);
    return bytes === 4 ? view.getUint32(0) : Number(view.getBigUint64(0));
  }

  #misplaced(tag: number): Error {
    return this.#file.error(
      `it is damaged: its field ${tag} is not where it says, or of another ` +
        "type",
    );
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
