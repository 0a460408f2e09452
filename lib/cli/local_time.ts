/**
 * The clock on the wall of whoever types: from moments to local dates and
 * times, and back. Pure, with the zone given; `LOCAL_ZONE` is this computer's,
 * from `TZ` or the system's own file, which an empty environment has as well.
 *
 * @module
 */

/** How far clocks are ahead of UTC at a moment, in milliseconds. */
export type Zone = (atMs: number) => number;

const MINUTE_MS = 60_000;

/** This computer's zone. */
export const LOCAL_ZONE: Zone = (atMs) =>
  -new Date(atMs).getTimezoneOffset() * MINUTE_MS;

/** A date and a time, as a calendar and a clock show them. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/** The same numbers in UTC. A day too many is the first of the next month. */
export function utcMsOf(time: WallTime): number {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = time;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When clocks of the zone show that. What they never show, in the hour that is
 * left out in spring, is as long after that hour's beginning; of what they show
 * twice, in autumn, it is one of the two.
 */
export function momentOf(time: WallTime, zone: Zone): number {
  const wallMs = utcMsOf(time);
  return wallMs - zone(wallMs - zone(wallMs));
}

/** `2026-11-22 18:03`, as clocks of the zone show that moment. */
export function showLocal(atMs: number, zone: Zone): string {
  return showLocalSecond(atMs, zone).slice(0, -":00".length);
}

/** `2026-11-22 18:03:59`. */
export function showLocalSecond(atMs: number, zone: Zone): string {
  const local = new Date(atMs + zone(atMs)).toISOString();
  return local.slice(0, "2026-11-22T18:03:59".length).replace("T", " ");
}

/** A sentence of the server, with its moments as this computer's clock shows. */
export function withLocalTimes(text: string, zone: Zone): string {
  return text.replace(
    /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
    (iso) => showLocalSecond(Date.parse(iso), zone),
  );
}
