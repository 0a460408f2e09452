/**
 * The document of the list that is held of a machine, for other tools to read.
 * It lay on a disk since it came, so it is looked at again before anybody gets
 * a byte of it: it is the document that the machine has signed, or none.
 *
 * @module
 */

import type { Disk, DiskFile } from "../../host/disk.ts";
import type { ListRecord } from "../store/store.ts";
import { documentRefusal, isSigned } from "./list_check.ts";
import { type PackedDocument, unpack } from "./packed_document.ts";

/**
 * A document that was found good. Its file is open: it stays the same whatever
 * list comes meanwhile, until it is read or closed.
 */
export interface KeptDocument {
  /** Bytes of the document. */
  readonly size: number;
  /** Of the document, by the machine's key. */
  readonly signature: Uint8Array;
  /** The document, unpacked as it is read; once, and then it is closed. */
  read(): ReadableStream<Uint8Array>;
  /** Without reading it; may be called several times. */
  close(): void;
}

/** A file that is open, and how long it was then. */
export interface OpenDocument {
  readonly file: DiskFile;
  readonly packed: number;
}

/** Opens the file at this path. @throws what the disk throws. */
export async function openDocument(
  disk: Pick<Disk, "open" | "stat">,
  path: string,
): Promise<OpenDocument> {
  const packed = (await disk.stat(path))?.size ?? 0;
  return { packed, file: await disk.open(path, { read: true }) };
}

/**
 * Looks at the document of a list, whose file is open; it is closed when it is
 * not this document.
 *
 * @param publicKey The machine's.
 * @throws {Error} when what is on the disk is not the document of this list;
 * a sentence. Also what the disk throws.
 */
export async function checkKept(
  open: OpenDocument,
  list: ListRecord,
  publicKey: Uint8Array | null,
): Promise<KeptDocument> {
  const { machine, size, signature } = list;
  const document = documentIn(open, size);
  const close = () => open.file.close();
  try {
    const refusal = isSigned(machine, publicKey, list)
      ? await documentRefusal(document, list)
      : { why: "its signature is not the machine's" };
    if (refusal !== null) {
      throw new Error(
        `Cannot show the document of machine ${machine}: what is on the disk ` +
          `was changed or damaged (${refusal.why}); collect the list again`,
      );
    }
  } catch (error) {
    close();
    throw error;
  }
  return { size, signature, close, read: () => streamOf(document, close) };
}

/** The open file in the place of a disk: each opening begins it anew. */
function documentIn({ file, packed }: OpenDocument, size: number) {
  const disk: PackedDocument["disk"] = {
    stat: () =>
      Promise.resolve({
        ...{ kind: "file", size: packed, mode: 0o600, changedMs: null },
      }),
    async open() {
      await file.seek(0);
      return {
        read: (into) => file.read(into),
        readAt: (offset, into) => file.readAt(offset, into),
        write: (bytes) => file.write(bytes),
        truncate: (size) => file.truncate(size),
        seek: (offset) => file.seek(offset),
        sync: () => file.sync(),
        close() {},
      };
    },
  };
  return { disk, path: "", size };
}

/** Whoever reads slowly is waited for; whoever stops reading ends it. */
function streamOf(
  document: PackedDocument,
  close: () => void,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // A copy: the inflater uses the piece's memory again.
  const unpacked = unpack(
    document,
    (piece) => writer.write(new Uint8Array(piece)),
  ).finally(close);
  unpacked
    .then((wrong) => {
      if (wrong !== null) throw new Error(`The document was changed: ${wrong}`);
      return writer.close();
    })
    .catch((error) => writer.abort(error).catch(() => {}));
  return readable;
}
