/**
 * Closing a transaction: reads what is visible of it, asks the recovery table,
 * and carries out the verdict. Used at the end of every transaction and at
 * every start, so what a crash leaves is closed by code that runs every day.
 *
 * Every step may be interrupted and done again: each one looks first at what
 * is there, and none of them needs space.
 *
 * @module
 */

import type { Disk } from "../host/disk.ts";
import type { Journal } from "./journal.ts";
import type {
  InstallTransaction,
  RemovalTransaction,
  Transaction,
} from "./journal_record.ts";
import {
  dropSpareLinks,
  type Layout,
  moveDurably,
  readCurrent,
  switchBack,
} from "./layout.ts";
import { readRecord } from "./programs.ts";
import {
  decideInstall,
  decideRemoval,
  type InstallFacts,
  type RemovalFacts,
  type Row,
} from "./recovery.ts";
import type { Result } from "./result.ts";

/** What was closed, and how, for whoever keeps a log. */
export interface Settled {
  readonly transaction: Transaction;
  readonly row: Row;
}

/** What `settle` is given. */
export interface SettleOptions {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly journal: Journal;
  /** What the order's giver was or will be told if it is undone. */
  readonly owed: Result | null;
}

/**
 * Closes the open transaction, if there is one.
 *
 * @throws what the disk throws; the transaction then stays open, and calling
 * again goes on from there.
 */
export async function settle(
  { disk, layout, journal, owed }: SettleOptions,
): Promise<Settled | null> {
  // Before anything else: is what we believe of the journal on the medium?
  await journal.repair();
  const transaction = journal.state.open;
  if (transaction === null) return null;
  const row =
    await (transaction.kind === "install"
      ? settleInstall({ disk, layout }, transaction)
      : settleRemoval({ disk, layout }, transaction));
  const { id, committed } = transaction;
  await journal.append(
    committed ? { do: "end", id } : { do: "undone", id, result: owed },
  );
  return { transaction, row };
}

type OpenInstall = InstallTransaction & { readonly committed: boolean };
type OpenRemoval = RemovalTransaction & { readonly committed: boolean };

async function settleInstall(
  at: At,
  transaction: OpenInstall,
): Promise<Row> {
  const facts = await readInstallFacts(at, transaction);
  const row = decideInstall(facts);
  if (row.verdict === "undo") await undoInstall(at, transaction, facts);
  if (row.verdict === "finish") await finishInstall(at, transaction);
  return row;
}

async function settleRemoval(
  at: At,
  transaction: OpenRemoval,
): Promise<Row> {
  const facts = await readRemovalFacts(at, transaction);
  const row = decideRemoval(facts);
  if (row.verdict === "undo") await undoRemoval(at, transaction, facts);
  if (row.verdict === "finish") await finishRemoval(at, transaction);
  return row;
}

interface At {
  readonly disk: Disk;
  readonly layout: Layout;
}

async function readInstallFacts(
  { disk, layout }: At,
  { id, name, version, committed }: OpenInstall,
): Promise<InstallFacts> {
  const record = await readRecord(disk, layout, name, version);
  const placed = record?.transaction === id;
  return {
    begun: true,
    committed,
    staged: await exists(disk, layout.staged(id)),
    displaced: await exists(disk, layout.trashed(id, "former")),
    placed,
    live: placed && await readCurrent(disk, layout, name) === version,
  };
}

async function readRemovalFacts(
  { disk, layout }: At,
  { id, name, committed }: OpenRemoval,
): Promise<RemovalFacts> {
  return {
    begun: true,
    committed,
    taken: await exists(disk, layout.trashed(id, "removed")),
    present: await exists(disk, layout.program(name)),
  };
}

/** In the reverse order of the install; the program works again at once. */
async function undoInstall(
  { disk, layout }: At,
  transaction: OpenInstall,
  facts: InstallFacts,
): Promise<void> {
  const { id, name, version } = transaction;
  const place = layout.version(name, version);
  if (facts.live) await switchBack(disk, layout, transaction);
  if (facts.placed) {
    await moveDurably(disk, place, layout.trashed(id, "undone"));
  }
  if (facts.displaced) {
    await moveDurably(disk, layout.trashed(id, "former"), place);
  }
  await dropSpareLinks(disk, layout, transaction);
  await disk.remove(layout.staged(id), { recursive: true });
  await disk.remove(layout.trashed(id, "undone"), { recursive: true });
  if (transaction.previous === null) await removeIfEmpty(disk, layout, name);
}

/** The version before, and whatever stood in the way, is not needed any more. */
async function finishInstall(
  { disk, layout }: At,
  transaction: OpenInstall,
): Promise<void> {
  const { id, name, version, previous } = transaction;
  if (previous !== null && previous !== version) {
    const place = layout.version(name, previous);
    // Away in one step first: half a version must not look like one.
    if (await exists(disk, place)) {
      await moveDurably(disk, place, layout.trashed(id, "replaced"));
    }
  }
  await dropSpareLinks(disk, layout, transaction);
  await disk.remove(layout.trashed(id, "replaced"), { recursive: true });
  await disk.remove(layout.trashed(id, "former"), { recursive: true });
}

async function undoRemoval(
  { disk, layout }: At,
  { id, name }: OpenRemoval,
  { taken }: RemovalFacts,
): Promise<void> {
  if (!taken) return;
  const trashed = layout.trashed(id, "removed");
  await moveDurably(disk, trashed, layout.program(name));
}

async function finishRemoval(
  { disk, layout }: At,
  { id }: OpenRemoval,
): Promise<void> {
  await disk.remove(layout.trashed(id, "removed"), { recursive: true });
}

async function removeIfEmpty(
  disk: Disk,
  layout: Layout,
  name: string,
): Promise<void> {
  const directory = layout.program(name);
  if (!await exists(disk, directory)) return;
  for await (const _ of disk.list(directory)) return;
  await disk.remove(directory);
}

async function exists(disk: Disk, path: string): Promise<boolean> {
  return await disk.stat(path) !== null;
}

/**
 * Empties our own directories. Only when no transaction is open: then nothing
 * in them is anybody's.
 */
export async function sweep(disk: Disk, layout: Layout): Promise<void> {
  for (const directory of [layout.staging, layout.trash]) {
    await disk.makeDirectory(directory, { recursive: true, mode: 0o700 });
    for (const { name } of await Array.fromAsync(disk.list(directory))) {
      await disk.remove(`${directory}/${name}`, { recursive: true });
    }
  }
}
