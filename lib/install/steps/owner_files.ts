/**
 * What the machine's owner changed in a version that goes away (I-18): the
 * files of its manifest that are not as they came. None of them is lost: the
 * rest of the tree is deleted around them, and what is left moves, in one
 * rename and without needing space, to
 *
 *     <root>/.kept/editor-1.9/etc/editor.conf
 *
 * and to `editor-1.9.2` when there is an `editor-1.9` already. A file that the
 * version in use holds just so, under the same name, was carried over and is
 * not kept a second time. Files that never came with the package (caches, logs)
 * go away with it.
 *
 * Every step may be interrupted and done again: a tree in the trash is called
 * `dropped` until only the owner's files and the manifest are in it, and
 * `rescued` from then on.
 *
 * @module
 */

import type { Disk } from "../../host/disk.ts";
import { MANIFEST_NAME, RECORD_NAME } from "../../ieo/paths.ts";
import { hashFile } from "../../ieo/verify.ts";
import { exists, type Layout, moveDurably } from "../layout.ts";
import { readManifest } from "../programs.ts";

/** A version that goes away. */
export interface GoingTree {
  readonly name: string;
  readonly version: string;
  /** Where it is now. */
  readonly directory: string;
  /** The tree whose files need not be kept again; null when there is none. */
  readonly against: string | null;
}

/**
 * The files of a tree that are not as their package brought them. A tree
 * without a manifest has none: it is half removed, or not ours. One whose
 * manifest is there and cannot be read may be all the owner's: null.
 */
async function findChangedFiles(
  disk: Disk,
  { directory, against }: Pick<GoingTree, "directory" | "against">,
): Promise<string[] | null> {
  const changed: string[] = [];
  const manifest = await readManifest(disk, directory);
  if (
    manifest === null && await exists(disk, `${directory}/${MANIFEST_NAME}`)
  ) {
    return null;
  }
  for (const { path, size, sha256 } of manifest?.files ?? []) {
    const place = `${directory}/${path}`;
    const stat = await disk.stat(place);
    if (stat === null) continue;
    const isFile = stat.kind === "file";
    const came = { size, sha256: () => Promise.resolve(sha256) };
    if (isFile && await isSame(disk, place, stat.size, came)) continue;
    const other = against === null ? null : `${against}/${path}`;
    const held = other === null ? null : await disk.stat(other);
    const isThere = isFile && other !== null && held?.kind === "file" &&
      await isSame(disk, place, stat.size, {
        size: held.size,
        sha256: () => hashFile(disk, other),
      });
    if (!isThere) changed.push(path);
  }
  return changed;
}

/** By size first: a file that grew may take hours to read. */
async function isSame(
  disk: Disk,
  path: string,
  size: number,
  other: { readonly size: number; readonly sha256: () => Promise<string> },
): Promise<boolean> {
  return size === other.size &&
    await hashFile(disk, path) === await other.sha256();
}

/** Files that a note names before it only counts them. */
const TOLD_MAX = 8;

/**
 * What will be kept when these trees have gone, for the note of the commit; a
 * line for each tree that holds something. Changes nothing.
 *
 * @throws what the disk throws.
 */
export async function foretellKept(
  disk: Disk,
  layout: Layout,
  trees: readonly GoingTree[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const tree of trees) {
    const changed = await findChangedFiles(disk, tree);
    if (changed?.length === 0) continue;
    const place = await freePlace(disk, layout, tree);
    if (changed === null) {
      notes.push(
        `moved all of ${tree.name} ${tree.version} to ${place}: its manifest ` +
          "cannot be read, so nobody knows what of it is the owner's",
      );
      continue;
    }
    const more = changed.length - TOLD_MAX;
    const told = changed.slice(0, TOLD_MAX).join(", ") +
      (more > 0 ? ` and ${more} more` : "");
    notes.push(
      `moved what the owner had changed in ${tree.name} ${tree.version} to ` +
        `${place}: ${told}`,
    );
  }
  return notes;
}

/**
 * Deletes a tree in the trash but for what the owner changed.
 *
 * @throws what the disk throws; calling again goes on from there.
 */
export async function dropTree(
  disk: Disk,
  tree: GoingTree,
  rescued: string,
): Promise<void> {
  const { directory } = tree;
  const changed = await findChangedFiles(disk, tree);
  if (changed === null) return await moveDurably(disk, directory, rescued);
  if (changed.length === 0) {
    return await disk.remove(directory, { recursive: true });
  }
  // The manifest stays to the last: it says which files are the owner's.
  await prune(disk, directory, "", [...changed, MANIFEST_NAME]);
  await disk.syncTree(directory);
  await moveDurably(disk, directory, rescued);
}

/** Removes everything that is not on a way to one of these paths. */
async function prune(
  disk: Disk,
  directory: string,
  below: string,
  stay: readonly string[],
): Promise<void> {
  for (const { name, kind } of await Array.fromAsync(disk.list(directory))) {
    const path = `${below}${name}`;
    if (stay.includes(path)) continue;
    const leads = stay.some((each) => each.startsWith(`${path}/`));
    if (!leads) await disk.remove(`${directory}/${name}`, { recursive: true });
    else if (kind === "directory") {
      await prune(disk, `${directory}/${name}`, `${path}/`, stay);
    }
  }
}

/**
 * Puts what `dropTree` left where the owner finds it.
 *
 * @throws what the disk throws; calling again goes on from there.
 */
export async function keepRescued(
  disk: Disk,
  layout: Layout,
  tree: Pick<GoingTree, "name" | "version" | "directory">,
): Promise<void> {
  const { directory } = tree;
  await disk.remove(`${directory}/${MANIFEST_NAME}`);
  await disk.remove(`${directory}/${RECORD_NAME}`);
  await disk.syncDirectory(directory);
  await moveDurably(disk, directory, await freePlace(disk, layout, tree));
}

/** More than anybody will fill; then the disk's own error is told. */
const PLACES_MAX = 10_000;

/** Where among what is kept for the owner there is a place for it. */
export async function freePlace(
  disk: Disk,
  layout: Layout,
  { name, version }: Pick<GoingTree, "name" | "version">,
): Promise<string> {
  let number = 1;
  while (
    number < PLACES_MAX &&
    await exists(disk, layout.keptFrom(name, version, number))
  ) number++;
  return layout.keptFrom(name, version, number);
}
