/**
 * What the parts of the LAN test share: their namespaces, their fleet, their
 * captures, and how they say what is so.
 *
 * @module
 */

import type { Capture } from "../kit/capture.ts";
import type { Lan } from "../kit/lan.ts";
import type { LanFleet } from "../kit/lan_fleet.ts";
import type { Programs } from "../kit/programs.ts";

/** One part under way; what it made is ended by whoever runs it. */
export interface LanTest {
  readonly programs: Programs;
  readonly directory: string;
  readonly lan: Lan;
  /** More of everything. */
  readonly thorough: boolean;
  /** One scene of the part, by its name; null: all. */
  readonly only: string | null;
  fleet: LanFleet | null;
  readonly captures: Capture[];
}

const BEGUN_MS = performance.now();

export function told(what: string): void {
  const seconds = Math.round((performance.now() - BEGUN_MS) / 1_000);
  console.log(`ok ${String(seconds).padStart(4)} s  ${what}`);
}

export function check(
  condition: boolean | undefined,
  otherwise: string,
): asserts condition {
  if (condition !== true) throw new Error(otherwise);
}
