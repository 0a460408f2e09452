/**
 * How a record becomes part of the journal: the next number, the hash of the
 * one before, the moment, the server's signature.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { KeyPair } from "../../trust/keys.ts";
import { isoOf } from "../shapes/moments.ts";
import {
  type AuditEvent,
  type AuditRow,
  encodeRecord,
  hashOf,
  NOTHING_BEFORE,
  signedPart,
} from "./record.ts";

/** Makes what happened the record behind `last`; null: the first one. */
export type Seal = (last: AuditRow | null, event: AuditEvent) => AuditRow;

/** Seals with the server's key. */
export function sealing(
  { key, clock }: { readonly key: KeyPair; readonly clock: Clock },
): Seal {
  return (last, event) => {
    const number = (last?.number ?? 0) + 1;
    const record = encodeRecord({
      ...event,
      number,
      previous: last === null ? NOTHING_BEFORE : hashOf(last.record),
      at: isoOf(clock.wallMs()),
    });
    return { number, record, signature: key.sign(signedPart(record)) };
  };
}
