/**
 * The seat of a running agent among agents: whether it is the one that is
 * tried, what it knows of one that was tried before, and how it gives way.
 *
 * A new agent reports as soon as its server has accepted it in a session and
 * everything else of it is open. Until then it takes no orders.
 *
 * @module
 */

import type { Installer, Successor, Verdict } from "../../install/installer.ts";

/** Handed in by whoever starts the agent; absent for one that never updates. */
export interface Seat {
  /** The transaction that this process is the new agent of; null: none. */
  readonly trial: string | null;
  /** How the trial ended that came before this start; null: there was none. */
  readonly verdict: Verdict | null;
  /** Told once the new agent has reported, and holds. */
  readonly onReported: () => void;
}

/** Thrown at a start: another agent holds the place already. */
export class Succeeded extends Error {
  override readonly name = "Succeeded";
  readonly successor: Successor;

  constructor(successor: Successor) {
    super(`The agent ${successor.version} takes the place of this one`);
    this.successor = successor;
  }
}

/** A new agent's way from its start to its report. */
export class Report {
  readonly #accepted = Promise.withResolvers<void>();
  readonly #made = Promise.withResolvers<void>();

  /** @param trial Null: there is nothing to report. */
  constructor(trial: string | null) {
    if (trial === null) this.#made.resolve();
  }

  /** Resolves when the agent may take orders. */
  get made(): Promise<void> {
    return this.#made.promise;
  }

  /** The server has accepted this machine in a session. */
  accepted(): void {
    this.#accepted.resolve();
  }

  /**
   * Everything is open: waits for the server and makes the update hold.
   *
   * @throws what the disk throws; then the trial has failed.
   */
  async make(installer: Installer, { onReported }: Seat): Promise<void> {
    await this.#accepted.promise;
    await installer.confirm();
    this.#made.resolve();
    onReported();
  }
}
