/**
 * The steps of an install between the journal's begin and commit records, in
 * the one order in which they are taken. Each is a move that the recovery table
 * knows; whatever stops them, `recovery/` undoes, without needing space: what
 * the way back needs is made before the step that may need it.
 *
 * @module
 */

import type { Progress } from "../../ieo/extract.ts";
import { runsCode } from "../../ieo/manifest.ts";
import type { OpenPackage } from "../../ieo/open.ts";
import { RECORD_NAME } from "../../ieo/paths.ts";
import type { SignedStatement } from "../../trust/statement.ts";
import type { InstallTransaction, UsedDowngrade } from "../journal/entries.ts";
import { moveDurably } from "../layout.ts";
import { encodeInstalled, recordOf } from "../record.ts";
import { type Failure, failure } from "../result.ts";
import type { Site } from "../site.ts";
import { linkCommands } from "./commands.ts";
import { type CarriedFile, carryFiles, notesOf } from "./config_files.ts";
import { changeNatives } from "./natives.ts";
import {
  layNextExecutable,
  type OwnStep,
  proveExecutable,
} from "./own_executable.ts";
import { foretellKept } from "./owner_files.ts";
import {
  type Performed,
  runHookOf,
  type Step,
  takeSteps,
  type Tree,
} from "./step.ts";
import { prepareSwitch, switchForward } from "./switch.ts";
import { placesOf, readTree, treesGoingWithInstall } from "./trees.ts";

const PROGRAM_MODE = 0o755;
const RECORD_MODE = 0o644;

/** What an install has in hand when it begins to write. */
export interface Install {
  readonly site: Site;
  readonly transaction: InstallTransaction;
  readonly opened: OpenPackage;
  readonly statement: SignedStatement;
  /** The version in use, where it is before anything is moved. */
  readonly from: Tree | null;
  /** Files that the owner changed in it. */
  readonly carried: readonly CarriedFile[];
  /** The statement that allows this step back, when it is one. */
  readonly downgrade: UsedDowngrade | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly onProgress?: Progress;
}

interface Work extends Install {
  /** Takes what the order's giver should know. */
  readonly note: (sentence: string) => void;
}

const STEPS: readonly Step<Work>[] = [
  stage,
  preinstall,
  place,
  (work) => proveExecutable(work.site, ownStepOf(work)),
  (work) => layNextExecutable(work.site, ownStepOf(work)),
  askManager,
  switchOver,
  link,
  postinstall,
  check,
  secure,
  foretell,
];

/**
 * Installs up to the commit, which is the caller's.
 *
 * @throws what the disk throws.
 */
export async function performInstall(install: Install): Promise<Performed> {
  const notes: string[] = [];
  const failed = await takeSteps(STEPS, {
    ...install,
    note: (sentence) => notes.push(sentence),
  });
  if (failed !== null) return failed;
  const { transaction, statement, downgrade } = install;
  const { publisher, serial } = statement;
  return {
    ok: true,
    version: transaction.version,
    note: notes.join("\n"),
    floor: { publisher, serial },
    downgrade,
  };
}

/** Unpacks beside everything else, then syncs the whole tree at once. */
async function stage(work: Work): Promise<Failure | null> {
  const { site, transaction, opened, from, carried, onProgress, note } = work;
  const { disk, layout } = site;
  const into = layout.staged(transaction.id);
  await disk.makeDirectory(into, { mode: PROGRAM_MODE });
  await disk.chmod(into, PROGRAM_MODE);
  const extracted = await opened.extract(into, onProgress);
  if (!extracted.ok) {
    return failure(extracted.fault.reason, extracted.fault.detail);
  }
  if (from !== null) {
    await carryFiles(disk, carried, { from: from.directory, into });
    notesOf(carried).forEach(note);
  }
  await writeRecord(work, `${into}/${RECORD_NAME}`);
  await disk.syncTree(into);
  return null;
}

async function writeRecord(
  { site: { disk }, transaction, opened, statement, nowMs }: Work,
  path: string,
): Promise<void> {
  const bytes = encodeInstalled(recordOf({
    transaction: transaction.id,
    manifest: opened.manifest,
    statement,
    nowMs,
  }));
  const file = await disk.open(path, {
    write: true,
    createNew: true,
    mode: RECORD_MODE,
  });
  try {
    await file.write(bytes);
  } finally {
    file.close();
  }
  await disk.chmod(path, RECORD_MODE);
}

function preinstall(work: Work): Promise<Failure | null> {
  const { site: { layout }, transaction } = work;
  return runHook(work, "preinstall", layout.staged(transaction.id));
}

/** One rename puts the tree where its version belongs. */
async function place(
  { site: { disk, layout }, transaction }: Work,
): Promise<null> {
  const { id, name, version } = transaction;
  const program = layout.program(name);
  if (await disk.stat(program) === null) {
    await disk.makeDirectory(program, { mode: PROGRAM_MODE });
    await disk.chmod(program, PROGRAM_MODE);
    await disk.syncDirectory(layout.root);
  }
  const target = layout.version(name, version);
  if (await disk.stat(target) !== null) {
    // Damaged, kept, or of another package: it comes back if this install does
    // not hold.
    await moveDurably(disk, target, layout.trashed(id, "former"));
  }
  await moveDurably(disk, layout.staged(id), target);
  return null;
}

async function askManager(work: Work): Promise<Failure | null> {
  const { site, transaction, note } = work;
  const places = placesOf(site.layout, transaction);
  const from = await readTree(site, places.from);
  const changes = transaction.native;
  return await changeNatives(site, { changes, from, to: treeOf(work) }, note);
}

async function switchOver(
  { site: { disk, layout }, transaction }: Work,
): Promise<null> {
  await prepareSwitch(disk, layout, transaction);
  await switchForward(disk, layout, transaction);
  return null;
}

async function link({ site, transaction, opened, note }: Work): Promise<null> {
  const { disk, layout } = site;
  const { id, name } = transaction;
  const commands = opened.manifest.bin;
  await linkCommands(disk, layout, id, { name, commands });
  if (layout.commands === null && commands.length > 0) {
    note("its commands are not linked: this agent has no directory for them");
  }
  return null;
}

function postinstall(work: Work): Promise<Failure | null> {
  return runHook(work, "postinstall", treeOf(work).directory);
}

function check(work: Work): Promise<Failure | null> {
  return runHook(work, "check", treeOf(work).directory);
}

/** What hooks and managers wrote is on the medium before the commit is. */
async function secure(work: Work): Promise<null> {
  const { directory, manifest } = treeOf(work);
  if (runsCode(manifest)) await work.site.disk.syncTree(directory);
  return null;
}

/** What will be kept of the versions that go with the commit. */
async function foretell({ site, transaction, note }: Work): Promise<null> {
  const trees = await treesGoingWithInstall(site, transaction);
  (await foretellKept(site.disk, site.layout, trees)).forEach(note);
  return null;
}

function runHook(
  { site, transaction, opened }: Work,
  name: "preinstall" | "postinstall" | "check",
  directory: string,
): Promise<Failure | null> {
  const { id: mark, previous } = transaction;
  return runHookOf(site, name, {
    tree: { directory, manifest: opened.manifest },
    mark,
    previous,
    step: previous === null ? "install" : "update",
  });
}

/** The tree that comes, once it is placed. */
function treeOf({ site, transaction, opened }: Work): Tree {
  const { to } = placesOf(site.layout, transaction);
  return { directory: to, manifest: opened.manifest };
}

function ownStepOf(work: Work): OwnStep {
  const { id, self } = work.transaction;
  return { id, self, tree: treeOf(work) };
}
