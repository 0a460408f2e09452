/**
 * The trial of a new agent: the last step of the agent's own update, which this
 * process cannot take itself. It hands the open transaction over; the new agent
 * writes the commit record once it has reported to its server, and whoever
 * finds the transaction open without a new agent at work undoes it.
 *
 * @module
 */

import type { Manifest } from "../../ieo/manifest/types.ts";
import type { Commit } from "../journal/entries.ts";
import type {
  JournalState,
  OpenTransaction,
} from "../journal/journal_state.ts";
import type { Layout } from "../layout.ts";
import type { Settled } from "../recovery/settle.ts";
import type { Failure } from "../result.ts";

/** A new agent that is in place, and not believed yet. */
export interface Trial {
  /** The transaction that waits for it. */
  readonly id: string;
  readonly order: bigint;
  readonly attempt: number;
  readonly version: string;
  /** The executable to start. */
  readonly program: string;
  /** What the service starts, and what the new one takes the place of. */
  readonly executable: string;
  /** The new agent has to report within this time of its start. */
  readonly deadlineSeconds: number;
}

/** A committed version of the agent whose place somebody older has still. */
export type Successor = Pick<Trial, "version" | "program" | "executable">;

/** What is known of a trial before its transaction has begun. */
export type PlannedTrial = Pick<Trial, "program" | "deadlineSeconds">;

/** Null for every program but the agent itself. */
export function trialOf(
  layout: Layout,
  { name, self }: Pick<Manifest, "name" | "self">,
): PlannedTrial | null {
  return self === undefined ? null : {
    program: `${layout.current(name)}/${self.path}`,
    deadlineSeconds: self.deadlineSeconds,
  };
}

/** How a trial ended, for the installer that is opened after it. */
export interface Verdict {
  /** The transaction. */
  readonly id: string;
  readonly failure: Failure;
}

/** What is owed for the open transaction, if the verdict is on that one. */
export function owedBy(
  verdict: Verdict | null,
  { open }: JournalState,
): Failure | null {
  return verdict !== null && verdict.id === open?.id ? verdict.failure : null;
}

/** A transaction that waits for its new agent. */
export type WaitingTrial =
  & Exclude<OpenTransaction, { readonly kind: "remove" }>
  & {
    readonly trial: Commit;
  };

/**
 * The transaction that waits under this id.
 *
 * @throws {Error} when there is none: the trial is over, or never was.
 */
export function waitingTrial({ open }: JournalState, id: string): WaitingTrial {
  const isWaiting = open?.id === id && open.kind !== "remove" &&
    open.trial !== null && !open.committed;
  if (isWaiting) return open as WaitingTrial;
  throw new Error(
    `This agent was started to be tried (${id}), and no transaction waits ` +
      "for that; start it without FLOTTILLE_TRIAL",
  );
}

/** What whoever starts the new agent needs to know. */
export function trialOn(
  { id, order, attempt, version, self }: WaitingTrial,
  planned: PlannedTrial,
): Trial {
  const executable = self?.executable ?? planned.program;
  return { ...planned, id, order, attempt, version, executable };
}

/** The agent that a start found committed and put into its place, or null. */
export function successorIn(
  layout: Layout,
  settled: Settled | null,
): Successor | null {
  if (settled === null || !settled.tookOver) return null;
  const { transaction } = settled;
  if (transaction.kind === "remove" || transaction.self === null) return null;
  const { name, version, self: { path, executable } } = transaction;
  return { version, program: `${layout.current(name)}/${path}`, executable };
}
