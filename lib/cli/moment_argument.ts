/**
 * A moment as a person types it: a day, a day and a time, so long ago, now.
 * Pure: the present moment and the zone are arguments.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../trust/outcome.ts";
import { momentOf, utcMsOf, type WallTime, type Zone } from "./local_time.ts";

/** What stands around whoever types. */
export interface MomentContext {
  readonly nowMs: number;
  readonly zone: Zone;
}

/** The forms, for help and for errors. */
export const MOMENT_FORMS = "A date is 2026-11-01 (the end of that day), " +
  "2026-11-01T14:30 (local time; UTC with a Z behind it), 3d, 12h or 30m " +
  "(ago), or now";

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
};

const AGO = /^(\d{1,6})([dhm])$/i;
const DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(Z?)$/i;

/** May this be meant as a date? A machine may still be called so. */
export function isMomentLike(text: string): boolean {
  return /^(\d|now$|yesterday$|today$)/i.test(text);
}

/**
 * The moment in milliseconds since 1970, or a sentence on what is wrong. A
 * day, a minute and a second mean their ends, so that a list that came in it
 * counts.
 */
export function parseMoment(
  text: string,
  { nowMs, zone }: MomentContext,
): Outcome<number, string> {
  const word = text.trim();
  if (word.toLowerCase() === "now") return ok(nowMs);
  const [, count, unit = ""] = AGO.exec(word) ?? [];
  if (count !== undefined) {
    const atMs = nowMs - Number(count) * (UNIT_MS[unit.toLowerCase()] ?? 0);
    return atMs >= 0 ? ok(atMs) : fault(`"${text}" is before 1970`);
  }
  const time = readTime(word);
  if (time === null) return fault(`"${text}" is no date`);
  const { wall, isUtc } = time;
  const wrong = wrongPart(wall);
  if (wrong !== null) return fault(`"${text}" is no date: ${wrong}`);
  const there = isUtc ? () => 0 : zone;
  const startMs = momentOf(wall, there);
  if (startMs > nowMs) {
    return fault(`"${text}" has not come yet; the newest list is that of now`);
  }
  if (time.unit !== "day") return ok(startMs + UNIT_LENGTH_MS[time.unit] - 1);
  // A day has 23, 24 or 25 hours.
  return ok(momentOf({ ...wall, day: wall.day + 1 }, there) - 1);
}

const UNIT_LENGTH_MS = { minute: 60_000, second: 1_000 } as const;

function readTime(word: string) {
  const day = DAY.exec(word);
  const match = day ?? TIME.exec(word);
  if (match === null) return null;
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] =
    match.slice(1, 7).map((part) => Number(part ?? 0));
  return {
    wall: { year, month, day: date, hour, minute, second },
    unit: unitOf(match),
    isUtc: (match[7] ?? "") !== "",
  } as const;
}

function unitOf(match: RegExpExecArray): "day" | "minute" | "second" {
  if (match[4] === undefined) return "day";
  return match[6] === undefined ? "minute" : "second";
}

/** What no calendar and no clock shows. */
function wrongPart(wall: Required<WallTime>): string | null {
  const { year, month, day, hour, minute, second } = wall;
  if (year < 1970) return "it is before 1970";
  if (month < 1 || month > 12) return `there is no month ${month}`;
  const daysOfMonth = new Date(utcMsOf({ year, month: month + 1, day: 0 }))
    .getUTCDate();
  if (day < 1 || day > daysOfMonth) {
    return `that month has ${daysOfMonth} days`;
  }
  if (hour > 23) return `there is no hour ${hour}`;
  if (minute > 59 || second > 59) return "minutes and seconds go to 59";
  return null;
}
