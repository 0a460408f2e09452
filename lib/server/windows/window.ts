/**
 * A maintenance window: the days, the hours and the time zone in which machines
 * may be worked on. `Sat 20:00-23:00 Europe/Paris`, `Mon-Fri 22:00-5:30 UTC`,
 * `12:00-13:00 America/Montreal` for every day. Pure.
 *
 * The time zone must be said: a server that moves, or a container that lives
 * in UTC, would shift every window and tell nobody.
 *
 * @module
 */

import { didYouMean, nearest } from "../../trust/nearest.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** What was written, understood. */
export interface Window {
  readonly text: string;
  /** On which it begins, 1 to 7 from Monday. */
  readonly days: ReadonlySet<number>;
  /** Minutes after midnight, below 1440. */
  readonly fromMinute: number;
  /** Up to 1440; not above `fromMinute`: it ends on the day after. */
  readonly toMinute: number;
  /** As in the IANA's list. */
  readonly zone: string;
}

/** Minutes of a day. */
export const DAY_MINUTES = 1_440;

const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const EXAMPLE = "Sat 20:00-23:00 Europe/Paris";

/** Letters first: else it could be a moment, whose time zone would be taken. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/** Reads a window; the fault is a sentence. */
export function parseWindow(text: string): Outcome<Window, string> {
  const words = text.trim().replace(/\s*[-\u2013]\s*/g, "-").split(/\s+/);
  const at = words.findIndex((word) => /[0-9]:[0-9]/.test(word));
  const hours = words[at];
  if (hours === undefined) {
    return wrong(text, "it names no hours such as 20:00-23:00");
  }
  const days = readDays(words.slice(0, at));
  if (!days.ok) return wrong(text, days.fault);
  const times = readHours(hours);
  if (!times.ok) return wrong(text, times.fault);
  const [zone, ...rest] = words.slice(at + 1);
  if (zone === undefined) {
    return wrong(
      text,
      `it names no time zone; write "${text.trim()} UTC" ` +
        `or, for example, "${EXAMPLE}"`,
    );
  }
  if (rest.length > 0) return wrong(text, `"${rest[0]}" is one word too many`);
  if (!isZone(zone)) {
    const near = nearest(zone, Intl.supportedValuesOf("timeZone"));
    return wrong(text, `no time zone is called "${zone}"${didYouMean(near)}`);
  }
  return ok({ text, days: days.value, ...times.value, zone });
}

/** Why this is no window, as a sentence; null: it is one. */
export function faultOfWindow(text: string): string | null {
  const read = parseWindow(text);
  return read.ok ? null : read.fault;
}

function wrong(text: string, why: string) {
  return fault(`"${text}" is no window such as "${EXAMPLE}": ${why}`);
}

/** `Sat`, `Mon-Fri`, `Mon,Wed,Fri-Sun`; no word at all: every day. */
function readDays(
  words: readonly string[],
): Outcome<ReadonlySet<number>, string> {
  const days = new Set<number>();
  const text = words.join(",");
  if (text === "" || text.toLowerCase() === "daily") {
    return ok(new Set(DAYS.map((_, at) => at + 1)));
  }
  for (const run of text.split(",").filter((run) => run !== "")) {
    const [first = "", last = first, ...rest] = run.split("-");
    if (rest.length > 0) return fault(`"${run}" is no run of days`);
    for (const word of [first, last]) {
      if (dayOf(word) === 0) return fault(unknownDay(word));
    }
    const end = dayOf(last);
    for (let day = dayOf(first);; day = day % DAYS.length + 1) {
      days.add(day);
      if (day === end) break;
    }
  }
  return ok(days);
}

/** 1 to 7; 0: it is none. */
function dayOf(word: string): number {
  const key = word.toLowerCase();
  return DAYS.findIndex((day) => day === key || day.slice(0, 3) === key) + 1;
}

function unknownDay(word: string): string {
  const names = DAYS.map((day) => day[0]?.toUpperCase() + day.slice(1, 3));
  const near = nearest(word, names);
  return `no day is called "${word}"${didYouMean(near)}` +
    (near.length > 0 ? "" : `; days are ${names.join(", ")}`);
}

function readHours(
  text: string,
): Outcome<Pick<Window, "fromMinute" | "toMinute">, string> {
  const [from, to, ...rest] = text.split("-").map(minuteOf);
  if (from === undefined || to === undefined || rest.length > 0) {
    return fault(`"${text}" is no time from and to, such as 20:00-23:00`);
  }
  if (from === null || to === null || from === DAY_MINUTES) {
    return fault(`"${text}" holds no time of the day (0:00 to 24:00)`);
  }
  if (from === to) {
    return fault(`"${text}" is no time at all; the whole day is 0:00-24:00`);
  }
  return ok({ fromMinute: from, toMinute: to });
}

/** Null: it is no time of the day. */
function minuteOf(text: string): number | null {
  const [, hour, minute] = /^([0-9]{1,2}):([0-9]{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(minute) > 59) return null;
  const all = Number(hour) * 60 + Number(minute);
  return all <= DAY_MINUTES ? all : null;
}

function isZone(zone: string): boolean {
  if (!ZONE.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
