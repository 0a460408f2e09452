/**
 * How much of the network packages may take, and when: `2 MB/s Mon-Fri
 * 8:00-18:00 Europe/Paris`, `20 Mbit/s`. Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { isOpenAt } from "../windows/opening.ts";
import { parseWindow, type Window } from "../windows/window.ts";

/** What was written, understood. */
export interface Limit {
  readonly bytesPerSecond: number;
  /** When it holds; null: always. */
  readonly window: Window | null;
}

/** Slower than that, nothing arrives in a night. */
export const LIMIT_BYTES_MIN = 16_000;

/** Limits in one config file. */
export const LIMITS_MAX = 32;

/** Bytes a second. People say both, and mean what they write. */
const UNITS: Readonly<Record<string, number>> = {
  "kB/s": 1_000,
  "MB/s": 1_000_000,
  "GB/s": 1_000_000_000,
  "kbit/s": 125,
  "Mbit/s": 125_000,
  "Gbit/s": 125_000_000,
};

/** Reads a limit; the fault is a sentence. */
export function parseLimit(text: string): Outcome<Limit, string> {
  const [, count = "", unit = "", rest = ""] =
    /^\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(\S+)\s*(.*)$/.exec(text) ?? [];
  if (count === "") {
    return fault(`"${text}" is no limit such as "2 MB/s"`);
  }
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (factor === undefined) {
    const known = Object.keys(UNITS).join(", ");
    return fault(`"${text}": "${unit}" is none of ${known}`);
  }
  const bytesPerSecond = Math.round(Number(count) * factor);
  if (bytesPerSecond < LIMIT_BYTES_MIN) {
    return fault(`"${text}" is less than ${LIMIT_BYTES_MIN / 1_000} kB/s`);
  }
  if (rest === "") return ok({ bytesPerSecond, window: null });
  const window = parseWindow(rest);
  return window.ok ? ok({ bytesPerSecond, window: window.value }) : window;
}

/** The first that holds at this moment, in bytes a second; null: none. */
export function limitAt(limits: readonly Limit[], atMs: number): number | null {
  const found = limits.find(({ window }) =>
    window === null || isOpenAt(window, atMs)
  );
  return found?.bytesPerSecond ?? null;
}
