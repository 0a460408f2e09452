/**
 * The fleet's publishers' list on the disk: read, changed, signed again by the
 * fleet's key, written. Each change makes a new list whose version is higher
 * by one; machines take it by that version, and never an older one.
 *
 * The fleet's key is given: it may come from anywhere.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { equalBytes } from "../../trust/bytes.ts";
import { decodeJoinFile, JOIN_FILE_BYTES_MAX } from "../../trust/join_file.ts";
import type { KeyPair } from "../../trust/keys.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import {
  openPublishers,
  type Publisher,
  type Publishers,
  PUBLISHERS_BYTES_MAX,
  type PublishersList,
  signPublishers,
} from "../../trust/publishers.ts";
import { pathOf } from "./fleet_files.ts";

/** How long a renewed list is good, unless the owner says otherwise. */
export const PUBLISHERS_YEARS = 10;
const YEAR_MS = 365 * 86_400_000;

/** The fleet's public key, by its directory. */
export async function readFleetPublicKey(
  disk: Disk,
  directory: string,
): Promise<Uint8Array> {
  const path = pathOf(directory, "join");
  const join = decodeJoinFile(await disk.readFile(path, JOIN_FILE_BYTES_MAX));
  if (join.ok) return join.value.fleet;
  throw new Error(`Cannot use "${path}": ${join.fault}`);
}

/**
 * Reads a list.
 *
 * @throws {Error} with a whole sentence when this fleet did not sign it.
 */
export async function readPublishers(
  disk: Disk,
  path: string,
  fleetKey: Uint8Array,
): Promise<Publishers> {
  if (await disk.stat(path) === null) {
    throw new Error(`There is no publishers' list "${path}"`);
  }
  const bytes = await disk.readFile(path, PUBLISHERS_BYTES_MAX);
  const opened = openPublishers(fleetKey, bytes);
  if (opened.ok) return opened.value;
  throw new Error(`Cannot use "${path}": ${opened.fault}`);
}

/** What of a list may change; the fault is a whole sentence. */
export type ListChange = (
  list: PublishersList,
) => Outcome<Pick<PublishersList, "publishers" | "revoked">, string>;

/** Adds a publisher, or gives one that is there other rights. */
export function adding(publisher: Publisher): ListChange {
  return ({ publishers, revoked }) =>
    revoked.includes(publisher.key)
      ? fault("This key was revoked, for ever; make another one")
      : ok({
        publishers: [
          ...publishers.filter(({ key }) => key !== publisher.key),
          publisher,
        ],
        revoked,
      });
}

/** Revokes a key, whether it is listed or not. */
export function revoking(key: string): ListChange {
  return ({ publishers, revoked }) =>
    revoked.includes(key) ? fault("This key is revoked already") : ok({
      publishers: publishers.filter((one) => one.key !== key),
      revoked: [...revoked, key],
    });
}

/** Changes nothing but the moments. */
export const renewing: ListChange = ({ publishers, revoked }) =>
  ok({ publishers, revoked });

/** What `changePublishers` is given. */
export interface ChangeOptions {
  readonly disk: Disk;
  /** Of the list. */
  readonly path: string;
  readonly fleet: KeyPair;
  readonly change: ListChange;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** From now on; when absent, the list's end stays unless it has passed. */
  readonly years?: number | undefined;
}

/**
 * Writes the changed list.
 *
 * @throws {Error} with a whole sentence; nothing is written then.
 */
export async function changePublishers(
  { disk, path, fleet, change, nowMs, years }: ChangeOptions,
): Promise<Publishers> {
  const held = await readPublishers(disk, path, fleet.publicKey);
  const changed = change(held);
  if (!changed.ok) throw new Error(changed.fault);
  const isOver = held.expiresMs <= nowMs;
  const expiresMs = years !== undefined || isOver
    ? nowMs + (years ?? PUBLISHERS_YEARS) * YEAR_MS
    : held.expiresMs;
  const bytes = sign(fleet, {
    format: 1,
    version: held.version + 1,
    issued: new Date(nowMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
    ...changed.value,
  });
  await disk.replaceFile(path, bytes, { mode: 0o644 });
  return await readPublishers(disk, path, fleet.publicKey);
}

/** A list that is too long, say, is its owner's mistake and not ours. */
function sign(fleet: KeyPair, list: PublishersList): Uint8Array {
  try {
    return signPublishers(fleet, list);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(error.message);
  }
}

/** @throws {Error} when the key is not this fleet's. */
export function demandFleetKey(
  fleet: KeyPair,
  fleetKey: Uint8Array,
  path: string,
): void {
  if (equalBytes(fleet.publicKey, fleetKey)) return;
  throw new Error(`Cannot use "${path}": it is not the key of this fleet`);
}
