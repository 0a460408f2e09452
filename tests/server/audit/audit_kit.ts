/**
 * Journals for the tests: of a fleet whose keys are decided by words.
 *
 * @module
 */

import { NOTHING_CHECKED } from "../../../lib/server/audit/check.ts";
import { checkNext } from "../../../lib/server/audit/check.ts";
import type { AuditEvent, AuditRow } from "../../../lib/server/audit/record.ts";
import { sealing } from "../../../lib/server/audit/sealing.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import { signDelegation } from "../../../lib/trust/delegation.ts";
import type { KeyPair } from "../../../lib/trust/keys.ts";
import type { Clock } from "../../../lib/host/clock.ts";
import { keyOf, NOON_MS } from "../examples.ts";

export const fleetKey = keyOf("fleet");

/** A clock that stands at noon. */
export const noon = { wallMs: () => NOON_MS } as Clock;

/** The record by which a server's key begins to speak. */
export function speaks(
  server: KeyPair,
  serial: bigint,
  fleet: KeyPair = fleetKey,
): AuditEvent {
  const delegation = signDelegation(fleet, {
    ...{ serverKey: server.publicKey, serial },
    certificateHash: new Uint8Array(32),
  });
  const bytes = toBase64Url(delegation.bytes);
  return { what: "server", facts: { delegation: bytes } };
}

/** Something that happens often. */
export function tagged(name: string): AuditEvent {
  return { what: "tags", facts: { machine: "0".repeat(32), name, tags: [] } };
}

/** Seals the events behind the rows with a server's key. */
export function sealed(
  server: KeyPair,
  events: readonly AuditEvent[],
  before: readonly AuditRow[] = [],
): AuditRow[] {
  const seal = sealing({ key: server, clock: noon });
  const rows = [...before];
  for (const event of events) rows.push(seal(rows.at(-1) ?? null, event));
  return rows;
}

/** `3:hash` when all of it is good, else the sentence on what is wrong. */
export function verdict(
  rows: readonly Omit<AuditRow, "number">[],
  key: Uint8Array = fleetKey.publicKey,
): string {
  let checked = NOTHING_CHECKED;
  for (const row of rows) {
    const next = checkNext(checked, key, row);
    if (!next.ok) return next.fault;
    checked = next.value;
  }
  if (checked.broken !== null) return `broken: ${checked.broken}`;
  return `whole: ${checked.number} records, ${checked.keys} keys`;
}
