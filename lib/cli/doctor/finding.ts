/**
 * What a check of `doctor` finds: a step of the way from the config to the
 * machines, and what to do when it fails.
 *
 * @module
 */

/** How a step is. */
export type Verdict =
  /** As it should be. */
  | "ok"
  /** It works, and will not always. */
  | "warning"
  /** It does not work. */
  | "wrong";

/** One step, looked at. */
export interface Finding {
  /** The step in a few words: `UDP 2013`. */
  readonly step: string;
  readonly verdict: Verdict;
  /** A sentence: what was found. */
  readonly found: string;
  /** What to do, a line each; none when all is well. */
  readonly todo: readonly string[];
}

/** The step is as it should be. */
export function well(step: string, found: string): Finding {
  return { step, verdict: "ok", found, todo: [] };
}

/** It works, and will not always. */
export function warn(step: string, found: string, ...todo: string[]): Finding {
  return { step, verdict: "warning", found, todo };
}

/** It does not work. */
export function fail(step: string, found: string, ...todo: string[]): Finding {
  return { step, verdict: "wrong", found, todo };
}

/** Findings of one look, and whether the next step can be looked at. */
export interface Look {
  readonly findings: readonly Finding[];
  /** Nothing behind it can be looked at. */
  readonly isEnd?: boolean;
}
