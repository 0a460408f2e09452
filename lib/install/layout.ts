/**
 * Where everything lies:
 *
 *     <root>/editor/2.1/            a version, complete, with its `ieo.json`
 *     <root>/editor/2.0/            the version before, kept to go back to
 *     <root>/editor/current         symlink to `2.1`: the version in use
 *     <root>/.staging/<id>/         a version that is being unpacked
 *     <root>/.trash/<id>.<what>     what a transaction took away
 *     <root>/.kept/editor-1.9/      what the owner had changed in a version
 *                                   that is gone
 *     <commands>/edit               symlink to `<root>/editor/current/bin/edit`
 *
 * `<id>` is the transaction's. Names and versions never begin with a dot, so
 * nothing of ours can meet a program. All of it but the commands is on one file
 * system, so that every move is one rename.
 *
 * The link is switched by a rename over it (`switch.ts`). Windows cannot
 * replace a directory link that way; a small file that names the version would
 * stand in for it there, and only that file would change.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Disk } from "../host/disk.ts";
import { isVersion } from "../trust/names.ts";

/**
 * What a transaction took away: the tree of the same version in whose place its
 * own came (`former`), its own tree when it is undone (`undone`), or a whole
 * program (`removed`).
 */
export type Trashed = "former" | "undone" | "removed";

/** The paths below one root, and of the commands. Pure. */
export class Layout {
  /** The directory of all programs. */
  readonly root: string;
  /** The directory of all programs' commands; null when there is none. */
  readonly commands: string | null;

  constructor(root: string, commands: string | null = null) {
    this.root = root;
    this.commands = commands;
  }

  get staging(): string {
    return `${this.root}/.staging`;
  }
  get trash(): string {
    return `${this.root}/.trash`;
  }
  get kept(): string {
    return `${this.root}/.kept`;
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
  trashed(id: string, what: Trashed): string {
    return `${this.trash}/${id}.${what}`;
  }
  /** A version that is not needed any more: whole, or half removed. */
  dropped(id: string, version: string): string {
    return `${this.trash}/${id}.dropped.${version}`;
  }
  /** The same, of which only what its owner changed is left. */
  rescued(id: string, version: string): string {
    return `${this.trash}/${id}.rescued.${version}`;
  }
  /** Where that goes in the end; `number` is 1 for the first of that name. */
  keptFrom(name: string, version: string, number: number): string {
    const counted = number === 1 ? "" : `.${number}`;
    return `${this.kept}/${name}-${version}${counted}`;
  }
  /** A link ready to become `current`: forward, or back. */
  spareLink(name: string, id: string, way: "forward" | "back"): string {
    return `${this.root}/${name}/.${way}.${id}`;
  }
  /** What the link of a command says; the same for every version. */
  commandTarget(name: string, path: string): string {
    return `${this.current(name)}/${path}`;
  }
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

/** Is anything there, of whatever kind? */
export async function exists(disk: Disk, path: string): Promise<boolean> {
  return await disk.stat(path) !== null;
}

/** A rename that is on the medium, at both ends, when this returns. */
export async function moveDurably(
  disk: Disk,
  from: string,
  to: string,
): Promise<void> {
  await disk.rename(from, to);
  await disk.syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await disk.syncDirectory(dirname(from));
}
