/**
 * The journal at the server's start, before anything else is written: is its
 * end what the last server left, what is to be told first, and the leap of the
 * numbers when the store is a copy.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { type Log, sentenceOf } from "../../host/log.ts";
import { fromBase64Url } from "../../trust/bytes.ts";
import { openDelegation } from "../../trust/delegation.ts";
import { verify } from "../../trust/keys.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { META_AUDIT_HEAD } from "../store/store_audit.ts";
import { META_COPIED } from "../store/store_leap.ts";
import { META_EPOCH, type Store, type Write } from "../store/store.ts";
import { type Ground, groundOf, openingEvents } from "./opening.ts";
import { type AuditRow, hashOf, headOf, signedPart } from "./record.ts";
import { restoredAt } from "./restored.ts";
import { sealing } from "./sealing.ts";

/** What it needs. */
export interface BeginAuditOptions {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the journal was told of the fleet's keys; JSON. */
export const META_GROUND = "audit ground";

const SECOND_MS = 1_000;

/**
 * From here on, the store tells the journal what happens. Gives what is wrong
 * with the journal's end, a sentence; null: nothing.
 */
export async function beginAudit(
  options: BeginAuditOptions,
): Promise<string | null> {
  const { store, fleet, clock, log } = options;
  const ground = await readGround(store);
  const wrong = await faultOfEnd(options, ground);
  if (wrong !== null) {
    log("error", "The journal is not as the last server left it", {
      found: wrong,
      advice: "flottille-server audit verify says more",
    });
  }
  store.keepAudit(sealing({ key: fleet.serverKey, clock }));
  const copied = await store.meta(META_COPIED);
  const copiedMs = copied === null || copied === "" ? null : Number(copied);
  const writes: Write[] = openingEvents({ ground, fleet, copiedMs, wrong })
    .map((event) => ({ kind: "audit", event }));
  if (writes.length > 0) {
    const value = JSON.stringify(groundOf(fleet));
    writes.push({ kind: "meta", key: META_GROUND, value });
  }
  if (copiedMs !== null) {
    const seconds = Math.floor((clock.wallMs() - copiedMs) / SECOND_MS);
    writes.push(...await leapOf(store, Math.max(0, seconds)));
    writes.push(restoredAt(clock.wallMs()));
  }
  if (writes.length > 0) await store.commit(writes);
  await tellHead(options, "The journal goes on");
  return wrong;
}

/** Writes the journal's head into the log, which may be kept elsewhere. */
export async function tellHead(
  { store, log }: Pick<BeginAuditOptions, "store" | "log">,
  sentence: string,
): Promise<void> {
  try {
    const last = await store.lastAuditRow();
    if (last === null) return;
    log("info", sentence, { head: headOf(last.number, hashOf(last.record)) });
  } catch (error) {
    log("error", "Cannot read the journal", { error: sentenceOf(error) });
  }
}

/**
 * The numbers of a copy have leapt once when it was made. They leap again by
 * as many as there are seconds since: so a second server on the same copy does
 * not give the numbers again that the first one gave.
 */
async function leapOf(store: Store, seconds: number): Promise<Write[]> {
  const epoch = BigInt(await store.meta(META_EPOCH) ?? "0") + BigInt(seconds);
  return [
    { kind: "leapt", orders: seconds },
    { kind: "meta", key: META_EPOCH, value: String(epoch) },
    { kind: "meta", key: META_COPIED, value: "" },
  ];
}

/** A sentence on what is wrong with the journal's end; null: nothing. */
async function faultOfEnd(
  { store, fleet }: BeginAuditOptions,
  ground: Ground | null,
): Promise<string | null> {
  const last = await store.lastAuditRow();
  const noted = await store.meta(META_AUDIT_HEAD);
  if (last === null) {
    return noted === null ? null : `It is empty, and had its head at ${noted}`;
  }
  const head = headOf(last.number, hashOf(last.record));
  if (head !== noted) return `It ends with ${head} and not with ${noted}`;
  const bytes = fromBase64Url(ground?.delegation ?? "") ?? new Uint8Array(0);
  const delegation = openDelegation(fleet.fleetKey, bytes);
  const isSigned = delegation.ok && isBy(delegation.value.serverKey, last);
  return isSigned ? null : `Its record ${last.number} is not signed as it must`;
}

function isBy(key: Uint8Array, { record, signature }: AuditRow): boolean {
  return verify(key, signedPart(record), signature);
}

async function readGround(store: Store): Promise<Ground | null> {
  const text = await store.meta(META_GROUND);
  return text === null ? null : JSON.parse(text);
}
