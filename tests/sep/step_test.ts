/**
 * The tables of moves, cell by cell, and the step that reads them.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  MACHINE_MOVES,
  MACHINE_PHASES,
  type Move,
  SERVER_MOVES,
  SERVER_PHASES,
} from "../../lib/sep/moves.ts";
import { LOST, type Play, step, TIMER, waitOf } from "../../lib/sep/step.ts";
import { type Role, type Word, WORDS } from "../../lib/sep/words.ts";
import { wordsOf } from "./samples.ts";

type AnyPlay = Play<string, string, string>;
const PLAYS: Readonly<Record<Role, AnyPlay>> = {
  server: { phases: SERVER_PHASES, moves: SERVER_MOVES },
  machine: { phases: MACHINE_PHASES, moves: MACHINE_MOVES },
};
const ROLES: readonly Role[] = ["server", "machine"];

/** Every input of either table, every word, and some that nobody has. */
const INPUTS = [
  ...new Set([
    ...ROLES.flatMap((role) =>
      Object.values(PLAYS[role].moves).flatMap(Object.keys)
    ),
    ...Object.keys(WORDS),
    ...Object.keys(WORDS).map((word) => `open ${word}`),
    ...["", "answer", "answer nothing", "constructor", "toString", LOST],
  ]),
];

for (const role of ROLES) {
  const play = PLAYS[role];

  Deno.test(`step does for a ${role} what its table says, C-21`, () => {
    for (const [phase, row] of Object.entries(play.moves)) {
      for (const [input, move] of Object.entries(row)) {
        assertEquals(step(play, phase, input), move);
      }
    }
  });

  Deno.test(`step does nothing for a ${role} off its table, C-21`, () => {
    let illegal = 0;
    for (const phase of [...Object.keys(play.moves), "ended", "nowhere"]) {
      for (const input of INPUTS) {
        if (Object.hasOwn(play.moves[phase] ?? {}, input)) continue;
        assertEquals(step(play, phase, input), null, `${phase}, ${input}`);
        illegal++;
      }
    }
    assert(illegal > 300);
  });

  Deno.test(`A timer ends every phase of a ${role} that awaits, C-01`, () => {
    for (const phase of Object.keys(play.phases)) {
      assertEquals(step(play, phase, TIMER), { to: "ended", end: LOST });
    }
    assertEquals(step(play, "start", TIMER), null);
    assertEquals(step(play, "ended", TIMER), null);
  });

  Deno.test(`Every phase of a ${role} is reached, awaited and left`, () => {
    const reached = new Set(["start", ...targets(play)]);
    for (const phase of Object.keys(play.phases)) {
      assert(reached.has(phase), `${phase} is never reached`);
      const row = Object.keys(play.moves[phase] ?? {});
      assert(row.length > 0, `${phase} is never left`);
    }
    for (const phase of reached) {
      const known = phase === "ended" || Object.hasOwn(play.moves, phase);
      assert(known, `${phase} has no row`);
    }
  });

  Deno.test(`A ${role} hears only the other's words, C-21`, () => {
    const other = role === "server" ? "machine" : "server";
    for (const row of Object.values(play.moves)) {
      for (const [input, move] of Object.entries(row)) {
        const [first = ""] = input.split(/[ ,]/);
        if (first === "answer") continue;
        const speaker = first === "open" ? role : other;
        const word = first === "open" ? input.slice(5) : first;
        assert(wordsOf(speaker).includes(word as Word), input);
        if (move.say !== undefined) assert(wordsOf(role).includes(move.say));
      }
    }
  });

  Deno.test(`A ${role} that asks its house is told in that phase`, () => {
    for (const row of Object.values(play.moves)) {
      for (const { ask, to } of Object.values(row)) {
        if (ask === undefined) continue;
        const answers = Object.keys(play.moves[to] ?? {});
        assert(answers.every((input) => input.startsWith("answer ")), to);
      }
    }
  });
}

Deno.test("No conversation has more messages than steps, C-21", () => {
  // From each opening, the longest chain of words until an end.
  for (const role of ROLES) {
    const longest = longestFrom(PLAYS[role], "start", new Set());
    assert(longest <= 6, `${longest} moves of a ${role}`);
  }
});

Deno.test("waitOf gives the wait of a phase, and none where it is open", () => {
  assertEquals(waitOf(PLAYS.server, "greeted"), 2_000);
  assertEquals(waitOf(PLAYS.server, "listing"), 30_000);
  assertEquals(waitOf(PLAYS.server, "ordered"), null);
  assertEquals(waitOf(PLAYS.machine, "working"), null);
  assertEquals(waitOf(PLAYS.machine, "start"), null);
});

function targets(play: AnyPlay): string[] {
  return Object.values(play.moves).flatMap((row) =>
    Object.values(row).map(({ to }) => to)
  );
}

/** Moves on the longest way from this phase to an end. */
function longestFrom(
  play: AnyPlay,
  phase: string,
  passed: ReadonlySet<string>,
): number {
  assert(!passed.has(phase), `The table comes back to ${phase}`);
  const moves: Move<string, string, string>[] = Object.values(
    play.moves[phase] ?? {},
  );
  const behind = new Set([...passed, phase]);
  return Math.max(
    0,
    ...moves.map(({ to }) => 1 + longestFrom(play, to, behind)),
  );
}
