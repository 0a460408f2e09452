/**
 * An order to install, from the downloaded file to the result: verify, plan,
 * space, then the transaction. Nothing is written before the last.
 *
 * @module
 */

import type { Progress } from "../../ieo/extract.ts";
import type { OpenPackage } from "../../ieo/open.ts";
import { verifyPackageFile } from "../../ieo/verify.ts";
import type { InstallOrder } from "../../sep/server_api.ts";
import type { PublishersList } from "../../trust/publishers.ts";
import type { SignedStatement } from "../../trust/statement.ts";
import type { InstallTransaction, UsedDowngrade } from "../journal/entries.ts";
import {
  faultOfNeighbours,
  faultOfPackage,
  type Machine,
} from "../plan/admission.ts";
import { faultOfHiding } from "../plan/hidden_commands.ts";
import { floorOf, judgeDowngrade } from "../plan/downgrade_rule.ts";
import { selfChangeOf } from "../plan/own_update.ts";
import { faultOfNames, spaceNeeded } from "../plan/plan.ts";
import { isThere, readSituation, type Situation } from "../plan/situation.ts";
import { isOrdered } from "../record.ts";
import { done, type Failure, failure, type Result } from "../result.ts";
import { faultOfCommands } from "../steps/commands.ts";
import { findCarriedFiles } from "../steps/config_files.ts";
import { performInstall } from "../steps/install_steps.ts";
import { planNatives } from "../steps/natives.ts";
import { readTree } from "../steps/trees.ts";
import {
  type Desk,
  hasHooks,
  newTransaction,
  readMachine,
  refuse,
} from "./desk.ts";
import { trialOf } from "./trial.ts";

/** An order to install, with the package that was downloaded for it. */
export interface InstallRequest {
  readonly order: InstallOrder;
  /** The downloaded `A.ieo`; it stays where it is. */
  readonly packagePath: string;
  /** The bytes of `A.ieo.sig`, as they came with it. */
  readonly statement: Uint8Array;
  readonly publishers: PublishersList;
  /**
   * Asks for the downgrade statement of the package; only when it is needed.
   * Null: there is none. Throws when it cannot be asked for.
   */
  readonly downgrade?: () => Promise<Uint8Array | null>;
  readonly onProgress?: Progress;
}

/**
 * The result of an install that needs no package: that of an order for what is
 * there already, which is recorded. Null when the package is needed.
 */
export async function resultWithoutPackage(
  desk: Desk,
  order: InstallOrder,
): Promise<Result | null> {
  const { site, transactions } = desk;
  const fault = faultOfNames(order, false);
  if (fault !== null) return await refuse(desk, order, fault);
  return await isThere(site, order)
    ? await transactions.record(order, done(order.version))
    : null;
}

/** Verifies a downloaded package and makes it the version in use. */
export async function verifyAndInstall(
  desk: Desk,
  request: InstallRequest,
  doing: string,
): Promise<Result> {
  const { order, packagePath: path, statement, publishers } = request;
  const { disk } = desk.site;
  const verified = await verifyPackageFile({
    disk,
    path,
    statement,
    publishers,
    ordered: order,
  });
  if (!verified.ok) return await refuse(desk, order, verified.fault);
  // Loaded when it is needed: the zip library is 4 MB of an idle agent.
  const { openPackage } = await import("../../ieo/open.ts");
  const stated = verified.value;
  const opened = await openPackage({ disk, path, statement: stated });
  if (!opened.ok) return await refuse(desk, order, opened.fault);
  try {
    return await install(desk, {
      request,
      doing,
      statement: stated,
      opened: opened.value,
    });
  } finally {
    opened.value.close();
  }
}

/** A package that is what it says, and who asked for it. */
interface Verified {
  readonly request: InstallRequest;
  readonly doing: string;
  readonly statement: SignedStatement;
  readonly opened: OpenPackage;
}

