/**
 * The steps of a removal up to the commit. The program goes away in one rename,
 * link and versions together, so it is whole or gone; until the commit it lies
 * in the trash, and comes back when anything fails. Its commands are unlinked
 * after the commit.
 *
 * @module
 */

import type { RemovalTransaction } from "../journal/entries.ts";
import { moveDurably } from "../layout.ts";
import type { Failure } from "../result.ts";
import type { Site } from "../site.ts";
import { changeNatives } from "./natives.ts";
import { foretellKept } from "./owner_files.ts";
import {
  type Performed,
  runHookOf,
  type Step,
  takeSteps,
  type Tree,
} from "./step.ts";
import { treesGoingWithRemoval } from "./trees.ts";

/** What a removal has in hand when it begins. */
export interface Removal {
  readonly site: Site;
  readonly transaction: RemovalTransaction;
  /** The version in use; null when there is none that can be read. */
  readonly from: Tree | null;
}

interface Work extends Removal {
  readonly note: (sentence: string) => void;
}

const STEPS: readonly Step<Work>[] = [
  (work) => runHook(work, "preremove", work.from?.directory ?? ""),
  ({ site, transaction: { native: changes }, from, note }) =>
    changeNatives(site, { changes, from, to: null }, note),
  takeAway,
  postremove,
  foretell,
];

/**
 * Removes a program up to the commit, which is the caller's.
 *
 * @throws what the disk throws.
 */
export async function performRemoval(removal: Removal): Promise<Performed> {
  const notes: string[] = [];
  const failed = await takeSteps(STEPS, {
    ...removal,
    note: (sentence) => notes.push(sentence),
  });
  return failed ?? {
    ok: true,
    version: "",
    note: notes.join("\n"),
    floor: null,
    downgrade: null,
  };
}

async function takeAway(
  { site: { disk, layout }, transaction: { id, name } }: Work,
): Promise<null> {
  const trash = layout.trashed(id, "removed");
  await moveDurably(disk, layout.program(name), trash);
  return null;
}

function postremove(work: Work): Promise<Failure | null> {
  const { site: { layout }, transaction: { id, previous } } = work;
  const removed = layout.trashed(id, "removed");
  return runHook(work, "postremove", `${removed}/${previous}`);
}

async function foretell({ site, transaction, note }: Work): Promise<null> {
  const trees = await treesGoingWithRemoval(site, transaction);
  (await foretellKept(site.disk, site.layout, trees)).forEach(note);
  return null;
}

function runHook(
  { site, transaction, from }: Work,
  name: "preremove" | "postremove",
  directory: string,
): Promise<Failure | null> {
  if (from === null) return Promise.resolve(null);
  return runHookOf(site, name, {
    tree: { ...from, directory },
    mark: transaction.id,
    previous: null,
    step: "remove",
  });
}
