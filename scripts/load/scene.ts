/**
 * What a scene of the load is given, and what it hands back: figures, each
 * with what it may be.
 *
 * @module
 */

import type { Programs } from "../kit/programs.ts";

export interface SceneOptions {
  readonly programs: Programs;
  /** Machines that are played. */
  readonly agents: number;
  /** How long the soak lasts. */
  readonly minutes: number;
  /** Few seconds for each scene: for every change, not for figures. */
  readonly short: boolean;
  /** Says what happens, to whoever waits. */
  say(line: string): void;
}

/** A line of the report. */
export interface Figure {
  readonly what: string;
  readonly is: string;
  /** What it may be; "": any, it is told and not judged. */
  readonly allowed: string;
  readonly isGood: boolean;
}

export type Scene = (options: SceneOptions) => Promise<Figure[]>;

/** A figure that is only told. */
export function told(what: string, is: string): Figure {
  return { what, is, allowed: "", isGood: true };
}

/** A figure with a least or a most. */
export function judged(
  what: string,
  value: number,
  { least, most, unit = "", digits = 0 }: {
    readonly least?: number;
    readonly most?: number;
    readonly unit?: string;
    readonly digits?: number;
  },
): Figure {
  const isGood = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
  const shown = (number: number) =>
    `${number.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
  const bounds = [
    ...(least === undefined ? [] : [`at least ${shown(least)}`]),
    ...(most === undefined ? [] : [`at most ${shown(most)}`]),
  ];
  return { what, is: shown(value), allowed: bounds.join(", "), isGood };
}

export function sleep(delayMs: number): Promise<void> {
  return new Promise((then) => setTimeout(then, delayMs));
}

/** The middle one of several numbers. */
export function median(numbers: readonly number[]): number {
  return share(numbers, 0.5);
}

/** The number below which so large a share of them is. */
export function share(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[
    Math.min(sorted.length - 1, Math.floor(sorted.length * part))
  ] ??
    NaN;
}
