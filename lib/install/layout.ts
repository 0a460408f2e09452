/**
 * Where everything lies, and the one switch:
 *
 *     <root>/editor/2.1/            a version, complete, with its `ieo.json`
 *     <root>/editor/current         symlink to `2.1`: the version in use
 *     <root>/.staging/<id>/         a version that is being unpacked
 *     <root>/.trash/<id>.<what>     what a transaction took away
 *
 * `<id>` is the transaction's. Names and versions never begin with a dot, so
 * nothing of ours can meet a program. All of it is on one file system, so that
 * every move is one rename.
 *
 * The link is switched by a rename over it. Windows cannot replace a directory
 * link that way; a small file that names the version would stand in for it
 * there, and only this file would change.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../host/disk.ts";
import { isVersion } from "../trust/names.ts";

/** The paths below one root. Pure. */
export class Layout {
  /** The directory of all programs. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get staging(): string {
    return `${this.root}/.staging`;
  }
  get trash(): string {
    return `${this.root}/.trash`;
  }
  program(name: string): string {
    return `${this.root}/${name}`;
  }
  version(name: string, version: string): string {
    return `${this.root}/${name}/${version}`;
  }
  current(name: string): string {
    return `${this.root}/${name}/current`;
  }
  /** The tree that transaction `id` unpacks into. */
  staged(id: string): string {
    return `${this.staging}/${id}`;
  }
  /**
   * What transaction `id` took away: the damaged tree in whose place its own
   * came (`former`), its own tree when it is undone (`undone`), the version
   * it replaced (`replaced`), or a whole program (`removed`).
   */
  trashed(
    id: string,
    what: "former" | "undone" | "replaced" | "removed",
  ): string {
    return `${this.trash}/${id}.${what}`;
  }
  /** A link ready to become `current`: forward, or back. */
  spareLink(name: string, id: string, way: "forward" | "back"): string {
    return `${this.root}/${name}/.${way}.${id}`;
  }
}

/** What a switch is about: from which version to which, by whom. */
export interface Switch {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The version in use before; null when there was none. */
  readonly previous: string | null;
}

/** The version in use, as the disk tells it; null when there is none. */
export async function readCurrent(
  disk: Disk,
  layout: Layout,
  name: string,
): Promise<string | null> {
  const link = layout.current(name);
  if ((await disk.stat(link))?.kind !== "symlink") return null;
  try {
    const target = await disk.readLink(link);
    return isVersion(target) ? target : null;
  } catch (error) {
    // Taken away since we looked: a removal is under way.
    if (error instanceof Error && error.name === "NotFound") return null;
    throw error;
  }
}

/**
 * Makes the links that the switch and the way back need. Both are made before
 * anything is switched, so that going back is a rename and needs no space.
 *
 * A version that comes into the place of its own former tree needs no switch,
 * here and below: the link names it all the time.
 */
export async function prepareSwitch(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  if (previous !== null) {
    await disk.symlink(previous, layout.spareLink(name, id, "back"));
  }
  await disk.symlink(version, layout.spareLink(name, id, "forward"));
}

/** The switch: from here on the new version is the one in use. */
export async function switchForward(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  const spare = layout.spareLink(name, id, "forward");
  await disk.rename(spare, layout.current(name));
  await disk.syncDirectory(layout.program(name));
}

/** Back to the version of before, or to none. */
export async function switchBack(
  disk: Disk,
  layout: Layout,
  { id, name, version, previous }: Switch,
): Promise<void> {
  if (previous === version) return;
  if (previous === null) {
    await disk.remove(layout.current(name));
  } else {
    const spare = layout.spareLink(name, id, "back");
    await disk.rename(spare, layout.current(name));
  }
  await disk.syncDirectory(layout.program(name));
}

/** Takes away the links that were not needed. */
export async function dropSpareLinks(
  disk: Disk,
  layout: Layout,
  { id, name }: Switch,
): Promise<void> {
  await disk.remove(layout.spareLink(name, id, "forward"));
  await disk.remove(layout.spareLink(name, id, "back"));
}

/** A rename that is on the medium, at both ends, when this returns. */
export async function moveDurably(
  disk: Disk,
  from: string,
  to: string,
): Promise<void> {
  await disk.rename(from, to);
  await disk.syncDirectory(dirname(to));
  await disk.syncDirectory(dirname(from));
}
