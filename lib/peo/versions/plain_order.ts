/**
 * The order of versions that follow nobody's rules: of Windows and macOS
 * programs, of AppImages, of what lies in /opt. Numbers are compared as
 * numbers, words as words; `1.10` is newer than `1.9`, `2.0 beta` and
 * `2.0-rc1` are older than `2.0`, and any other word is newer (`2.0b`).
 *
 * Pure.
 *
 * @module
 */

import { compareDigits, compareText } from "./numbers.ts";

/** Words of what comes before a release. */
const BEFORE = new Set(["alpha", "beta", "dev", "pre", "preview", "rc"]);

/** The order for everything else. */
export function comparePlain(a: string, b: string): number {
  const [one, other] = [tokensOf(a), tokensOf(b)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const order = compareTokens(one[at], other[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function tokensOf(version: string): string[] {
  const tokens = version.toLowerCase().match(/\d+|\p{L}+/gu) ?? [];
  return tokens[0] === "v" ? tokens.slice(1) : tokens;
}

function compareTokens(a: string | undefined, b: string | undefined): number {
  const weight = weightOf(a);
  const order = weight - weightOf(b);
  // A zero is a zero, in however many digits, and says what the end says.
  if (order !== 0 || weight === END) return order;
  return weight === NUMBER
    ? compareDigits(a ?? "", b ?? "")
    : compareText(a ?? "", b ?? "");
}

const END = 1;
const NUMBER = 3;

/** What comes before a release, its end or a zero, other words, numbers. */
function weightOf(token: string | undefined): number {
  if (token === undefined || /^0+$/.test(token)) return END;
  if (BEFORE.has(token)) return 0;
  return /^\d/.test(token) ? NUMBER : 2;
}
