/**
 * Moments of the wall clock, as the local API writes them.
 *
 * @module
 */

/** ISO 8601 in UTC, of milliseconds since 1970; null of null. */
export function isoOf(ms: number): string;
export function isoOf(ms: number | null): string | null;
export function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
