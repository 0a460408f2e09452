/** What a rollout does next, without a clock, a store or a machine. */

import { assertEquals } from "@std/assert";
import {
  type RolloutAction,
  type RolloutEvent,
  stepRollout,
} from "../../../lib/server/rollouts/step_rollout.ts";
import {
  NO_COUNTS,
  type WaveCounts,
} from "../../../lib/server/rollouts/wave_counts.ts";
import type { RolloutRecord } from "../../../lib/server/shapes/rollout.ts";

const HOUR_MS = 3_600_000;

/** Three waves of 1, 10 and 89 machines, of which so many have begun. */
function rollout(
  begun: number,
  different: Partial<RolloutRecord> = {},
): RolloutRecord {
  return {
    ...{ id: 3, state: "running", reason: "", on: ["all"] },
    order: { verb: "install", name: "editor", version: "2.0" },
    ...{ anytime: false, wake: false, createdMs: 0, soakMs: HOUR_MS },
    ...{ expiresMs: null, deadlineMs: null },
    waves: ["1", "10%", "100%"].map((size, at) => ({
      ...{ size, mayFail: at === 0 ? "0" : "5%", first: [] },
      orders: at < begun ? [at + 1] : [],
      startedMs: at < begun ? at * HOUR_MS : null,
      passedMs: at < begun - 1 ? at * HOUR_MS : null,
    })),
    ...different,
  };
}

function counts(...some: Partial<WaveCounts>[]): WaveCounts[] {
  return [0, 1, 2].map((at) => {
    const count = { ...NO_COUNTS, ...some[at] };
    const { done, failed, cancelled, running, absent } = count;
    return { ...count, machines: done + failed + cancelled + running + absent };
  });
}

function look(record: RolloutRecord, some: WaveCounts[], nowMs = 10 * HOUR_MS) {
  return stepRollout(record, { kind: "look", nowMs, counts: some });
}

/** A story in one line: how it stands, what is seen, what follows. */
interface Row {
  readonly begun: number;
  readonly different?: Partial<RolloutRecord>;
  readonly seen: Partial<WaveCounts>[];
  readonly state: RolloutRecord["state"];
  readonly action: RolloutAction;
  readonly reason?: string;
}

const GIVE = (wave: number): RolloutAction => ({ kind: "give", wave });
const WAIT = (untilMs: number | null = null): RolloutAction => ({
  kind: "wait",
  untilMs,
});
const HALT: RolloutAction = { kind: "halt" };

