/**
 * An order to remove a program, whatever its version.
 *
 * @module
 */

import type { RemovalOrder } from "../../sep/server_api.ts";
import type { RemovalTransaction } from "../journal/entries.ts";
import { faultOfNames, faultOfRemoval } from "../plan/plan.ts";
import { readSituation } from "../plan/situation.ts";
import type { Result } from "../result.ts";
import { planNatives } from "../steps/natives.ts";
import { performRemoval } from "../steps/removal_steps.ts";
import { readTree } from "../steps/trees.ts";
import { type Desk, hasHooks, newTransaction, refuse } from "./desk.ts";

/** Removes a program; the version `*` is any. */
export async function remove(
  desk: Desk,
  order: RemovalOrder,
  doing: string,
): Promise<Result> {
  const { site, transactions } = desk;
  const { name } = order;
  const unnamed = faultOfNames(order, true);
  if (unnamed !== null) return await refuse(desk, order, unnamed);
  const situation = await readSituation(site, name);
  const fault = faultOfRemoval(order, situation);
  if (fault !== null) return await refuse(desk, order, fault);
  const { current: previous } = situation;
  const from = previous === null
    ? null
    : await readTree(site, site.layout.version(name, previous));
  const transaction: RemovalTransaction = {
    ...newTransaction(desk, order),
    kind: "remove",
    previous,
    native: await planNatives(site.natives, from?.manifest.native ?? [], []),
    hooks: hasHooks(from),
  };
  return await transactions.transact(
    transaction,
    { doing, trial: null },
    () => performRemoval({ site, transaction, from }),
  );
}
