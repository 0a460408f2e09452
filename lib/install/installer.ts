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
 * It does not know where packages come from, or who asks.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";
import type { Progress } from "../ieo/extract.ts";
import type { OpenPackage } from "../ieo/open.ts";
import { verifyPackageFile } from "../ieo/verify.ts";
import type { InstallOrder, RemovalOrder } from "../sep/server_api.ts";
import type { PublishersList } from "../trust/publishers.ts";
import type { SignedStatement } from "../trust/statement.ts";
import { performInstall, performRemoval } from "./install_steps.ts";
import type {
  InstallTransaction,
  RemovalTransaction,
} from "./journal_record.ts";
import { Layout, readCurrent } from "./layout.ts";
import { faultOfNames, faultOfRemoval, spaceNeeded } from "./plan.ts";
import { type InstalledProgram, isOwned, readPrograms } from "./programs.ts";
import { DONE, type Failure, failure, type Result } from "./result.ts";
import type { Settled } from "./settle.ts";
import { isThere, readRemovalSituation } from "./situation.ts";
import { type Ordered, Transactions } from "./transactions.ts";

/** Where an installer works, and with what. */
export interface InstallerOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  /** The directory of all programs; made when it is not there. */
  readonly root: string;
  /** The directory of the journal and the lock; made when it is not there. */
  readonly state: string;
  /** Told of errors that are not the outcome of any order: a sentence. */
  readonly onTrouble?: (sentence: string) => void;
}

/** An order to install, with the package that was downloaded for it. */
export interface InstallRequest {
  readonly order: InstallOrder;
  /** The downloaded `A.ieo`; it stays where it is. */
  readonly packagePath: string;
  /** The bytes of `A.ieo.sig`, as they came with it. */
  readonly statement: Uint8Array;
  readonly publishers: PublishersList;
  readonly onProgress?: Progress;
}

/** Installs and removes the programs of one root, one order at a time. */
export class Installer {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #layout: Layout;
  readonly #transactions: Transactions;

  private constructor(
    { disk, clock }: InstallerOptions,
    layout: Layout,
    transactions: Transactions,
  ) {
    this.#disk = disk;
    this.#clock = clock;
    this.#layout = layout;
    this.#transactions = transactions;
  }

  /**
   * Opens the installer and closes what a crash left open.
   *
   * @throws {JournalError} when the journal was damaged.
   * @throws {Error} when another agent of this machine holds it (I-20).
   * @throws what the disk throws; opening again goes on from there.
   */
  static async open(options: InstallerOptions): Promise<Installer> {
    const { disk, root } = options;
    await disk.makeDirectory(root, { recursive: true, mode: 0o755 });
    await disk.makeDirectory(options.state, { recursive: true, mode: 0o700 });
    const layout = new Layout(root);
    const transactions = await Transactions.open({ ...options, layout });
    return new Installer(options, layout, transactions);
  }

  /** What the start found to close; null when all was well. */
  get recovered(): Settled | null {
    return this.#transactions.recovered;
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
    return readPrograms(this.#disk, this.#layout);
  }

  /**
   * The answer to `[possede]`: is the program installed in this version (`*`
   * is any)? Read from the disk, never remembered.
   */
  owns(name: string, version: string): Promise<boolean> {
    return isOwned(this.#disk, this.#layout, name, version);
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
      () => this.#resultWithoutPackage(order),
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
        await this.#resultWithoutPackage(order) ??
          await this.#verifyAndInstall(request, doing),
    );
  }

  /** Removes a program; the version `*` is any. */
  remove(order: RemovalOrder): Promise<Result> {
    const doing = `Cannot remove ${order.name}`;
    return this.#transactions.exclusively(
      "remove",
      order,
      doing,
      () => this.#remove(order, doing),
    );
  }

  async #resultWithoutPackage(order: InstallOrder): Promise<Result | null> {
    const fault = faultOfNames(order, false);
    if (fault !== null) return await this.#transactions.record(order, fault);
    return await isThere(this.#disk, this.#layout, order)
      ? await this.#transactions.record(order, DONE)
      : null;
  }

  async #verifyAndInstall(
    request: InstallRequest,
    doing: string,
  ): Promise<Result> {
    const { order, packagePath: path, statement, publishers } = request;
    const disk = this.#disk;
    const verified = await verifyPackageFile({
      disk,
      path,
      statement,
      publishers,
      ordered: order,
    });
    if (!verified.ok) return await this.#refuse(order, verified.fault);
    // Loaded when it is needed: the zip library is 4 MB of an idle agent.
    const { openPackage } = await import("../ieo/open.ts");
    const stated = verified.value;
    const opened = await openPackage({ disk, path, statement: stated });
    if (!opened.ok) return await this.#refuse(order, opened.fault);
    try {
      return await this.#install(request, doing, stated, opened.value);
    } finally {
      opened.value.close();
    }
  }

  async #install(
    { order, onProgress }: InstallRequest,
    doing: string,
    statement: SignedStatement,
    opened: OpenPackage,
  ): Promise<Result> {
    const needed = spaceNeeded(opened.manifest.files);
    const free = await this.#disk.spaceFree(this.#layout.root);
    if (free < needed) {
      const detail = `${doing}: it needs ${needed} bytes on the disk and ` +
        `${free} are free`;
      return await this.#refuse(order, { reason: "disk", detail });
    }
    const { name, version } = order;
    const transaction: InstallTransaction = {
      ...await this.#newTransaction(order, name),
      kind: "install",
      version,
    };
    return await this.#transactions.transact(
      transaction,
      doing,
      () =>
        performInstall({
          disk: this.#disk,
          layout: this.#layout,
          transaction,
          opened,
          statement,
          nowMs: this.#clock.wallMs(),
          ...(onProgress === undefined ? {} : { onProgress }),
        }),
    );
  }

  async #remove(order: RemovalOrder, doing: string): Promise<Result> {
    const { name } = order;
    const fault = faultOfNames(order, true) ?? faultOfRemoval(
      order,
      await readRemovalSituation(this.#disk, this.#layout, name),
    );
    if (fault !== null) return await this.#transactions.record(order, fault);
    const transaction: RemovalTransaction = {
      ...await this.#newTransaction(order, name),
      kind: "remove",
    };
    return await this.#transactions.transact(transaction, doing, async () => {
      await performRemoval(this.#disk, this.#layout, transaction);
      return null;
    });
  }

  async #newTransaction(
    ordered: Ordered,
    name: string,
  ): Promise<Omit<RemovalTransaction, "kind">> {
    const { order, attempt } = ordered;
    const id = this.#transactions.nextId(ordered);
    const previous = await readCurrent(this.#disk, this.#layout, name);
    return { id, order, attempt, name, previous };
  }

  async #refuse(
    ordered: Ordered,
    { reason, detail }: Pick<Failure, "reason" | "detail">,
  ): Promise<Result> {
    return await this.#transactions.record(ordered, failure(reason, detail));
  }
}
