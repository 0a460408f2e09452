/**
 * The order of rpm's versions (rpm-version(7)) and of pacman's (vercmp(8)),
 * which descends from it: `[epoch:]version[-release]`, each compared by turns
 * of digits and letters. What has no release says nothing about releases, so
 * these count only where both have one.
 *
 * Pure.
 *
 * @module
 */

import { compareDigits, compareText } from "./numbers.ts";

/** rpm's order: `~` goes before the end, `^` after it and before all else. */
export function compareRpm(a: string, b: string): number {
  return compareParts(a, b, compareRpmPart);
}

/** pacman's order, which knows no `~` and no `^`. */
export function compareAlpm(a: string, b: string): number {
  return compareParts(a, b, compareAlpmPart);
}

function compareParts(
  a: string,
  b: string,
  compare: (a: string, b: string) => number,
): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  return compareDigits(one.epoch, other.epoch) ||
    compare(one.version, other.version) ||
    (one.release === null || other.release === null
      ? 0
      : compare(one.release, other.release));
}

function partsOf(text: string) {
  const [, epoch = "", rest = ""] = /^(?:(\d*):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return dash === -1
    ? { epoch, version: rest, release: null }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/** A run of digits, a run of letters, or one of rpm's two signs. */
const TOKENS = /\d+|[A-Za-z]+|[~^]/g;

/** rpmvercmp. */
export function compareRpmPart(a: string, b: string): number {
  const [one, other] = [a.match(TOKENS) ?? [], b.match(TOKENS) ?? []];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const order = compareTokens(one[at], other[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Undefined is the end. */
function compareTokens(a: string | undefined, b: string | undefined): number {
  const order = weightOf(a) - weightOf(b);
  if (order !== 0) return order;
  if (a === undefined || b === undefined) return 0;
  return isDigits(a) ? compareDigits(a, b) : compareText(a, b);
}

/** `~`, the end, `^`, letters, digits. */
function weightOf(token: string | undefined): number {
  if (token === "~") return 0;
  if (token === undefined) return 1;
  if (token === "^") return 2;
  return isDigits(token) ? 4 : 3;
}

function isDigits(token: string): boolean {
  return /^\d/.test(token);
}

/**
 * alpm's: the number of separators counts (`1..0` is newer than `1.0`), and
 * letters right behind an end make an older version (`1.0rc` before `1.0`).
 */
function compareAlpmPart(a: string, b: string): number {
  let [one, other] = [a, b];
  while (one !== "" && other !== "") {
    const gap = gapOf(one) - gapOf(other);
    one = one.slice(gapOf(one));
    other = other.slice(gapOf(other));
    if (one === "" || other === "") break;
    if (gap !== 0) return gap;
    const left = leadOf(one);
    const right = leadOf(other);
    const order = compareTokens(left, right);
    if (order !== 0) return order;
    one = one.slice(left.length);
    other = other.slice(right.length);
  }
  if (one === "" && other === "") return 0;
  if (one === "") return startsWithLetter(other) ? 1 : -1;
  return startsWithLetter(one) ? -1 : 1;
}

function gapOf(text: string): number {
  return /^[^0-9A-Za-z]*/.exec(text)?.[0].length ?? 0;
}

/** The digits or the letters that it begins with. */
function leadOf(text: string): string {
  return /^(?:\d+|[A-Za-z]+)/.exec(text)?.[0] ?? "";
}

function startsWithLetter(text: string): boolean {
  return /^[A-Za-z]/.test(text);
}
