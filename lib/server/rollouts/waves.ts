/**
 * `1,10%,100%`: what waves are, as somebody writes them, and how many of their
 * machines may fail. Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";

/** Whom a wave reaches, counted with the waves before it. */
export type WaveSize =
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "share"; readonly percent: number }
  /** Machines that a selector means; how many is not known before. */
  | { readonly kind: "where"; readonly where: string };

/** More waves than anybody has the patience for. */
export const WAVES_MAX = 20;

/** What may fail when nobody says: nothing at first, then a little. */
export const MAY_FAIL_DEFAULT: readonly string[] = ["0", "5%"];

/** Reads one: `3`, `10%`, or a selector. */
export function readSize(text: string): WaveSize {
  if (/^[0-9]{1,7}$/.test(text)) return { kind: "count", count: Number(text) };
  const [, percent] = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(text) ?? [];
  return percent === undefined
    ? { kind: "where", where: text }
    : { kind: "share", percent: Number(percent) };
}

/** How many machines of so many have been reached when the wave has begun. */
export function reachOf(size: WaveSize, machines: number): number | null {
  if (size.kind === "where") return null;
  const wanted = size.kind === "count"
    ? size.count
    : Math.ceil(machines * size.percent / 100);
  return Math.min(wanted, machines);
}

/** What is wrong with the waves, a sentence; null: nothing. */
export function faultOfWaves(waves: readonly string[]): string | null {
  if (waves.length > WAVES_MAX) {
    return `A rollout has at most ${WAVES_MAX} waves, not ${waves.length}`;
  }
  let before = { count: 0, percent: 0 };
  for (const text of waves) {
    const size = readSize(text);
    const wrong = faultOfSize(text, size, before);
    if (wrong !== null) return wrong;
    before = { ...before, ...size };
  }
  return waves.at(-1) === "100%"
    ? null
    : "The last wave must be 100%, or some machines would never be reached";
}

function faultOfSize(
  text: string,
  size: WaveSize,
  before: { readonly count: number; readonly percent: number },
): string | null {
  if (size.kind === "where") {
    return /^[-+]?[\d.,]+\s*%?$/.test(text)
      ? `"${text}" is no wave: write a number, a share such as 10%, or a ` +
        "selector such as tag:canary"
      : null;
  }
  const [now, then] = size.kind === "count"
    ? [size.count, before.count]
    : [size.percent, before.percent];
  if (now === 0) return `A wave of ${text} reaches nobody`;
  if (size.kind === "share" && now > 100) return `There is no ${text} of all`;
  return now > then
    ? null
    : `Waves count what was reached before, so ${text} reaches nobody new`;
}

/** Of so many machines, may so many fail? The text is `3` or `5%`. */
export function mayFail(text: string, failed: number, of: number): boolean {
  const size = readSize(text);
  if (size.kind === "count") return failed <= size.count;
  return size.kind === "share" && failed * 100 <= of * size.percent;
}

/** For each wave how many may fail; the last that is said holds on. */
export function allowancesOf(
  typed: readonly string[] | undefined,
  waves: number,
): Outcome<string[], string> {
  const said = typed ?? MAY_FAIL_DEFAULT;
  const wrong = said.find((text) => {
    const size = readSize(text);
    return size.kind === "where" ||
      (size.kind === "share" && size.percent > 100);
  });
  if (wrong !== undefined) {
    return fault(
      `"${wrong}" is not how many may fail: write a number or a share such ` +
        "as 5%",
    );
  }
  if (typed !== undefined && typed.length > waves) {
    const given =
      `${waves} waves, but ${typed.length} numbers of what may fail`;
    return fault(`There are ${given}`);
  }
  const last = said.at(-1) ?? "0";
  return ok(Array.from({ length: waves }, (_, at) => said[at] ?? last));
}
