/**
 * An order to go back to the version that is kept from before the last update:
 * no package, no network, and hardly a byte of the disk.
 *
 * @module
 */

import type { InstallOrder } from "../../sep/server_api.ts";
import type { RollbackTransaction } from "../journal/entries.ts";
import type { PublishersList } from "../../trust/publishers.ts";
import { exists } from "../layout.ts";
import { obstacleToOwn } from "../plan/admission.ts";
import { selfChangeOf } from "../plan/own_update.ts";
import { faultOfNames, faultOfRollback } from "../plan/plan.ts";
import { isOwned, readSituation } from "../plan/situation.ts";
import { done, type Failure, failure, type Result } from "../result.ts";
import { faultOfCommands } from "../steps/commands.ts";
import { planNatives } from "../steps/natives.ts";
import { performRollback } from "../steps/rollback_steps.ts";
import type { Tree } from "../steps/step.ts";
import { readTree } from "../steps/trees.ts";
import { type Desk, hasHooks, newTransaction, refuse } from "./desk.ts";
import { trialOf } from "./trial.ts";

/** Goes back to the kept version; the version `*` is whichever that is. */
export async function goBack(
  desk: Desk,
  order: InstallOrder,
  publishers: PublishersList | null,
  doing: string,
): Promise<Result> {
  const { site, transactions } = desk;
  const { layout, natives } = site;
  const { name, version } = order;
  const unnamed = faultOfNames(order, true);
  if (unnamed !== null) return await refuse(desk, order, unnamed);
  const situation = await readSituation(site, name);
  const { current, kept } = situation;
  // Whoever asks for the very version that is in use has what they want.
  if (current === version && await isOwned(site, name, version)) {
    return await transactions.record(order, done(version));
  }
  const fault = faultOfRollback(order, situation);
  if (fault !== null) return await refuse(desk, order, fault);
  if (current === null || kept === null) throw new TypeError("Judged above");

  // What a thief's key signed is not run again because it was run once (K-07).
  if (publishers?.revoked.includes(kept.publisher)) {
    const why = "is kept, but its publisher's key was revoked";
    return await refuse(
      desk,
      order,
      failure("revoked", `${doing}: ${kept.version} ${why}`),
    );
  }
  const to = await readTree(site, layout.version(name, kept.version));
  const broken = await faultOfKept(desk, to, `${doing}: ${kept.version}`);
  if (broken !== null) return await refuse(desk, order, broken);
  if (to === null) throw new TypeError("Judged above");
  const from = await readTree(site, layout.version(name, current));
  const transaction: RollbackTransaction = {
    ...newTransaction(desk, order),
    kind: "rollback",
    version: kept.version,
    previous: current,
    native: await planNatives(
      natives,
      from?.manifest.native ?? [],
      to.manifest.native,
    ),
    hooks: hasHooks(to),
    self: selfChangeOf(to.manifest.self, desk.own),
  };
  return await transactions.transact(
    transaction,
    { doing, trial: trialOf(layout, to.manifest) },
    () => performRollback({ site, transaction, from, to }),
  );
}

/**
 * Why the kept version cannot be gone back to. Files that the owner changed are
 * as they were when it was in use, so only what is missing counts.
 */
async function faultOfKept(
  { site: { disk, layout }, own }: Desk,
  tree: Tree | null,
  doing: string,
): Promise<Failure | null> {
  if (tree === null) {
    return failure("absent", `${doing} is kept, but has lost its manifest`);
  }
  const { directory, manifest } = tree;
  for (const { path } of manifest.files) {
    const isFree = manifest.config.some((file) => file.path === path);
    if (isFree || await exists(disk, `${directory}/${path}`)) continue;
    return failure("absent", `${doing} is kept, but has lost its file ${path}`);
  }
  const obstacle = obstacleToOwn(manifest, own);
  if (obstacle !== null) {
    return failure(obstacle.reason, `${doing} is kept, but ${obstacle.detail}`);
  }
  const { name, bin: commands } = manifest;
  const taken = await faultOfCommands(disk, layout, { name, commands });
  return taken === null
    ? null
    : failure("conflict", `${doing} is kept, but ${taken}`);
}