const ROWS: Record<string, Row> = {
  "begins with its first wave": {
    begun: 0,
    seen: [],
    state: "running",
    action: GIVE(0),
  },
  "waits while a machine of the wave is under way": {
    begun: 1,
    seen: [{ running: 1 }],
    state: "running",
    action: WAIT(),
  },
  "waits for a first wave that is off: nothing has been shown": {
    begun: 1,
    seen: [{ absent: 1 }],
    state: "running",
    action: WAIT(),
  },
  "soaks after a wave that went well": {
    begun: 1,
    seen: [{ done: 1 }],
    state: "soaking",
    action: WAIT(11 * HOUR_MS),
  },
  "goes on at once when nothing soaks": {
    begun: 1,
    different: { soakMs: 0 },
    seen: [{ done: 1 }],
    state: "soaking",
    action: GIVE(1),
  },
  "stops at the first failure of its first wave": {
    begun: 1,
    seen: [{ failed: 1 }],
    state: "stopped",
    action: HALT,
    reason: "1 of 1 machines of wave 1 failed, and 0 may",
  },
  "is not held up by machines that are off": {
    begun: 2,
    different: { soakMs: 0 },
    seen: [{ done: 1 }, { done: 8, absent: 2 }],
    state: "soaking",
    action: GIVE(2),
  },
  "does not take those that are off for a success": {
    begun: 3,
    different: { soakMs: 0 },
    // Of the 2 that answered one failed: more than 5 %. But not of the 40.
    seen: [{ done: 1 }, { done: 1 }, { done: 1, failed: 1, absent: 38 }],
    state: "running",
    action: WAIT(),
  },
  "waits when too many of those that answered failed, but not of all": {
    begun: 2,
    different: { soakMs: 0 },
    seen: [{ done: 1 }, { done: 1, failed: 1, absent: 38 }],
    state: "running",
    action: WAIT(),
  },
  "stops while the wave is still under way, as soon as too many failed": {
    begun: 3,
    seen: [{ done: 1 }, { done: 10 }, { failed: 5, running: 84 }],
    state: "stopped",
    action: HALT,
    reason: "5 of 89 machines of wave 3 failed, and 5% may",
  },
  "goes on with as many failures as may": {
    begun: 3,
    seen: [{ done: 1 }, { done: 10 }, { failed: 4, running: 85 }],
    state: "running",
    action: WAIT(),
  },
  "stops when a machine of an early wave comes late and fails": {
    begun: 3,
    seen: [{ done: 1, failed: 1 }, { done: 10 }, { running: 88 }],
    state: "stopped",
    action: HALT,
    reason: "1 of 2 machines of wave 1 failed, and 0 may",
  },
  "does not go on when the owner cancelled all of a wave": {
    begun: 1,
    seen: [{ cancelled: 1 }],
    state: "stopped",
    action: HALT,
    reason: "Nobody of wave 1 has done it: all were cancelled",
  },
  "is done when nobody is open any more": {
    begun: 3,
    seen: [{ done: 1 }, { done: 10 }, { done: 86, failed: 3 }],
    state: "done",
    action: { kind: "none" },
  },
  "is not done while a machine of an early wave is off": {
    begun: 3,
    seen: [{ done: 1 }, { done: 9, absent: 1 }, { done: 89 }],
    state: "running",
    action: WAIT(),
  },
  "ends before a wave that its time does not allow": {
    begun: 2,
    different: { expiresMs: 10 * HOUR_MS },
    seen: [{ done: 1 }, { done: 9, absent: 1 }],
    state: "stopped",
    action: HALT,
    reason: "Its time was over before wave 3 could begin",
  },
  "is done when its time is over and only machines that are off are left": {
    begun: 3,
    different: { expiresMs: 10 * HOUR_MS },
    seen: [{ done: 1 }, { done: 10 }, { done: 87, absent: 2 }],
    state: "done",
    action: HALT,
    reason: "Its time is over; 2 machines have not done it",
  },
  "looks again at its deadline": {
    begun: 1,
    different: { deadlineMs: 10.5 * HOUR_MS },
    seen: [{ running: 1 }],
    state: "running",
    action: WAIT(10.5 * HOUR_MS),
  },
  "does not soak beyond its deadline": {
    begun: 1,
    different: { deadlineMs: 10.5 * HOUR_MS },
    seen: [{ done: 1 }],
    state: "soaking",
    action: WAIT(10.5 * HOUR_MS),
  },
  "is content with one success from its deadline on": {
    begun: 2,
    different: { deadlineMs: 9 * HOUR_MS },
    seen: [{ done: 1 }, { done: 1, running: 9 }],
    state: "soaking",
    action: GIVE(2),
  },
  "never goes on without a success, deadline or not": {
    begun: 2,
    different: { deadlineMs: 9 * HOUR_MS },
    seen: [{ done: 1 }, { running: 10 }],
    state: "running",
    action: WAIT(9 * HOUR_MS),
  },
  "stops at failures after its deadline as well": {
    begun: 2,
    different: { deadlineMs: 9 * HOUR_MS },
    seen: [{ done: 1 }, { done: 9, failed: 1 }],
    state: "stopped",
    action: HALT,
    reason: "1 of 10 machines of wave 2 failed, and 5% may",
  },
  "does nothing by itself when it is paused": {
    begun: 1,
    different: { state: "paused" },
    seen: [{ failed: 1 }],
    state: "paused",
    action: { kind: "none" },
  },
};

for (const [says, row] of Object.entries(ROWS)) {
  Deno.test(`stepRollout ${says}`, () => {
    const before = rollout(row.begun, row.different);
    const { record, action } = look(before, counts(...row.seen));
    assertEquals(record.state, row.state);
    assertEquals(record.reason, row.reason ?? "");
    assertEquals(action, row.action);
  });
}

Deno.test("stepRollout soaks as long as it should, whoever looks between", () => {
  const some = counts({ done: 1 });
  const soaking = look(rollout(1), some).record;
  const later = look(soaking, some, 10.9 * HOUR_MS);
  assertEquals(later.action, WAIT(11 * HOUR_MS));
  assertEquals(look(soaking, some, 11 * HOUR_MS).action, GIVE(1));
});

Deno.test("stepRollout soaks anew, and not for a year, when the clock went back, N-02", () => {
  const some = counts({ done: 1 });
  const soaking = look(rollout(1), some).record;
  const back = look(soaking, some, HOUR_MS);
  assertEquals(back.action, WAIT(2 * HOUR_MS));
  assertEquals(look(back.record, some, 2 * HOUR_MS).action, GIVE(1));
});

Deno.test("stepRollout goes over a wave that has no machines", () => {
  const event: RolloutEvent = { kind: "nobody", nowMs: 5, wave: 1 };
  const before = look(rollout(1), counts({ done: 1 })).record;
  const { record } = stepRollout(before, event);
  assertEquals(look(record, counts({ done: 1 }), 5).action, GIVE(2));
});

Deno.test("stepRollout soaks on after a pause, and runs on after a stop", () => {
  const paused = stepRollout(
    look(rollout(1), counts({ done: 1 })).record,
    { kind: "pause" },
  );
  assertEquals([paused.record.state, paused.action], ["paused", HALT]);
  const on = stepRollout(paused.record, { kind: "resume" }).record;
  assertEquals(on.state, "soaking");
  const stopped = stepRollout(rollout(1), { kind: "stop" });
  assertEquals(stopped.record.reason, "Stopped by the owner");
  const again = stepRollout(stopped.record, { kind: "resume" }).record;
  assertEquals([again.state, again.reason], ["running", ""]);
});
