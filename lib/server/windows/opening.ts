/**
 * When windows are open. A window is open exactly while the clock on the wall,
 * in its time zone, shows one of its times. So an hour that the local time
 * leaves out opens nothing, a window that begins within it opens at the leap,
 * and an hour that comes twice counts twice. Pure.
 *
 * @module
 */

import { DAY_MINUTES, type Window } from "./window.ts";

/** How it is at a moment. */
export type Opening =
  /** Looked at again at `untilMs` at the latest: it may be closed by then. */
  | { readonly isOpen: true; readonly untilMs: number }
  /** Null: it never opens. */
  | { readonly isOpen: false; readonly nextMs: number | null };

/**
 * How many days are looked at: a window of one day of the week that one week
 * leaves out, because the local time leaps over it, opens in the week after.
 */
const DAYS_AHEAD = 15;

/** Of several windows each counts; of none everything is open. */
export function openingOf(windows: readonly Window[], atMs: number): Opening {
  if (windows.length === 0) return { isOpen: true, untilMs: Infinity };
  const open = windows.filter((window) => isOpenAt(window, atMs));
  if (open.length > 0) {
    const ends = open.map((window) => changeAfter(window, atMs, false));
    // One that never ends is looked at again all the same.
    const days = DAYS_AHEAD * DAY_MINUTES * 60_000;
    return {
      isOpen: true,
      untilMs: Math.max(...ends.map((end) => end ?? atMs + days)),
    };
  }
  const next = windows.flatMap((window) =>
    changeAfter(window, atMs, true) ?? []
  );
  return { isOpen: false, nextMs: next.length > 0 ? Math.min(...next) : null };
}

/** Does the clock on the wall show one of the window's times? */
export function isOpenAt(window: Window, atMs: number): boolean {
  const { days, fromMinute, toMinute } = window;
  const local = localOf(window, atMs);
  const minute = local.hour * 60 + local.minute;
  const isDay = days.has(local.dayOfWeek);
  if (fromMinute < toMinute) {
    return isDay && minute >= fromMinute && minute < toMinute;
  }
  // Of the evening before, when it goes past midnight.
  const wasDay = days.has(local.subtract({ days: 1 }).dayOfWeek);
  return isDay && minute >= fromMinute || wasDay && minute < toMinute;
}

/** The first moment after this one at which it is open, or closed. */
function changeAfter(
  window: Window,
  atMs: number,
  opens: boolean,
): number | null {
  const found = momentsFrom(window, atMs)
    .filter((ms) => ms > atMs && isOpenAt(window, ms) === opens);
  return found.length > 0 ? Math.min(...found) : null;
}

/** Whenever the window may open or close in the days to come. */
function momentsFrom(window: Window, atMs: number): number[] {
  const { zone, fromMinute, toMinute } = window;
  const start = localOf(window, atMs);
  const moments: number[] = [];
  const end = start.add({ days: DAYS_AHEAD });
  const leapAfter = (moment: Temporal.ZonedDateTime) =>
    moment.getTimeZoneTransition("next");
  for (
    let leap = leapAfter(start);
    leap !== null && leap.epochMilliseconds < end.epochMilliseconds;
    leap = leapAfter(leap)
  ) moments.push(leap.epochMilliseconds);
  const today = start.toPlainDate();
  for (let day = 0; day <= DAYS_AHEAD; day++) {
    for (const minutes of [fromMinute, toMinute]) {
      const local = today.add({ days: day }).toPlainDateTime().add({ minutes });
      // Both of a time that comes twice; of one that is left out, neither is.
      for (const disambiguation of ["earlier", "later"] as const) {
        const moment = local.toZonedDateTime(zone, { disambiguation });
        moments.push(moment.epochMilliseconds);
      }
    }
  }
  return moments;
}

function localOf({ zone }: Window, ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms))
    .toZonedDateTimeISO(zone);
}
