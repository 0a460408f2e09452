/**
 * When the machines are asked for their lists by the schedule, and what is
 * said of the time before. Pure: time arrives with each question, tasks as
 * they are.
 *
 * - A run that was missed is made up for, once, if it lies within the last day:
 *   the server was off at six, and collects at seven. What is older is not;
 *   the next run is near enough.
 * - A clock that goes back a little (it was corrected) does not bring a run
 *   again; one that goes back far was wrong when the last run was noted, and
 *   what it noted counts no more.
 * - A round that is still going on is not overtaken by the next one, which is
 *   left out: else a schedule of every minute would begin anew with a large
 *   fleet again and again, and some machines would never have their turn. A
 *   machine that is off holds up nothing; the next round's order takes its
 *   old one's place.
 *
 * @module
 */

import { z } from "zod";
import type { Task } from "../shapes/task.ts";
import type { Schedule } from "./schedule.ts";

/** What to do now. */
export type Decision =
  | { readonly kind: "collect" }
  /** Nothing; ask again after so long, at the latest. */
  | { readonly kind: "wait"; readonly delayMs: number };

const DAY_MS = 86_400_000;

/** A clock that is corrected goes back less than this. */
const BACK_MS_MAX = 3_600_000;

/** The wall clock may leap at any time: look again so often. */
export const LOOK_MS_MAX = 60_000;

/** Is a run due? `last` null: the schedule is new, and nothing was missed. */
export function decide(
  schedule: Schedule,
  last: LastRun | null,
  nowMs: number,
): Decision {
  const dueMs = schedule.nextAfterMs(sinceMs(last, nowMs));
  if (dueMs === null) return { kind: "wait", delayMs: LOOK_MS_MAX };
  if (dueMs <= nowMs) return { kind: "collect" };
  return { kind: "wait", delayMs: Math.min(dueMs - nowMs, LOOK_MS_MAX) };
}

/** Runs up to this moment are done with. */
function sinceMs(last: LastRun | null, nowMs: number): number {
  if (last === null || last.atMs - nowMs > BACK_MS_MAX) return nowMs;
  return Math.max(last.atMs, nowMs - DAY_MS);
}

/** How a round stands. */
export interface RoundState {
  /** Machines that are being asked, or whose turn has not come. */
  readonly under: number;
  readonly received: number;
  readonly unchanged: number;
  /** Machines that could not be asked, or did not send what they should. */
  readonly missing: number;
}

/** Counts the tasks of a collect order. */
export function roundState(tasks: readonly Task[]): RoundState {
  const count = (is: (task: Task) => boolean) => tasks.filter(is).length;
  const received = count(({ answer }) => answer === "received");
  const unchanged = count(({ answer }) => answer === "unchanged");
  const under = count(isUnderWay);
  const missing = tasks.length - received - unchanged - under;
  return { under, received, unchanged, missing };
}

/** Who waits with a reason could not be asked, or did not answer. */
function isUnderWay({ state, reason }: Task): boolean {
  return state === "running" || state === "waiting" && reason === null;
}

/** The log cuts a field that is longer than 200 characters. */
const NAMES_LENGTH_MAX = 180;

/** `pc-1, pc-2 and 7 more` */
export function namesInLine(names: readonly string[]): string {
  let line = "";
  for (const [index, name] of names.entries()) {
    const longer = index === 0 ? name : `${line}, ${name}`;
    if (longer.length > NAMES_LENGTH_MAX) {
      return `${line} and ${names.length - index} more`;
    }
    line = longer;
  }
  return line;
}

const lastRunSchema = z.strictObject({
  schedule: z.string(),
  atMs: z.int().min(0),
  order: z.int().min(1).nullable(),
});

/** What is kept of the last run. */
export type LastRun = Readonly<z.infer<typeof lastRunSchema>>;

/**
 * What the store kept; null when that is nothing, or of another schedule,
 * which says nothing of what this one has missed.
 */
export function lastRunOf(
  text: string | null,
  schedule: string,
): LastRun | null {
  if (text === null) return null;
  const read = lastRunSchema.safeParse(jsonOf(text));
  return read.success && read.data.schedule === schedule ? read.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
