/**
 * What is looked at before a list is believed: who signed it, how long it is,
 * whether it is the document that was signed, and every line of it. Nothing of
 * a list needs more memory than a piece of it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type ListEnd, ListReader } from "../../peo/parse.ts";
import { LIST_LIMITS, type ListedProgram } from "../../peo/program.ts";
import type { Reason } from "../../sep/reasons.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { ListOffer } from "../../sip/doors.ts";
import { LIST_BYTES_MAX } from "../../sip/limits.ts";
import { fromHex } from "../../trust/bytes.ts";
import { verifyList } from "../../trust/list_statement.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { type PackedDocument, unpack } from "./packed_document.ts";

/** Why a list is not taken. */
export interface ListRefusal {
  /** For the machine. */
  readonly reason: Reason;
  /** For people: a whole sentence. */
  readonly why: string;
}

/** The document that a machine says it has. */
export type Announced = Pick<ListOffer, "sha256" | "size" | "signature">;

/**
 * May this list come? What is refused here costs no transfer.
 *
 * @param publicKey The machine's; null when nobody knows it.
 */
export function refusalOf(
  machine: MachineId,
  publicKey: Uint8Array | null,
  offer: ListOffer,
): ListRefusal | null {
  const { size, packed } = offer;
  const sizes = [
    [size, LIST_LIMITS.documentBytesMax, "bytes"],
    [packed, LIST_BYTES_MAX, "packed bytes"],
  ] as const;
  for (const [bytes, bytesMax, what] of sizes) {
    if (bytes <= bytesMax) continue;
    const why = `Cannot take the list: it has ${bytes} ${what}, and may have ` +
      `${bytesMax}`;
    return { reason: "package", why };
  }
  return isSigned(machine, publicKey, offer) ? null : {
    reason: "signature",
    why: "Cannot take the list: it is not signed by the machine's own key",
  };
}

/** Did the machine sign this document? */
export function isSigned(
  machine: MachineId,
  publicKey: Uint8Array | null,
  { sha256, size, signature }: Announced,
): boolean {
  const id = fromHex(machine);
  if (id === null || publicKey === null) return false;
  return verifyList(publicKey, { machine: id, sha256, size }, signature);
}

/**
 * Is this the announced document? Null when it is.
 *
 * @throws what the disk throws.
 */
export async function documentRefusal(
  document: PackedDocument,
  { sha256 }: Pick<Announced, "sha256">,
): Promise<ListRefusal | null> {
  const hash = createHash("sha256");
  const wrong = await unpack(document, (piece) => {
    hash.update(piece);
    return Promise.resolve();
  });
  // The machine makes and packs it anew when it is asked again.
  if (wrong !== null) {
    return { reason: "hash", why: `Cannot unpack the list: ${wrong}` };
  }
  const found = hash.digest("hex");
  return found === sha256 ? null : {
    reason: "hash",
    why: `Cannot take the list: its SHA-256 is ${found}, and ${sha256} was ` +
      "announced",
  };
}

/** Programs that are handed over at once. */
export const BATCH_PROGRAMS = 2_000;

/**
 * Reads the list, line by line. `onBatch` gets its programs in order, as soon
 * as there are enough; the last of them are few, or none, and come with the
 * end. The fault is a whole sentence.
 *
 * @throws what the disk and `onBatch` throw.
 */
export async function readList(
  document: PackedDocument,
  onBatch: (programs: readonly ListedProgram[]) => Promise<void>,
): Promise<Outcome<ReadList, string>> {
  const reader = new ListReader();
  let batch: ListedProgram[] = [];
  let wrong: string | null = null;
  const unpacked = await unpack(document, async (piece) => {
    if (wrong !== null) return;
    const programs = reader.push(piece);
    if (!programs.ok) return void (wrong = programs.fault);
    batch.push(...programs.value);
    while (batch.length >= BATCH_PROGRAMS) {
      await onBatch(batch.slice(0, BATCH_PROGRAMS));
      batch = batch.slice(BATCH_PROGRAMS);
    }
  });
  if (unpacked !== null) return fault(`Cannot unpack the list: ${unpacked}`);
  if (wrong !== null) return fault(wrong);
  const end = reader.finish();
  return end.ok ? ok({ ...end.value, rest: batch }) : end;
}

/** What a list told, and those of its programs that were not handed over. */
export interface ReadList extends ListEnd {
  readonly rest: readonly ListedProgram[];
}
