/**
 * What a rollout does next: a pure function of how it stands and what happens.
 *
 * - A wave begins when the one before it has passed and soaked.
 * - It passes when nobody of it is under way any more, and at least one machine
 *   has done it. Machines that are off do not hold up the others: their order
 *   waits for them, and what becomes of it counts all the same.
 * - As soon as more machines of any wave have failed than may, the rollout
 *   stops, and takes back what waits.
 * - From the deadline on, one success is enough and nothing soaks.
 *
 * @module
 */

import {
  OPEN_STATES,
  type RolloutRecord,
  type RolloutState,
  type WaveRecord,
} from "../shapes/rollout.ts";
import { NO_COUNTS, type WaveCounts } from "./wave_counts.ts";
import { mayFail } from "./waves.ts";

/** What happens to a rollout. */
export type RolloutEvent =
  /** Somebody looks how far its waves are; the counts are of all its waves. */
  | {
    readonly kind: "look";
    readonly nowMs: number;
    readonly counts: readonly WaveCounts[];
  }
  /** The wave's order is in the store, and those that come before it. */
  | {
    readonly kind: "given";
    readonly nowMs: number;
    readonly wave: number;
    readonly order: number;
    readonly first: readonly number[];
  }
  /** No machine was left for the wave. */
  | { readonly kind: "nobody"; readonly nowMs: number; readonly wave: number }
  /** The order cannot be given; a sentence. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "pause" | "stop" | "resume" };

/** What is to be done about it. */
export type RolloutAction =
  | { readonly kind: "none" }
  /** Look again then, or when something happens. */
  | { readonly kind: "wait"; readonly untilMs: number | null }
  | { readonly kind: "give"; readonly wave: number }
  /** Take back what waits. */
  | { readonly kind: "halt" };

/** How it stands then, and what is to be done. */
export interface RolloutStep {
  readonly record: RolloutRecord;
  readonly action: RolloutAction;
}

/** One step. */
export function stepRollout(
  record: RolloutRecord,
  event: RolloutEvent,
): RolloutStep {
  switch (event.kind) {
    case "look":
      return isOpen(record) ? look(record, event) : still(record);
    case "given": {
      const { wave, order, first, nowMs } = event;
      return still({
        ...withWave(record, wave, (held) => ({
          orders: [...held.orders, order],
          first: [...held.first, ...first],
          startedMs: held.startedMs ?? nowMs,
          passedMs: null,
        })),
        ...{ state: "running", reason: "" },
      });
    }
    case "nobody": {
      const { nowMs } = event;
      const passed = { startedMs: nowMs, passedMs: nowMs };
      const next = withWave(record, event.wave, () => passed);
      return still({ ...next, state: "soaking" });
    }
    case "refused":
      return halt(record, "stopped", event.reason);
    case "pause":
      return halt(record, "paused", "");
    case "stop":
      return halt(record, "stopped", "Stopped by the owner");
    case "resume": {
      const isSoaking = record.waves[begun(record) - 1]?.passedMs != null;
      const state = isSoaking ? "soaking" : "running";
      return still({ ...record, state, reason: "" });
    }
  }
}

/** May something happen to it by itself? */
export function isOpen({ state }: RolloutRecord): boolean {
  return OPEN_STATES.includes(state);
}

/** How many waves have begun. */
export function begun({ waves }: RolloutRecord): number {
  return waves.filter(({ startedMs }) => startedMs !== null).length;
}

type Look = RolloutEvent & { readonly kind: "look" };

