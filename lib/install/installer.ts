/**
 * The installer: one order at a time, each a journalled transaction that holds
 * or never was. It promises, to the server through the agent:
 *
 * - an order's result is on the medium before it is told, and the same order
 *   and attempt gets the same result again without anything being done (I-15);
 * - after a crash at any instant a program is in its old version or in its new
 *   one, and `owns` tells which (I-01);
 * - an order that fails leaves the machine as it was (I-05).
 *
 * The one result that may be told without being recorded is a failure whose
 * record could not be written (a full disk): doing such an order again is
 * harmless, and silence would be worse.
 *
 * An order's way leads from `orders/` through `plan/` (may it be) and `steps/`
 * (what it changes) to `recovery/` (how it is closed); `journal/` is what it
 * can rely on. It does not know where packages come from, or who asks.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";
import { makeDurableDirectory } from "../host/durable_directory.ts";
import type { Processes } from "../host/processes.ts";
import type { TargetFacts } from "../ieo/fit/targets.ts";
import type { InstallOrder, RemovalOrder } from "../sep/server_api.ts";
import type { PublishersList } from "../trust/publishers.ts";
import { Layout } from "./layout.ts";
import type { Desk } from "./orders/desk.ts";
import {
  type InstallRequest,
  resultWithoutPackage,
  verifyAndInstall,
} from "./orders/install_order.ts";
import { remove } from "./orders/removal_order.ts";
import { goBack } from "./orders/rollback_order.ts";
import { type Ordered, Transactions } from "./orders/transactions.ts";
import {
  type Successor,
  successorIn,
  type Trial,
  type Verdict,
} from "./orders/trial.ts";
import { isOwned } from "./plan/situation.ts";
import { type InstalledProgram, readPrograms } from "./programs.ts";
import type { Settled } from "./recovery/settle.ts";
import { type Failure, failure, type Result } from "./result.ts";
import { hookRunner, type Natives, type Site, systemNatives } from "./site.ts";

export type { InstallRequest } from "./orders/install_order.ts";
export type { Successor, Trial, Verdict } from "./orders/trial.ts";

/** Where an installer works, and with what. */
export interface InstallerOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  /** The directory of all programs; made when it is not there. */
  readonly root: string;
  /** The directory of the journal and the lock; made when it is not there. */
  readonly state: string;
  /** Runs hooks and the system's package manager. */
  readonly processes: Processes;
  /** What this machine is, for the packages' targets; asked at each install. */
  readonly facts: () => TargetFacts | Promise<TargetFacts>;
  readonly agentVersion: string;
  /** Where the programs' commands are linked; null: nowhere. */
  readonly commandsDirectory: string | null;
  /**
   * The file that this machine's service starts; absent or null when it is not
   * known: then the agent cannot update itself.
   */
  readonly executable?: string | null;
  /**
   * Told that a new agent is in place and must be tried: by another process,
   * once this installer is closed. Absent: nobody would.
   */
  readonly onTrial?: (trial: Trial) => void;
  /** This process is the new agent, on trial under this transaction. */
  readonly trial?: string | null;
  /** How a trial ended that this process was the watcher of. */
  readonly verdict?: Verdict | null;
  /** The system's package manager, when it is not this machine's own. */
  readonly natives?: Natives;
  /** Told why something waits, the manager's lock for example: a sentence. */
  readonly onWait?: (sentence: string) => void;
  /** Told of errors that are not the outcome of any order: a sentence. */
  readonly onTrouble?: (sentence: string) => void;
}

/** Installs and removes the programs of one root, one order at a time. */
export class Installer {
  readonly #desk: Desk;

  private constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Opens the installer and closes what a crash left open; if the disk does not
   * let it, that is told as a trouble, and tried again before the next order.
   *
   * @throws {JournalError} when the journal was damaged.
   * @throws {Error} when another agent of this machine holds it (I-20).
   * @throws what the disk throws when journal or directories cannot be opened.
   */
  static async open(options: InstallerOptions): Promise<Installer> {
    const { disk, clock, root, state, facts, agentVersion } = options;
    const { executable = null, onTrial = null } = options;
    await makeDurableDirectory(disk, root, { mode: 0o755 });
    await makeDurableDirectory(disk, state, { mode: 0o700 });
    const site = siteOf(options);
    const transactions = await Transactions.open({
      site,
      state,
      trial: options.trial ?? null,
      verdict: options.verdict ?? null,
      onTrial,
    });
    const own = { executable, canHandOver: onTrial !== null, root };
    const desk = { site, transactions, clock, facts, agentVersion, own };
    return new Installer(desk);
  }

