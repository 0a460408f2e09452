/**
 * One step of a conversation: a pure function of the table, the phase and the
 * input. It does not know which side it is playing, so it cannot be kinder to
 * ourselves than to the peer.
 *
 * @module
 */

import type { Move, Waiting } from "./moves.ts";

/** The two tables of one side. */
export interface Play<Phase extends string, Question, Ending> {
  readonly phases: Readonly<Record<string, Waiting>>;
  readonly moves: Readonly<
    Record<Phase, Readonly<Record<string, Move<Phase, Question, Ending>>>>
  >;
}

/** The input of a timer that fired: in every phase that awaits something. */
export const TIMER = "timer";

/** How a step ends a conversation that was lost. */
export const LOST = "lost";

/**
 * What the input does in this phase, or null when it is an illegal move, which
 * changes nothing and is answered by silence (C-21).
 */
export function step<Phase extends string, Question, Ending>(
  play: Play<Phase, Question, Ending>,
  phase: Phase,
  input: string,
): Move<Phase, Question, Ending | typeof LOST> | null {
  if (input === TIMER) {
    // The seed's rule: whatever was awaited and did not come, the conversation
    // is broken. Only what awaits something can be broken.
    return phase in play.phases ? { to: "ended", end: LOST } : null;
  }
  // An ended conversation has no row: it only answers duplicates.
  const row = play.moves[phase] ?? {};
  return Object.hasOwn(row, input) ? row[input] ?? null : null;
}

/** Milliseconds that a phase waits before it is lost; null: without end. */
export function waitOf<Phase extends string, Question, Ending>(
  play: Play<Phase, Question, Ending>,
  phase: Phase,
): number | null {
  return play.phases[phase]?.withinMs ?? null;
}
