/**
 * Whether a journal is what the fleet's servers have written: record after
 * record, from the first one, in memory that does not grow. Needs nothing but
 * the fleet's public key: which server key signs is told by the journal
 * itself, in records that hold a delegation by the fleet's key.
 *
 * What no journal can tell of itself is that its end was cut off. So its head,
 * number and hash of its last record, is told to whoever checks it: a head that
 * was noted earlier must be found in it again.
 *
 * @module
 */

import { equalBytes, fromBase64Url } from "../../trust/bytes.ts";
import { DELEGATION_FAULTS, openDelegation } from "../../trust/delegation.ts";
import { verify } from "../../trust/keys.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import {
  type AuditRecord,
  type AuditRow,
  hashOf,
  NOTHING_BEFORE,
  readRecord,
  signedPart,
} from "./record.ts";

/** How far a journal was found good. */
export interface Checked {
  /** The last record; 0: none. */
  readonly number: number;
  /** Its hash. */
  readonly hash: string;
  /** The moments of the first record and of the last. */
  readonly from: string | null;
  readonly to: string | null;
  /** The server key that signs now. */
  readonly key: Uint8Array | null;
  readonly serial: bigint;
  /** How many server keys have signed. */
  readonly keys: number;
  /**
   * What the first server that found its end changed said of it, with the
   * record's number before; null: none did.
   */
  readonly broken: string | null;
}

/** Before the first record. */
export const NOTHING_CHECKED: Checked = {
  ...{ number: 0, hash: NOTHING_BEFORE, from: null, to: null },
  ...{ key: null, serial: 0n, keys: 0, broken: null },
};

/** The journal with this record, or a whole sentence on what is wrong. */
export function checkNext(
  before: Checked,
  fleetKey: Uint8Array,
  { record: bytes, signature }: Omit<AuditRow, "number">,
): Outcome<Checked, string> {
  const at = before.number + 1;
  const read = readRecord(bytes);
  if (!read.ok) return fault(`Record ${at} ${read.fault}: it was changed`);
  const record = read.value;
  const signer = signerOf(before, fleetKey, record);
  if (!signer.ok) return signer;
  const { key } = signer.value;
  // First: what is not signed says nothing.
  if (key === null || !verify(key, signedPart(bytes), signature)) {
    return fault(
      `Record ${at} was changed after it was written: its signature does not ` +
        "fit",
    );
  }
  if (record.number !== at) {
    return fault(
      record.number > at
        ? `Record ${at} is missing: record ${record.number} is in its place`
        : `Record ${record.number} stands once more in the place of ${at}`,
    );
  }
  if (record.previous !== before.hash) {
    return fault(
      at === 1
        ? "Record 1 is not the first one of its journal"
        : `Record ${at} was not written behind this record ${before.number}: ` +
          "one of the two is of another journal",
    );
  }
  return ok({
    ...signer.value,
    number: at,
    hash: hashOf(bytes),
    broken: before.broken ?? brokenOf(record),
    from: before.from ?? record.at,
    to: record.at,
  });
}

/** Whose signature a record must bear. */
function signerOf(
  { key, serial, keys }: Checked,
  fleetKey: Uint8Array,
  record: AuditRecord,
): Outcome<Pick<Checked, "key" | "serial" | "keys">, string> {
  const held = { key, serial, keys };
  if (record.what !== "server") {
    if (key !== null) return ok(held);
    return fault(
      `Record ${record.number} comes before any record that names a server's ` +
        "key",
    );
  }
  const text = record.facts.delegation;
  const bytes = typeof text === "string" ? fromBase64Url(text) : null;
  const opened = openDelegation(fleetKey, bytes ?? new Uint8Array(0));
  if (!opened.ok) {
    return fault(
      `The delegation in record ${record.number} ` +
        DELEGATION_FAULTS[opened.fault],
    );
  }
  const { serverKey, serial: next } = opened.value;
  if (next < serial) {
    return fault(
      `Record ${record.number} is of a server that was replaced before: its ` +
        `delegation has the serial ${next}, after ${serial}`,
    );
  }
  const isSame = key !== null && equalBytes(key, serverKey);
  return ok({ key: serverKey, serial: next, keys: keys + (isSame ? 0 : 1) });
}

function brokenOf({ number, what, facts, at }: AuditRecord): string | null {
  if (what !== "broken") return null;
  return `Before record ${number}, at ${at}, its server found that it was not ` +
    `as it had left it: ${facts.found}`;
}