async function install(desk: Desk, verified: Verified): Promise<Result> {
  const { request, doing, statement, opened } = verified;
  const { order, publishers, onProgress } = request;
  const { site, transactions, clock } = desk;
  const { manifest } = opened;
  const machine = await readMachine(desk, publishers);
  const situation = await readSituation(site, manifest.name);
  const fault = await faultOfPlan(desk, verified, machine, situation);
  if (fault !== null) return await refuse(desk, order, fault);
  const downgrade = await permitSerial(desk, verified, machine, situation);
  if (downgrade !== null && "ok" in downgrade) {
    return await refuse(desk, order, downgrade);
  }
  const { current: previous } = situation;
  const from = previous === null
    ? null
    : await readTree(site, site.layout.version(order.name, previous));
  const carried = from === null
    ? []
    : await findCarriedFiles(site.disk, from, { manifest });
  const full = await faultOfSpace(desk, [...manifest.files, ...carried]);
  if (full !== null) {
    return await refuse(desk, order, failure("disk", `${doing}: ${full}`));
  }
  const transaction: InstallTransaction = {
    ...newTransaction(desk, order),
    kind: "install",
    version: order.version,
    previous,
    native: await planNatives(
      site.natives,
      from?.manifest.native ?? [],
      manifest.native,
    ),
    hooks: hasHooks(opened),
    self: selfChangeOf(manifest.self, desk.own),
  };
  const trial = trialOf(site.layout, manifest);
  return await transactions.transact(
    transaction,
    { doing, trial },
    () =>
      performInstall({
        site,
        transaction,
        opened,
        statement,
        from,
        carried,
        downgrade,
        nowMs: clock.wallMs(),
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
  );
}

/** Why the package may not come to this machine as it is; null when it may. */
async function faultOfPlan(
  { site: { disk, layout } }: Desk,
  { doing, statement, opened: { manifest } }: Verified,
  machine: Machine,
  situation: Situation,
): Promise<Failure | null> {
  const obstacle = faultOfPackage(manifest, statement, machine) ??
    faultOfNeighbours({ ...manifest, to: manifest.version }, situation);
  if (obstacle !== null) {
    return failure(obstacle.reason, `${doing}: ${obstacle.detail}`);
  }
  const { name, bin: commands } = manifest;
  const hiding = statement.hooks || layout.commands === null
    ? null
    : await faultOfHiding(disk, commands);
  const taken = hiding ??
    await faultOfCommands(disk, layout, { name, commands });
  return taken === null ? null : failure("conflict", `${doing}: ${taken}`);
}

/**
 * Null when the serial is high enough; the statement that allows it when it is
 * not; or the failure when none does (I-16).
 */
async function permitSerial(
  { transactions }: Desk,
  { request, doing, statement }: Verified,
  { nowMs }: Machine,
  { record }: Situation,
): Promise<UsedDowngrade | Failure | null> {
  const { order, publishers } = request;
  const { name, version } = order;
  // What is in use counts too: the journal may have been moved aside.
  const floors = [
    ...transactions.floors.of(name),
    ...(record === null ? [] : [record]),
  ];
  const floor = floorOf(floors, publishers);
  // The same package again is a repair, and no step back.
  if (statement.serial >= floor || isOrdered(order, record)) return null;
  const judged = judgeDowngrade(await request.downgrade?.() ?? null, {
    name,
    version,
    publishers,
    used: transactions.downgrades,
    nowMs,
  });
  return judged.ok ? judged.value : failure(
    "downgrade",
    `${doing}: its serial is ${statement.serial} and serial ${floor} was ` +
      `installed here; ${judged.fault}`,
  );
}

async function faultOfSpace(
  { site: { disk, layout } }: Desk,
  files: readonly { readonly size: number }[],
): Promise<string | null> {
  const needed = spaceNeeded(files);
  const free = await disk.spaceFree(layout.root);
  return free >= needed
    ? null
    : `it needs ${needed} bytes on the disk and ${free} are free`;
}
