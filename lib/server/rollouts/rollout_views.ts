/**
 * Rollouts as fronts show them. Pure.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import type { RolloutView, WaveView } from "../shapes/api_schema.ts";
import { isoOf } from "../shapes/moments.ts";
import type { RolloutRecord } from "../shapes/rollout.ts";
import { begun, isOpen } from "./step_rollout.ts";
import { countsOf, type LastTask, NO_COUNTS } from "./wave_counts.ts";

/** What is known beside what is kept of it. */
export interface RolloutSurroundings {
  readonly last: ReadonlyMap<MachineId, LastTask>;
  readonly machines: number;
  isThere(machine: MachineId): boolean;
  nameOf(machine: MachineId): string;
}

/** Failures that are told one by one. */
const TROUBLES_MAX = 20;

/** The rollout. */
export function viewRollout(
  record: RolloutRecord,
  { last, machines, isThere, nameOf }: RolloutSurroundings,
): RolloutView {
  const { id, state, reason, order, on, anytime, wake, waves } = record;
  const counts = countsOf(last.values(), waves.length, isThere);
  return {
    ...{ id, state, reason, verb: order.verb, machines, anytime, wake },
    ...{ name: order.name ?? "", version: order.version ?? "*", on: [...on] },
    createdAt: isoOf(record.createdMs),
    expiresAt: isoOf(record.expiresMs),
    deadlineAt: isoOf(record.deadlineMs),
    soakS: Math.round(record.soakMs / 1_000),
    nextAt: isoOf(nextMs(record)),
    waves: waves.map((wave, at): WaveView => ({
      ...{ size: wave.size, mayFail: wave.mayFail, orders: [...wave.orders] },
      state: waveState(record, at),
      startedAt: isoOf(wave.startedMs),
      passedAt: isoOf(wave.passedMs),
      ...(counts[at] ?? NO_COUNTS),
    })),
    troubles: [...last.values()].filter(({ task }) => task.state === "failed")
      .slice(0, TROUBLES_MAX).map(({ task: { machine, order, reason } }) => ({
        ...{ machine: nameOf(machine), order, reason: reason ?? "" },
      })),
  };
}

function waveState(record: RolloutRecord, at: number): WaveView["state"] {
  const { waves, state } = record;
  const wave = waves[at];
  if (wave === undefined || wave.startedMs === null) return "waits";
  if (at < begun(record) - 1 || state === "done") return "passed";
  if (!isOpen(record)) return wave.passedMs === null ? "halted" : "passed";
  return wave.passedMs === null ? "runs" : "soaks";
}

/** When the soaking is over. */
function nextMs(record: RolloutRecord): number | null {
  const { state, waves, soakMs, deadlineMs } = record;
  const passedMs = waves[begun(record) - 1]?.passedMs ?? null;
  if (state !== "soaking" || passedMs === null) return null;
  return Math.min(passedMs + soakMs, deadlineMs ?? Infinity);
}