  get #transactions(): Transactions {
    return this.#desk.transactions;
  }

  /** What the start found to close; null when all was well. */
  get recovered(): Settled | null {
    return this.#transactions.recovered;
  }

  /**
   * The agent in whose place this process still is: the start found its update
   * committed, and put it where the service starts it. Null: this is the one.
   */
  get successor(): Successor | null {
    return successorIn(this.#desk.site.layout, this.recovered);
  }

  /**
   * This process is a new agent that was on trial, and has reported: its update
   * holds, and its order is done. Nothing happens when it was on none.
   *
   * @throws what the disk throws before the commit; then the trial has failed.
   */
  confirm(): Promise<void> {
    return this.#transactions.confirm();
  }

  /** Waits for the order that runs, then lets go of journal and lock. */
  close(): Promise<void> {
    return this.#transactions.close();
  }

  /** The recorded result of this attempt of this order, or null. */
  resultOf(order: bigint, attempt: number): Result | null {
    return this.#transactions.resultOf({ order, attempt });
  }

  /** The installed programs, as the disk tells them. */
  programs(): Promise<InstalledProgram[]> {
    const { disk, layout } = this.#desk.site;
    return readPrograms(disk, layout);
  }

  /**
   * The answer to `[possede]`: is the program installed in this version (`*`
   * is any)? Read from the disk, and asked of the system's manager where it
   * has a part in the program; never remembered.
   */
  owns(name: string, version: string): Promise<boolean> {
    return isOwned(this.#desk.site, name, version);
  }

  /**
   * Records that an order failed before it came here, in the download for
   * example, so that it gets the same answer when it is asked again.
   */
  async fail(ordered: Ordered, { reason, detail }: Failure): Promise<Result> {
    return await this.#transactions.exclusively(
      "fail",
      ordered,
      detail,
      () => this.#transactions.record(ordered, failure(reason, detail)),
    );
  }

  /**
   * The result of an install that needs no package: one that was recorded, or
   * that of an order for what is there already, which is recorded now. Null
   * when the package is needed. Ask before downloading.
   */
  already(order: InstallOrder): Promise<Result | null> {
    return this.#transactions.exclusively(
      "already",
      order,
      `Cannot install ${order.name} ${order.version}`,
      () => resultWithoutPackage(this.#desk, order),
    );
  }

  /** Verifies a downloaded package and makes it the version in use. */
  install(request: InstallRequest): Promise<Result> {
    const { order } = request;
    const doing = `Cannot install ${order.name} ${order.version}`;
    return this.#transactions.exclusively(
      "install",
      order,
      doing,
      async () =>
        await resultWithoutPackage(this.#desk, order) ??
          await verifyAndInstall(this.#desk, request, doing),
    );
  }

  /**
   * Goes back to the version that is kept from before the last update; the
   * version `*` is whichever that is. Needs no package: the order's SHA-256
   * and size are not looked at. A version of a publisher whose key the list
   * says was revoked stays where it is.
   */
  rollback(
    order: InstallOrder,
    publishers: PublishersList | null = null,
  ): Promise<Result> {
    const doing = `Cannot go back with ${order.name}`;
    return this.#transactions.exclusively(
      "rollback",
      order,
      doing,
      () => goBack(this.#desk, order, publishers, doing),
    );
  }

  /** Removes a program; the version `*` is any. */
  remove(order: RemovalOrder): Promise<Result> {
    const doing = `Cannot remove ${order.name}`;
    return this.#transactions.exclusively(
      "remove",
      order,
      doing,
      () => remove(this.#desk, order, doing),
    );
  }
}

function siteOf(options: InstallerOptions): Site {
  const { disk, clock, processes, facts, onWait, onTrouble } = options;
  const runner = { disk, clock, processes };
  return {
    disk,
    layout: new Layout(options.root, options.commandsDirectory),
    natives: options.natives ?? systemNatives({
      ...runner,
      system: async () => (await facts()).os,
      onWait: onWait ?? (() => {}),
    }),
    hooks: hookRunner(runner),
    processes,
    trouble: onTrouble ?? (() => {}),
  };
}
