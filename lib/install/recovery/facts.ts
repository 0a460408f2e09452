/**
 * What is visible of a transaction: the facts of the recovery tables, read from
 * the disk and asked of the system's package manager. The manager is asked only
 * when the transaction has something to do with it, and its answer decides
 * something.
 *
 * @module
 */

import type {
  InstallTransaction,
  RemovalTransaction,
  RollbackTransaction,
} from "../journal/entries.ts";
import { exists, readCurrent } from "../layout.ts";
import { readRecord } from "../programs.ts";
import type { Site } from "../site.ts";
import { areNativesChanged, type NativeWay } from "../steps/natives.ts";
import { placesOf, readTree } from "../steps/trees.ts";
import type { InstallFacts, RemovalFacts, RollbackFacts } from "./recovery.ts";

/** A transaction of that kind, and whether the journal says it holds. */
export type Open<T> = T & { readonly committed: boolean };

export async function readInstallFacts(
  site: Site,
  transaction: Open<InstallTransaction>,
): Promise<InstallFacts> {
  const { disk, layout } = site;
  const { id, name, version, committed } = transaction;
  const record = await readRecord(disk, layout, name, version);
  const placed = record?.transaction === id;
  return {
    begun: true,
    committed,
    staged: await exists(disk, layout.staged(id)),
    displaced: await exists(disk, layout.trashed(id, "former")),
    placed,
    native: placed && await isNativeChanged(site, transaction),
    live: placed && await readCurrent(disk, layout, name) === version,
  };
}

export async function readRollbackFacts(
  site: Site,
  transaction: Open<RollbackTransaction>,
): Promise<RollbackFacts> {
  const { disk, layout } = site;
  const { name, version, committed } = transaction;
  return {
    begun: true,
    committed,
    native: await isNativeChanged(site, transaction),
    live: await readCurrent(disk, layout, name) === version,
  };
}

export async function readRemovalFacts(
  site: Site,
  transaction: Open<RemovalTransaction>,
): Promise<RemovalFacts> {
  const { disk, layout } = site;
  const { id, name, committed } = transaction;
  return {
    begun: true,
    committed,
    native: await isNativeChanged(site, transaction),
    taken: await exists(disk, layout.trashed(id, "removed")),
    present: await exists(disk, layout.program(name)),
  };
}

async function isNativeChanged(
  site: Site,
  transaction:
    | Open<InstallTransaction>
    | Open<RollbackTransaction>
    | Open<RemovalTransaction>,
): Promise<boolean> {
  // After a commit nothing is asked of the manager any more.
  if (transaction.committed || transaction.native.length === 0) return false;
  return await areNativesChanged(site, await nativeWayOf(site, transaction));
}

/** The trees between which the manager's packages are changed. */
export async function nativeWayOf(
  site: Site,
  transaction: InstallTransaction | RollbackTransaction | RemovalTransaction,
): Promise<NativeWay> {
  const { layout } = site;
  const changes = transaction.native;
  if (transaction.kind === "remove") {
    const { id, name, previous } = transaction;
    if (previous === null) return { changes, from: null, to: null };
    const from = await readTree(site, layout.version(name, previous)) ??
      await readTree(site, `${layout.trashed(id, "removed")}/${previous}`);
    return { changes, from, to: null };
  }
  const { from, to } = placesOf(layout, transaction);
  return {
    changes,
    from: await readTree(site, from),
    to: await readTree(site, to),
  };
}
