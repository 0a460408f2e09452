/**
 * What every order is carried out with: the hands, the journal, and what the
 * machine knows of itself.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import type { TargetFacts } from "../../ieo/fit/targets.ts";
import type { PublishersList } from "../../trust/publishers.ts";
import type { Machine } from "../plan/admission.ts";
import type { OwnPlace } from "../plan/own_update.ts";
import { type Failure, failure, type Result } from "../result.ts";
import type { Site } from "../site.ts";
import type { Tree } from "../steps/step.ts";
import type { Ordered, Transactions } from "./transactions.ts";

/** What every order is carried out with. */
export interface Desk {
  readonly site: Site;
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly facts: () => TargetFacts | Promise<TargetFacts>;
  readonly agentVersion: string;
  /** For the agent's own update. */
  readonly own: OwnPlace;
}

/** Ends an order that changes nothing: its failure, recorded. */
export async function refuse(
  { transactions }: Desk,
  ordered: Ordered,
  { reason, detail }: Pick<Failure, "reason" | "detail">,
): Promise<Result> {
  return await transactions.record(ordered, failure(reason, detail));
}

/** What a package is judged by. */
export async function readMachine(
  { facts, agentVersion, clock, own }: Desk,
  publishers: PublishersList,
): Promise<Machine> {
  return {
    facts: await facts(),
    agentVersion,
    own,
    // A clock that is behind must not bring back what has expired (N-02): it
    // is at least as late as the list's signing.
    nowMs: Math.max(clock.wallMs(), Date.parse(publishers.issued)),
  };
}

/**
 * May the package run a hook, or be run to be proved? Then an undoing has to
 * look for what was begun.
 */
export function hasHooks(tree: Pick<Tree, "manifest"> | null): boolean {
  return Object.keys(tree?.manifest.hooks ?? {}).length > 0 ||
    tree?.manifest.self !== undefined;
}

/** What a transaction is called, and for whom it is. */
export function newTransaction(
  { transactions }: Desk,
  { order, attempt, name }: Ordered & { readonly name: string },
) {
  return {
    id: transactions.nextId({ order, attempt }),
    order,
    attempt,
    name,
  };
}
