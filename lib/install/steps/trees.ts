/**
 * Where the trees of a transaction are once it has placed its own, which of a
 * program's versions stay on the disk when it is done, and which go. Facts of
 * the disk, so that a restart comes to the same answer.
 *
 * After a committed update the version before stays, and exactly that one: it
 * is what a rollback goes back to without a download. After a repair of the
 * version in use, whichever was kept stays kept.
 *
 * @module
 */

import type {
  InstallTransaction,
  RemovalTransaction,
  RollbackTransaction,
} from "../journal/entries.ts";
import { exists, type Layout } from "../layout.ts";
import { readManifest, readVersions, versionsIn } from "../programs.ts";
import type { Site } from "../site.ts";
import type { GoingTree } from "./owner_files.ts";
import type { Tree } from "./step.ts";

/** The version that comes and the one before it, as directories. */
export function placesOf(
  layout: Layout,
  { id, name, version, previous }: InstallTransaction | RollbackTransaction,
): { readonly from: string | null; readonly to: string } {
  const to = layout.version(name, version);
  if (previous === null) return { from: null, to };
  const from = previous === version
    ? layout.trashed(id, "former")
    : layout.version(name, previous);
  return { from, to };
}

/** The tree in a directory; null when it has no manifest that can be read. */
export async function readTree(
  { disk }: Pick<Site, "disk">,
  directory: string | null,
): Promise<Tree | null> {
  if (directory === null) return null;
  const manifest = await readManifest(disk, directory);
  return manifest === null ? null : { directory, manifest };
}

/** The versions that an install makes superfluous, in their places. */
export async function versionsGoing(
  { disk, layout }: Site,
  { name, version, previous }: InstallTransaction,
): Promise<string[]> {
  const others = (await readVersions(disk, layout.program(name)))
    .map((record) => record.version)
    .filter((other) => other !== version);
  const stays = previous === null || previous === version
    ? others.at(-1)
    : previous;
  return others.filter((other) => other !== stays);
}

/** The trees that go with the commit of an install, where they are before. */
export async function treesGoingWithInstall(
  site: Site,
  transaction: InstallTransaction,
): Promise<GoingTree[]> {
  const { disk, layout } = site;
  const { id, name, version } = transaction;
  const against = layout.version(name, version);
  const going = (await versionsGoing(site, transaction)).map((other) => (
    { name, version: other, directory: layout.version(name, other), against }
  ));
  const directory = layout.trashed(id, "former");
  return await exists(disk, directory)
    ? [...going, { name, version, directory, against }]
    : going;
}

/** The trees of a program that was taken away, the one in use at the end. */
export async function treesGoingWithRemoval(
  { disk, layout }: Site,
  { id, name, previous }: RemovalTransaction,
): Promise<GoingTree[]> {
  const removed = layout.trashed(id, "removed");
  const versions = await versionsIn(disk, removed);
  const others = versions.filter((version) => version !== previous);
  const last = versions.filter((version) => version === previous);
  return [...others, ...last].map((version) => ({
    name,
    version,
    directory: `${removed}/${version}`,
    against: version === previous || previous === null
      ? null
      : `${removed}/${previous}`,
  }));
}
