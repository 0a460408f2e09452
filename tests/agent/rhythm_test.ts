/**
 * When an agent calls next, and whom.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  afterPing,
  REFUSED_MS,
  type Rhythm,
  RHYTHM_START,
  SERVER_DEAD_AFTER,
} from "../../lib/agent/rhythm.ts";
import type { MachineOutcome } from "../../lib/sep/machine_api.ts";

const LOST: MachineOutcome = { kind: "lost", awaited: "echo" };
const EVERY = { pingEveryMs: 60_000, fraction: 0.5 };

function play(outcomes: readonly MachineOutcome[]): [Rhythm, number[]] {
  let rhythm = RHYTHM_START;
  const waits: number[] = [];
  for (const outcome of outcomes) {
    const after = afterPing(rhythm, outcome, EVERY);
    rhythm = after.rhythm;
    waits.push(after.nextMs);
  }
  return [rhythm, waits];
}

Deno.test("Rhythm calls less and less often while nobody answers, N-13", () => {
  const [rhythm, waits] = play(Array(9).fill(LOST));
  assertEquals(waits, [
    ...[750, 1_500, 3_000, 6_000, 12_000, 24_000],
    ...[45_000, 45_000, 45_000],
  ]);
  assertEquals(rhythm.known, false);
});

Deno.test("Rhythm keeps to its interval once a server has answered", () => {
  const [rhythm, waits] = play([LOST, { kind: "session", accepted: true }]);
  assertEquals(rhythm, { known: true, unanswered: 0 });
  assertEquals(waits.at(-1), 60_000);
});

Deno.test("Rhythm never lets machines fall into step", () => {
  const soonest = afterPing(RHYTHM_START, { kind: "alive" }, {
    pingEveryMs: 60_000,
    fraction: 0,
  });
  const latest = afterPing(RHYTHM_START, { kind: "alive" }, {
    pingEveryMs: 60_000,
    fraction: 0.999_999,
  });
  assertEquals([soonest.nextMs, latest.nextMs], [54_000, 66_000]);
});

Deno.test("Rhythm takes a server for dead after three unanswered pings", () => {
  const losses = Array<MachineOutcome>(SERVER_DEAD_AFTER).fill(LOST);
  const [before] = play([{ kind: "alive" }, ...losses.slice(1)]);
  assertEquals(before.known, true);
  const [after] = play([{ kind: "alive" }, ...losses]);
  assertEquals(after.known, false);
});

Deno.test("Rhythm leaves a server that refused alone for ten minutes", () => {
  const [rhythm, waits] = play([{ kind: "refused", reason: "revoked" }]);
  assertEquals(rhythm, RHYTHM_START);
  assertEquals(waits, [REFUSED_MS]);
});

Deno.test("Rhythm calls soon again when the server was heard before it was lost, N-17", () => {
  const cut: MachineOutcome = { kind: "lost", awaited: "identifiant" };
  const [, waits] = play([LOST, LOST, LOST, LOST, cut, cut, LOST, LOST]);
  assertEquals(waits.slice(4), [1_500, 1_500, 3_000, 6_000]);
});
