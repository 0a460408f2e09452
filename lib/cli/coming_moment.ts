/**
 * A moment to come, as a person types it: `7d`, `2026-12-01`,
 * `2026-12-01T18:00`. Pure: the present moment and the zone are arguments.
 *
 * @module
 */

import { readDuration } from "./duration_option.ts";
import { momentOf, utcMsOf, type Zone } from "./local_time.ts";

/** The forms, for help and for errors. */
export const COMING_FORMS =
  "write 7d or 12h (from now), 2026-12-01 (that day's beginning) or " +
  "2026-12-01T18:00 (local time)";

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?$/;

/** Whole seconds from now; a sentence when it is no moment to come. */
export function secondsUntil(
  typed: string,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: Zone },
): number | string {
  const duration = readDuration(typed);
  if (typeof duration === "number") return duration;
  const parts = DATE.exec(typed)?.slice(1).map((part) => Number(part ?? 0));
  if (parts === undefined) return `"${typed}" is no time; ${COMING_FORMS}`;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts;
  const wall = { year, month, day, hour, minute };
  const again = new Date(utcMsOf(wall)).toISOString();
  // A calendar takes the 31st of June for the 1st of July.
  const isDate = again.startsWith(typed.slice(0, 10)) && hour < 24 &&
    minute < 60;
  if (!isDate) return `"${typed}" is no date of any calendar`;
  const seconds = Math.round((momentOf(wall, zone) - nowMs) / 1_000);
  return seconds > 0 ? seconds : `"${typed}" is over`;
}
