/**
 * The document of the list that is held of a machine, for other tools to read.
 * It lay on a disk since it came, so it is looked at again before anybody gets
 * a byte of it: it is the document that the machine has signed, or none.
 *
 * @module
 */

import { documentRefusal, isSigned } from "./list_check.ts";
import { type PackedDocument, unpack } from "./packed_document.ts";
import type { ListRecord } from "../store/store.ts";

/** A document that was found good. */
export interface KeptDocument {
  /** Bytes of the document. */
  readonly size: number;
  /** Of the document, by the machine's key. */
  readonly signature: Uint8Array;
  /** The document, unpacked as it is read; each call from its beginning. */
  read(): ReadableStream<Uint8Array>;
}

/**
 * Opens the document of a list.
 *
 * @param publicKey The machine's.
 * @throws {Error} when what is on the disk is not the document of this list;
 * a sentence. Also what the disk throws.
 */
export async function openKept(
  document: PackedDocument,
  list: ListRecord,
  publicKey: Uint8Array | null,
): Promise<KeptDocument> {
  const { machine, size, signature } = list;
  const refusal = isSigned(machine, publicKey, list)
    ? await documentRefusal(document, list)
    : { why: "its signature is not the machine's" };
  if (refusal !== null) {
    throw new Error(
      `Cannot show the document of machine ${machine}: what is on the disk ` +
        `was changed or damaged (${refusal.why}); collect the list again`,
    );
  }
  return { size, signature, read: () => streamOf(document) };
}

/** Whoever reads slowly is waited for; whoever stops reading ends it. */
function streamOf(document: PackedDocument): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // A copy: the inflater uses the piece's memory again.
  const unpacked = unpack(
    document,
    (piece) => writer.write(new Uint8Array(piece)),
  );
  unpacked
    .then((wrong) => {
      if (wrong !== null) throw new Error(`The document was changed: ${wrong}`);
      return writer.close();
    })
    .catch((error) => writer.abort(error).catch(() => {}));
  return readable;
}