function look(record: RolloutRecord, event: Look): RolloutStep {
  const { counts, nowMs } = event;
  const bad = badWave(record, counts);
  if (bad !== null) return halt(record, "stopped", bad);
  const count = begun(record);
  const isLast = count === record.waves.length;
  const open = counts.reduce(
    (sum, { running, absent }) => sum + running + absent,
    0,
  );
  if (isLast && open === 0) return still({ ...record, state: "done" });
  if (record.expiresMs !== null && nowMs >= record.expiresMs) {
    return overdue(record, isLast, open);
  }
  if (count === 0) return { record, action: { kind: "give", wave: 0 } };
  if (isLast) return wait(record, null);
  const wave = record.waves[count - 1];
  if (wave === undefined || wave.passedMs === null) {
    return judge(record, count - 1, event);
  }
  return soak(record, count, { ...event, passedMs: wave.passedMs });
}

/** The wave is under way: has it passed? */
function judge(record: RolloutRecord, at: number, event: Look): RolloutStep {
  const { machines, running, absent, done, failed } = event.counts[at] ??
    NO_COUNTS;
  const isThrough = running === 0 || isHurried(record, event.nowMs);
  // Those that are off have not shown anything.
  const allowed = record.waves[at]?.mayFail ?? "0";
  const isWell = done > 0 && mayFail(allowed, failed, machines - absent);
  if (isThrough && isWell) {
    const passed = withWave(record, at, () => ({ passedMs: event.nowMs }));
    return look({ ...passed, state: "soaking" }, event);
  }
  if (running + absent > 0) return wait(record, record.deadlineMs);
  const reason = `Nobody of wave ${at + 1} has done it: all were cancelled`;
  return halt(record, "stopped", reason);
}

/** It has passed: is the next one due? */
function soak(
  record: RolloutRecord,
  next: number,
  { counts, nowMs, passedMs }: Look & { readonly passedMs: number },
): RolloutStep {
  const give = { record, action: { kind: "give", wave: next } } as const;
  const isEmpty = counts[next - 1]?.machines === 0;
  if (isEmpty || isHurried(record, nowMs)) return give;
  if (passedMs > nowMs) {
    // The clock went back. Nobody soaks for a year.
    const anew = withWave(record, next - 1, () => ({ passedMs: nowMs }));
    return wait(anew, nowMs + record.soakMs);
  }
  const untilMs = passedMs + record.soakMs;
  if (untilMs <= nowMs) return give;
  return wait(record, Math.min(untilMs, record.deadlineMs ?? Infinity));
}

function isHurried({ deadlineMs }: RolloutRecord, nowMs: number): boolean {
  return deadlineMs !== null && nowMs >= deadlineMs;
}

/** The first wave of which more have failed than may, in a sentence. */
function badWave(
  { waves }: RolloutRecord,
  counts: readonly WaveCounts[],
): string | null {
  for (const [at, count] of counts.entries()) {
    const { machines, failed } = count;
    const allowed = waves[at]?.mayFail ?? "0";
    if (mayFail(allowed, failed, machines)) continue;
    return `${failed} of ${machines} machines of wave ${at + 1} failed, and ` +
      `${allowed} may`;
  }
  return null;
}

/** Its time is over. The orders expire by themselves. */
function overdue(
  record: RolloutRecord,
  isLast: boolean,
  open: number,
): RolloutStep {
  if (!isLast) {
    const next = begun(record) + 1;
    const reason = `Its time was over before wave ${next} could begin`;
    return halt(record, "stopped", reason);
  }
  const reason = `Its time is over; ${open} machines have not done it`;
  return halt(record, "done", reason);
}

function withWave(
  record: RolloutRecord,
  at: number,
  change: (wave: WaveRecord) => Partial<WaveRecord>,
): RolloutRecord {
  const waves = record.waves.map((wave, index) =>
    index === at ? { ...wave, ...change(wave) } : wave
  );
  return { ...record, waves };
}

function halt(
  record: RolloutRecord,
  state: RolloutState,
  reason: string,
): RolloutStep {
  return { record: { ...record, state, reason }, action: { kind: "halt" } };
}

function wait(record: RolloutRecord, untilMs: number | null): RolloutStep {
  return { record, action: { kind: "wait", untilMs } };
}

function still(record: RolloutRecord): RolloutStep {
  return { record, action: { kind: "none" } };
}
