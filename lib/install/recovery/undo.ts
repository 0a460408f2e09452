/**
 * Undoing: back to how the machine was, in the reverse order of the steps, so
 * that a program works again at once. No hook is run (I-08, I-11): what they
 * still run is ended.
 *
 * Every step looks first at what is there, so any of them may be interrupted
 * and done again, and none of them needs space.
 *
 * @module
 */

import type {
  InstallTransaction,
  RemovalTransaction,
  RollbackTransaction,
  Transaction,
} from "../journal/entries.ts";
import { exists, moveDurably } from "../layout.ts";
import { failureOf } from "../result.ts";
import type { Site } from "../site.ts";
import { restoreNatives } from "../steps/natives.ts";
import { dropSpareLinks, switchBack } from "../steps/switch.ts";
import { nativeWayOf } from "./facts.ts";
import type { InstallFacts, RemovalFacts, RollbackFacts } from "./recovery.ts";
import { settleLinks } from "./links.ts";

/** Sentences on what could not be brought back; none when all could. */
export type Regrets = readonly string[];

export async function undoInstall(
  site: Site,
  transaction: InstallTransaction,
  facts: InstallFacts,
): Promise<Regrets> {
  const { disk, layout } = site;
  const { id, name, version } = transaction;
  const place = layout.version(name, version);
  await endHooks(site, transaction);
  if (facts.live) await switchBack(disk, layout, transaction);
  // While both trees are there: the one may be needed to remove its packages,
  // the other holds the packages to go back to.
  const regrets = facts.native ? await restore(site, transaction) : [];
  if (facts.placed) {
    await moveDurably(disk, place, layout.trashed(id, "undone"));
  }
  if (facts.displaced) {
    await moveDurably(disk, layout.trashed(id, "former"), place);
  }
  await settleLinks(site, transaction);
  await dropSpareLinks(disk, layout, transaction);
  await disk.remove(layout.staged(id), { recursive: true });
  await disk.remove(layout.trashed(id, "undone"), { recursive: true });
  if (transaction.previous === null) await removeIfEmpty(site, name);
  return regrets;
}

export async function undoRollback(
  site: Site,
  transaction: RollbackTransaction,
  facts: RollbackFacts,
): Promise<Regrets> {
  const { disk, layout } = site;
  await endHooks(site, transaction);
  if (facts.live) await switchBack(disk, layout, transaction);
  await settleLinks(site, transaction);
  const regrets = facts.native ? await restore(site, transaction) : [];
  await dropSpareLinks(disk, layout, transaction);
  return regrets;
}

export async function undoRemoval(
  site: Site,
  transaction: RemovalTransaction,
  facts: RemovalFacts,
): Promise<Regrets> {
  const { disk, layout } = site;
  const { id, name } = transaction;
  await endHooks(site, transaction);
  if (facts.taken) {
    const trashed = layout.trashed(id, "removed");
    await moveDurably(disk, trashed, layout.program(name));
  }
  return facts.native ? await restore(site, transaction) : [];
}

async function restore(site: Site, transaction: Transaction): Promise<Regrets> {
  return await restoreNatives(site, await nativeWayOf(site, transaction));
}

/** A hook whose agent died goes on without it; it must not meet its undoing. */
async function endHooks(
  site: Site,
  { id, hooks }: Transaction,
): Promise<void> {
  if (!hooks) return;
  try {
    await site.hooks.end(id);
  } catch (error) {
    site.trouble(failureOf(error, "Cannot end the hooks").detail);
  }
}

async function removeIfEmpty(
  { disk, layout }: Site,
  name: string,
): Promise<void> {
  const directory = layout.program(name);
  if (!await exists(disk, directory)) return;
  for await (const _ of disk.list(directory)) return;
  await disk.remove(directory);
  await disk.syncDirectory(layout.root);
}
