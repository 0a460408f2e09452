/**
 * The server's end of SeP in memory: machines that answer as a test tells
 * them to, and a record of what was asked.
 *
 * @module
 */

import type {
  MachineId,
  Opening,
  Outcome,
  RoundTarget,
} from "../../../lib/sep/server_api.ts";

/** One conversation that was asked for. */
export interface Asked {
  readonly machine: MachineId;
  readonly opening: Opening;
  /** Ends it. */
  end(outcome: Outcome): void;
}

/** Answers a conversation at once, or not yet (null). */
export type Script = (machine: MachineId, opening: Opening) => Outcome | null;

export class FakeEndpoint {
  /** Every conversation, oldest first. */
  readonly asked: Asked[] = [];
  readonly rounds: { targets: readonly RoundTarget[]; windowMs: number }[] = [];
  readonly forgotten: MachineId[] = [];
  readonly sessions = new Map<MachineId, Uint8Array>();
  /** Is called before anything is answered: to look at the store. */
  watch: (machine: MachineId, opening: Opening) => unknown = () => {};
  script: Script = () => null;
  /** What happens while a round's window is open. */
  duringRound: () => void = () => {};

  async converse(machine: MachineId, opening: Opening): Promise<Outcome> {
    const waiting = Promise.withResolvers<Outcome>();
    this.asked.push({ machine, opening, end: waiting.resolve });
    await this.watch(machine, opening);
    const answer = this.script(machine, opening);
    if (answer !== null) waiting.resolve(answer);
    return await waiting.promise;
  }

  round(targets: readonly RoundTarget[], windowMs: number): Promise<void> {
    this.rounds.push({ targets, windowMs });
    this.duringRound();
    return Promise.resolve();
  }

  forgetSession(machine: MachineId): void {
    this.forgotten.push(machine);
    this.sessions.delete(machine);
  }

  sessionOf(machine: MachineId): Uint8Array | null {
    return this.sessions.get(machine) ?? null;
  }

  /** The opening of this conversation, which must begin with this word. */
  opening<W extends Opening["word"]>(
    index: number,
    word: W,
  ): Extract<Opening, { word: W }> {
    const opening = this.asked[index]?.opening;
    if (opening?.word !== word) {
      throw new Error(`Conversation ${index} is [${opening?.word}]`);
    }
    return opening as Extract<Opening, { word: W }>;
  }

  /** The words that were said, in their order. */
  get words(): string[] {
    return this.asked.map(({ opening }) => opening.word);
  }
}
