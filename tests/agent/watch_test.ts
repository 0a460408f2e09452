/** The table of the watcher of a new agent, over every phase and event. */

import { assertEquals } from "@std/assert";
import {
  type Act,
  type Phase,
  type WatchEvent,
  watchStep,
} from "../../lib/agent/update/watch.ts";

const PHASES: readonly Phase[] = [
  "trying",
  "killing",
  "serving",
  "leaving",
  "stopping",
];
const EVENTS: readonly WatchEvent[] = ["reported", "ended", "late", "signal"];

/** Plays events from the start of a trial; the acts, and the last phase. */
function play(
  events: readonly WatchEvent[],
  isRestarted = false,
  from: Phase = "trying",
): { readonly acts: Act[]; readonly phase: Phase } {
  let phase = from;
  const acts: Act[] = [];
  for (const event of events) {
    const move = watchStep(phase, event, isRestarted);
    phase = move.phase;
    acts.push(move.act);
  }
  return { acts, phase };
}

const STORIES:
  readonly (readonly [string, readonly WatchEvent[], readonly Act[], Phase])[] =
    [
      ["stays before a new agent that has reported", ["reported", "late"], [
        "nothing",
        "nothing",
      ], "serving"],
      [
        "kills a new agent that is late, and judges when it is gone",
        ["late", "ended"],
        ["kill", "judge"],
        "killing",
      ],
      [
        "judges a new agent that ended by itself",
        ["ended"],
        ["judge"],
        "killing",
      ],
      ["judges when a killed one does not go", ["late", "late"], [
        "kill",
        "judge",
      ], "killing"],
      [
        "takes a report after the deadline for nothing: the journal decides",
        ["late", "reported", "ended"],
        ["kill", "nothing", "judge"],
        "killing",
      ],
      [
        "hands every signal on, and ends with the new agent",
        ["reported", "signal", "signal", "ended"],
        ["nothing", "forward", "forward", "end"],
        "serving",
      ],
      ["stops a trial at a signal, with a limit", ["signal", "late", "ended"], [
        "stop",
        "kill",
        "end",
      ], "stopping"],
      ["ends after a signal while it kills", ["late", "signal", "ended"], [
        "kill",
        "kill",
        "end",
      ], "stopping"],
    ];

for (const [what, events, acts, phase] of STORIES) {
  Deno.test(`watchStep ${what}, I-19`, () => {
    assertEquals(play(events), { acts: [...acts], phase });
  });
}

Deno.test("watchStep makes room for the service's own start after the report, I-19", () => {
  assertEquals(play(["reported", "late", "ended"], true), {
    acts: ["stop", "kill", "end"],
    phase: "leaving",
  });
});

Deno.test("watchStep comes to an end from every phase, whatever happened before, I-19", () => {
  for (const phase of PHASES) {
    for (const first of EVENTS) {
      for (const isRestarted of [true, false]) {
        const { acts } = play([first, "ended"], isRestarted, phase);
        const last = acts.at(-1);
        assertEquals(last === "judge" || last === "end", true);
      }
    }
  }
});
