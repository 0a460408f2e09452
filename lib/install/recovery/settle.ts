/**
 * Closing a transaction: reads what is visible of it, asks the recovery table,
 * and carries out the verdict. Used at the end of every transaction and at
 * every start, so what a crash leaves is closed by code that runs every day.
 *
 * @module
 */

import { makeDurableDirectory } from "../../host/durable_directory.ts";
import type { SelfChange, Transaction } from "../journal/entries.ts";
import type { Journal } from "../journal/journal.ts";
import type { OpenTransaction } from "../journal/journal_state.ts";
import { moveDurably } from "../layout.ts";
import { type Failure, failure, failureOf } from "../result.ts";
import type { Site } from "../site.ts";
import {
  dropNextExecutable,
  takeOverExecutable,
} from "../steps/own_executable.ts";
import { freePlace } from "../steps/owner_files.ts";
import {
  type Open,
  readInstallFacts,
  readRemovalFacts,
  readRollbackFacts,
} from "./facts.ts";
import { finishInstall, finishRemoval, finishRollback } from "./finish.ts";
import {
  decideInstall,
  decideRemoval,
  decideRollback,
  type Row,
} from "./recovery.ts";
import {
  type Regrets,
  undoInstall,
  undoRemoval,
  undoRollback,
} from "./undo.ts";

/** What was closed, and how, for whoever keeps a log. */
export interface Settled {
  readonly transaction: Transaction;
  readonly row: Row;
  /** Of the agent's own update: did the service's file change just now? */
  readonly tookOver: boolean;
}

/**
 * Closes the open transaction, if there is one. `owed` is what the order's
 * giver was or will be told if it is undone.
 *
 * @throws what the disk throws; the transaction then stays open, and calling
 * again goes on from there.
 */
export async function settle(
  site: Site,
  journal: Journal,
  owed: Failure | null,
): Promise<Settled | null> {
  // Before anything else: is what we believe of the journal on the medium?
  await journal.repair();
  const transaction = journal.state.open;
  if (transaction === null) return null;
  const { row, regrets, tookOver } = await close(site, transaction);
  const { id, committed } = transaction;
  if (committed) await journal.append({ do: "end", id });
  else {
    const failed = owed ?? interruptedTrial(transaction);
    const result = failed === null ? null : regretting(failed, regrets);
    await journal.append({ do: "undone", id, result });
  }
  regrets.forEach(site.trouble);
  return { transaction, row, tookOver };
}

/**
 * A trial that nobody saw the end of counts as an attempt: an agent under which
 * the machine goes down is not to be tried for ever.
 */
function interruptedTrial(
  { name, trial }: OpenTransaction,
): Failure | null {
  return trial === null ? null : failure(
    "system",
    `Cannot change to ${name} ${trial.version}: while it was tried, the agent ` +
      "before it was ended as well",
  );
}

/** The failure, and after it what could not be brought back. */
function regretting(owed: Failure, regrets: Regrets): Failure {
  return regrets.length === 0
    ? owed
    : failure(owed.reason, [...regrets, owed.detail].join("\n"));
}

type Closed = Pick<Settled, "row" | "tookOver"> & {
  readonly regrets: Regrets;
};

function close(site: Site, transaction: OpenTransaction): Promise<Closed> {
  switch (transaction.kind) {
    case "install":
      return closeAs(site, transaction, {
        read: readInstallFacts,
        decide: decideInstall,
        undo: undoInstall,
        finish: finishInstall,
      });
    case "rollback":
      return closeAs(site, transaction, {
        read: readRollbackFacts,
        decide: decideRollback,
        undo: undoRollback,
        finish: finishRollback,
      });
    case "remove":
      return closeAs(site, transaction, {
        read: readRemovalFacts,
        decide: decideRemoval,
        undo: undoRemoval,
        finish: finishRemoval,
      });
  }
}

interface Way<T, Facts> {
  readonly read: (site: Site, transaction: Open<T>) => Promise<Facts>;
  readonly decide: (facts: Facts) => Row;
  readonly undo: (site: Site, of: T, facts: Facts) => Promise<Regrets>;
  readonly finish: (site: Site, of: T) => Promise<void>;
}

async function closeAs<T extends Transaction, Facts>(
  site: Site,
  transaction: Open<T>,
  { read, decide, undo, finish }: Way<T, Facts>,
): Promise<Closed> {
  const self = selfOf(transaction);
  const facts = await read(site, transaction);
  const row = decide(facts);
  let regrets: Regrets = [];
  let tookOver = false;
  if (row.verdict === "undo") {
    regrets = await undo(site, transaction, facts);
    if (self !== null) await dropNextExecutable(site.disk, self);
  }
  if (row.verdict === "finish") {
    // First: what the service starts is what works.
    tookOver = self !== null && await takeOverExecutable(site.disk, self);
    await finish(site, transaction);
  }
  return { row, regrets, tookOver };
}

function selfOf(transaction: Transaction): SelfChange | null {
  return transaction.kind === "remove" ? null : transaction.self;
}

/**
 * What a start does: closes the open transaction, and tidies up. An error is
 * told, and no more: an agent that does not start answers nobody, and cannot be
 * helped from afar. The transaction stays open then, and is closed before the
 * next order, which tells why it cannot be.
 */
export async function settleAtStart(
  site: Site,
  journal: Journal,
  owed: Failure | null,
): Promise<Settled | null> {
  let settled: Settled | null = null;
  try {
    settled = await settle(site, journal, owed);
  } catch (error) {
    const doing = "Cannot close what the last run left open";
    site.trouble(failureOf(error, doing).detail);
  }
  await sweep(site, journal);
  return settled;
}

/**
 * Makes our own directories, and empties them when no transaction is open: then
 * nothing in them is anybody's. What is kept for the owner stays. With a
 * journal that was lost nobody knows whose the trash is: then it is kept.
 *
 * @throws what the disk throws when the directories cannot be made.
 */
async function sweep(
  { disk, layout, trouble }: Site,
  { state, isNew }: Journal,
): Promise<void> {
  await makeDurableDirectory(disk, layout.kept, { mode: 0o700 });
  for (const directory of [layout.staging, layout.trash]) {
    await disk.makeDirectory(directory, { recursive: true, mode: HOOKS_MODE });
    // An older agent made them closed.
    await disk.chmod(directory, HOOKS_MODE);
    if (state.open !== null) continue;
    for (const { name } of await Array.fromAsync(disk.list(directory))) {
      const path = `${directory}/${name}`;
      try {
        if (isNew && directory === layout.trash) {
          const lost = { name: "lost", version: name };
          await moveDurably(disk, path, await freePlace(disk, layout, lost));
        } else await disk.remove(path, { recursive: true });
      } catch (error) {
        trouble(failureOf(error, `Cannot tidy up ${directory}`).detail);
      }
    }
  }
}

/** A hook that another user runs works in there, and finds nothing else. */
const HOOKS_MODE = 0o711;
