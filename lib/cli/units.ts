/**
 * Bytes, durations and moments as people say them. Pure: the present moment is
 * an argument.
 *
 * @module
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `999 B`, `1.0 kB`, `12.3 MB`: units of a thousand, as disks are sold. */
export function showBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 would be shown as 1000.0 of the smaller unit.
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** `0 s`, `59 s`, `12 min`, `5 h`, `3 d`: in the largest unit. */
export function showDuration(durationMs: number, round = Math.floor): string {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE_MS) return `${round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${round(ms / HOUR_MS)} h`;
  return `${round(ms / DAY_MS)} d`;
}

/**
 * `12 min ago`, `in 5 s`, `never` for null. What is to come is rounded: 30 days
 * are still 30 when a second of them has gone by.
 */
export function showMoment(iso: string | null, nowMs: number): string {
  if (iso === null) return "never";
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return at > nowMs
    ? `in ${showDuration(at - nowMs, Math.round)}`
    : `${showDuration(nowMs - at)} ago`;
}

/** `1 machine`, `2 machines`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
