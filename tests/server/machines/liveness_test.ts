/** Life and death of a machine, and the length of a round. */

import { assertEquals } from "@std/assert";
import {
  type Life,
  type LifeEvent,
  NO_ROUNDS,
  noteRound,
  type Rounds,
  stepLife,
  UNHEARD,
  windowMs,
} from "../../../lib/server/machines/liveness.ts";

/** Walks the events, and gives the last phase and every action. */
function walk(events: readonly LifeEvent[], from: Life = UNHEARD) {
  let life = from;
  const actions: string[] = [];
  for (const event of events) {
    const step = stepLife(life, event, 3);
    life = step.life;
    if (step.action !== null) actions.push(step.action);
  }
  return [life.phase, ...actions];
}

type Story = [story: string, events: LifeEvent[], end: string[]];

// deno-fmt-ignore
const STORIES: Story[] = [
  ["is not alive before it is heard",      [],                                              ["dead"]],
  ["is alive when it is heard",            ["heard"],                                       ["alive", "wake"]],
  ["is woken once",                        ["heard", "heard"],                              ["alive", "wake"]],
  ["survives two missed rounds",           ["heard", "missed", "missed"],                   ["alive", "wake"]],
  ["is asked after the third",             ["heard", "missed", "missed", "missed"],         ["asked", "wake", "ask"]],
  ["begins anew with every answer",        ["heard", "missed", "missed", "heard", "missed", "missed"], ["alive", "wake"]],
  ["is dead when that is not answered",    ["heard", "missed", "missed", "missed", "silent"], ["dead", "wake", "ask", "mourn"]],
  ["lives when it answers in time",        ["heard", "missed", "missed", "missed", "heard", "silent"], ["alive", "wake", "ask"]],
  ["is asked once, however long it takes", ["heard", "missed", "missed", "missed", "missed", "missed"], ["asked", "wake", "ask"]],
  ["comes back from the dead",             ["heard", "missed", "missed", "missed", "silent", "missed", "heard"], ["alive", "wake", "ask", "mourn", "wake"]],
  ["is not asked while it is dead",        ["missed", "missed", "missed", "missed"],        ["dead"]],
];

for (const [story, events, end] of STORIES) {
  Deno.test(`stepLife: a machine ${story}`, () => {
    assertEquals(walk(events), end);
  });
}

const SETTLED: Rounds = { foundLast: 10, settled: true, repeated: false };
const OPTIONS = { windowMsMin: 500, windowMsFirst: 5_000 };

Deno.test("windowMs is 5 s until two rounds found the same number, F-01", () => {
  assertEquals(windowMs(NO_ROUNDS, { ...OPTIONS, machines: 0 }), 5_000);
  const first = noteRound(NO_ROUNDS, { found: 3, expected: 0 }).rounds;
  assertEquals(windowMs(first, { ...OPTIONS, machines: 3 }), 5_000);
  const other = noteRound(first, { found: 4, expected: 3 }).rounds;
  assertEquals(windowMs(other, { ...OPTIONS, machines: 4 }), 5_000);
  const same = noteRound(other, { found: 4, expected: 4 }).rounds;
  assertEquals(windowMs(same, { ...OPTIONS, machines: 4 }), 500);
});

Deno.test("windowMs grows with the fleet: 2,000 echoes a second, F-01", () => {
  const ofMachines = (machines: number) =>
    windowMs(SETTLED, { ...OPTIONS, machines });
  assertEquals(ofMachines(1_000), 500);
  assertEquals(ofMachines(1_001), 501);
  assertEquals(ofMachines(10_000), 5_000);
  assertEquals(ofMachines(10_000_000), 60_000);
});

Deno.test("noteRound asks again, once, when far fewer answered, F-02", () => {
  const imploded = noteRound(SETTLED, { found: 751, expected: 10_000 });
  assertEquals(imploded.again, true);
  assertEquals(windowMs(imploded.rounds, { ...OPTIONS, machines: 300 }), 5_000);
  const still = noteRound(imploded.rounds, { found: 751, expected: 10_000 });
  assertEquals(still.again, false);
});

Deno.test("noteRound does not take a small loss for an implosion, F-02", () => {
  const many = noteRound(SETTLED, { found: 9_993, expected: 10_000 });
  assertEquals([many.again, many.rounds.settled], [false, true]);
  // The kernel's queue holds the echoes of so few, whatever W is.
  const few = noteRound(SETTLED, { found: 0, expected: 256 });
  assertEquals([few.again, few.rounds.settled], [false, true]);
});
