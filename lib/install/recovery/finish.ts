/**
 * Finishing what was committed: away with what the change no longer needs, but
 * never with what the machine's owner changed (I-18).
 *
 * A tree goes into the trash in one step before anything in it is deleted: half
 * a version must not look like one. Every step may be interrupted and done
 * again.
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
import { versionsIn } from "../programs.ts";
import type { Site } from "../site.ts";
import { dropTree, keepRescued } from "../steps/owner_files.ts";
import { dropSpareLinks } from "../steps/switch.ts";
import { versionsGoing } from "../steps/trees.ts";
import { settleLinks } from "./links.ts";

/** The version before stays; what was kept until now goes. */
export async function finishInstall(
  site: Site,
  transaction: InstallTransaction,
): Promise<void> {
  const { disk, layout } = site;
  const { id, name, version } = transaction;
  for (const going of await versionsGoing(site, transaction)) {
    const place = layout.version(name, going);
    await moveDurably(disk, place, layout.dropped(id, going));
  }
  const former = layout.trashed(id, "former");
  if (await exists(disk, former)) {
    await moveDurably(disk, former, layout.dropped(id, version));
  }
  await settleLinks(site, transaction);
  await dropSpareLinks(disk, layout, transaction);
  const inUse = layout.version(name, version);
  await emptyTrash(site, transaction, () => inUse);
}

/** Both versions stay: the one gone back from is the kept one now. */
export async function finishRollback(
  site: Site,
  transaction: RollbackTransaction,
): Promise<void> {
  await settleLinks(site, transaction);
  await dropSpareLinks(site.disk, site.layout, transaction);
}

export async function finishRemoval(
  site: Site,
  transaction: RemovalTransaction,
): Promise<void> {
  const { disk, layout } = site;
  const { id, previous } = transaction;
  await settleLinks(site, transaction);
  const removed = layout.trashed(id, "removed");
  for (const version of await versionsIn(disk, removed)) {
    const to = layout.dropped(id, version);
    await moveDurably(disk, `${removed}/${version}`, to);
  }
  await disk.remove(removed, { recursive: true });
  const last = previous === null ? null : layout.dropped(id, previous);
  await emptyTrash(
    site,
    transaction,
    (directory) => directory === last ? null : last,
  );
}

/**
 * Deletes the versions that were dropped, and keeps what was the owner's. The
 * one that the others are compared with goes last.
 */
async function emptyTrash(
  site: Site,
  { id, name }: Transaction,
  against: (directory: string) => string | null,
): Promise<void> {
  const { disk, layout } = site;
  const names: string[] = [];
  for await (const entry of disk.list(layout.trash)) names.push(entry.name);
  const versions = (beginning: string) =>
    names.map((entry) => `${layout.trash}/${entry}`)
      .filter((path) => path.startsWith(beginning))
      .map((path) => path.slice(beginning.length)).sort();

  const dropped = versions(layout.dropped(id, ""))
    .map((version) => ({ version, directory: layout.dropped(id, version) }))
    .map((tree) => ({ ...tree, name, against: against(tree.directory) }));
  const isLast = ({ against }: { against: string | null }) => against === null;
  const inOrder = [
    ...dropped.filter((tree) => !isLast(tree)),
    ...dropped.filter(isLast),
  ];
  for (const tree of inOrder) {
    await dropTree(disk, tree, layout.rescued(id, tree.version));
  }
  const rescued = new Set([
    ...versions(layout.rescued(id, "")),
    ...dropped.map(({ version }) => version),
  ]);
  for (const version of rescued) {
    const directory = layout.rescued(id, version);
    if (!await exists(disk, directory)) continue;
    await keepRescued(disk, layout, { name, version, directory });
  }
}
