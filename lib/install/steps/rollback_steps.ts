/**
 * The steps back to the version that was kept from before the last update. Its
 * tree lies where it always did, so nothing is unpacked, and nothing is needed
 * of the network or of the disk but links. Its own `postinstall` and `check`
 * decide whether it works; if not, the version in use stays in use.
 *
 * Afterwards the version that was gone back from is the kept one.
 *
 * @module
 */

import { runsCode } from "../../ieo/manifest.ts";
import type { RollbackTransaction } from "../journal/entries.ts";
import type { Failure } from "../result.ts";
import type { Site } from "../site.ts";
import { linkCommands } from "./commands.ts";
import { changeNatives } from "./natives.ts";
import { layNextExecutable, proveExecutable } from "./own_executable.ts";
import {
  type Performed,
  runHookOf,
  type Step,
  takeSteps,
  type Tree,
} from "./step.ts";
import { prepareSwitch, switchForward } from "./switch.ts";

/** What a rollback has in hand when it begins. */
export interface Rollback {
  readonly site: Site;
  readonly transaction: RollbackTransaction;
  /** The version in use; null when its manifest cannot be read. */
  readonly from: Tree | null;
  /** The kept version. */
  readonly to: Tree;
}

interface Work extends Rollback {
  readonly note: (sentence: string) => void;
}

const STEPS: readonly Step<Work>[] = [
  ({ site, transaction: { id, self }, to: tree }) =>
    proveExecutable(site, { id, self, tree }),
  ({ site, transaction: { id, self }, to: tree }) =>
    layNextExecutable(site, { id, self, tree }),
  ({ site, transaction: { native: changes }, from, to, note }) =>
    changeNatives(site, { changes, from, to }, note),
  switchOver,
  link,
  (work) => runHook(work, "postinstall"),
  (work) => runHook(work, "check"),
  secure,
];

/**
 * Goes back up to the commit, which is the caller's.
 *
 * @throws what the disk throws.
 */
export async function performRollback(rollback: Rollback): Promise<Performed> {
  const notes: string[] = [];
  const failed = await takeSteps(STEPS, {
    ...rollback,
    note: (sentence) => notes.push(sentence),
  });
  return failed ?? {
    ok: true,
    version: rollback.transaction.version,
    note: notes.join("\n"),
    // The floor stays where it is: the newer package was here.
    floor: null,
    downgrade: null,
  };
}

async function switchOver(
  { site: { disk, layout }, transaction }: Work,
): Promise<null> {
  await prepareSwitch(disk, layout, transaction);
  await switchForward(disk, layout, transaction);
  return null;
}

async function link({ site, transaction, to }: Work): Promise<null> {
  const { id, name } = transaction;
  const commands = to.manifest.bin;
  await linkCommands(site.disk, site.layout, id, { name, commands });
  return null;
}

function runHook(
  { site, transaction, to: tree }: Work,
  name: "postinstall" | "check",
): Promise<Failure | null> {
  const { id: mark, previous } = transaction;
  return runHookOf(site, name, { tree, mark, previous, step: "rollback" });
}

async function secure({ site, to }: Work): Promise<null> {
  if (runsCode(to.manifest)) await site.disk.syncTree(to.directory);
  return null;
}
