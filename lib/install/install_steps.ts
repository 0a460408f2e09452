/**
 * The steps of an install and of a removal between the journal's begin and
 * commit records. Each is one move that the recovery table knows; whatever
 * stops them, `settle.ts` undoes.
 *
 *     install: stage, sync -> (preinstall) -> place -> switch
 *              -> (postinstall, check) -> commit
 *     removal: (preremove) -> take away -> (postremove) -> commit
 *
 * What stands in parentheses has its place here and is not built yet.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import type { Progress } from "../ieo/extract.ts";
import { contentBytesOf } from "../ieo/manifest.ts";
import type { OpenPackage } from "../ieo/open.ts";
import { RECORD_NAME } from "../ieo/paths.ts";
import type { SignedStatement } from "../trust/statement.ts";
import type {
  InstallTransaction,
  RemovalTransaction,
} from "./journal_record.ts";
import {
  type Layout,
  moveDurably,
  prepareSwitch,
  switchForward,
} from "./layout.ts";
import { encodeInstalled } from "./record.ts";
import { type Failure, failure } from "./result.ts";

const PROGRAM_MODE = 0o755;
const RECORD_MODE = 0o644;

/** What an install has in hand when it begins to write. */
export interface InstallSteps {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly transaction: InstallTransaction;
  readonly opened: OpenPackage;
  readonly statement: SignedStatement;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly onProgress?: Progress;
}

/**
 * Installs up to the commit, which is the caller's.
 *
 * @returns the failure of a package that is not what it says, or null.
 * @throws what the disk throws.
 */
export async function performInstall(
  steps: InstallSteps,
): Promise<Failure | null> {
  const refused = await stage(steps);
  if (refused !== null) return refused;
  await place(steps);
  const { disk, layout, transaction } = steps;
  await prepareSwitch(disk, layout, transaction);
  await switchForward(disk, layout, transaction);
  return null;
}

/** Unpacks beside everything else, then syncs the whole tree at once. */
async function stage(
  { disk, layout, transaction, opened, onProgress, ...rest }: InstallSteps,
): Promise<Failure | null> {
  const directory = layout.staged(transaction.id);
  await disk.makeDirectory(directory, { mode: PROGRAM_MODE });
  await disk.chmod(directory, PROGRAM_MODE);
  const extracted = await opened.extract(directory, onProgress);
  if (!extracted.ok) {
    return failure(extracted.fault.reason, extracted.fault.detail);
  }
  await writeRecord(disk, `${directory}/${RECORD_NAME}`, {
    ...rest,
    transaction,
    opened,
  });
  await disk.syncTree(directory);
  return null;
}

async function writeRecord(
  disk: Disk,
  path: string,
  { transaction, opened, statement, nowMs }: Pick<
    InstallSteps,
    "transaction" | "opened" | "statement" | "nowMs"
  >,
): Promise<void> {
  const { manifest } = opened;
  const bytes = encodeInstalled({
    format: 1,
    transaction: transaction.id,
    name: manifest.name,
    version: manifest.version,
    serial: manifest.serial,
    title: manifest.title ?? "",
    description: manifest.description ?? "",
    protected: manifest.protected,
    sha256: statement.sha256,
    publisher: statement.publisher,
    files: manifest.files.length,
    bytes: contentBytesOf(manifest),
    installedAtMs: Math.max(0, Math.floor(nowMs)),
  });
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

/** One rename puts the tree where its version belongs. */
async function place(
  { disk, layout, transaction }: InstallSteps,
): Promise<void> {
  const { id, name, version } = transaction;
  const program = layout.program(name);
  if (await disk.stat(program) === null) {
    await disk.makeDirectory(program, { mode: PROGRAM_MODE });
    await disk.chmod(program, PROGRAM_MODE);
    await disk.syncDirectory(layout.root);
  }
  const target = layout.version(name, version);
  if (await disk.stat(target) !== null) {
    // Damaged, or of another package: the one from before comes back if this
    // install does not hold.
    await moveDurably(disk, target, layout.trashed(id, "former"));
  }
  await moveDurably(disk, layout.staged(id), target);
}

/**
 * Takes a program away up to the commit: link and versions in one rename, so
 * that it is whole or gone.
 *
 * @throws what the disk throws.
 */
export async function performRemoval(
  disk: Disk,
  layout: Layout,
  { id, name }: RemovalTransaction,
): Promise<void> {
  await moveDurably(
    disk,
    layout.program(name),
    layout.trashed(id, "removed"),
  );
}
