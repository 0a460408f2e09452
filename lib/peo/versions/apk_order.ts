/**
 * The order of Alpine's versions (apk-package(5)):
 * `1.2.3a_rc1_p2-r4`, numbers, perhaps a letter, suffixes, a revision. What is
 * none of these goes before all that are.
 *
 * Pure.
 *
 * @module
 */

import { compareDigits, compareText } from "./numbers.ts";

/** Before the version itself, and after it. */
const SUFFIXES_BEFORE = ["alpha", "beta", "pre", "rc"];
const SUFFIXES_AFTER = ["cvs", "svn", "git", "hg", "p"];

const VERSION =
  /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;

interface Parsed {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly { readonly rank: number; readonly of: string }[];
  /** None is older than the first, `-r0`. */
  readonly revision: string | null;
}

/** apk's order. */
export function compareApk(a: string, b: string): number {
  const [one, other] = [parse(a), parse(b)];
  if (one === null || other === null) {
    return Number(one !== null) - Number(other !== null) || compareText(a, b);
  }
  return compareNumbers(one.numbers, other.numbers) ||
    compareText(one.letter, other.letter) ||
    compareSuffixes(one, other) ||
    compareRevisions(one.revision, other.revision);
}

function parse(version: string): Parsed | null {
  const found = VERSION.exec(version);
  if (found === null) return null;
  const [, numbers = "", letter = "", suffixes = ""] = found;
  return {
    numbers: numbers.split("."),
    letter,
    suffixes: [...suffixes.matchAll(/_([a-z]+)(\d*)/g)]
      .map(([, name = "", of = ""]) => ({ rank: rankOf(name), of })),
    revision: found[4] ?? null,
  };
}

function compareRevisions(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareDigits(a, b);
}

function rankOf(name: string): number {
  const before = SUFFIXES_BEFORE.indexOf(name);
  return before === -1
    ? SUFFIXES_AFTER.indexOf(name) + 1
    : before - SUFFIXES_BEFORE.length;
}

function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [one = "", other = ""] = [a[at], b[at]];
    // From the second on, a leading zero makes it a fraction.
    const isFraction = at > 0 && (one.startsWith("0") || other.startsWith("0"));
    const order = isFraction
      ? compareText(one, other)
      : compareDigits(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSuffixes(a: Parsed, b: Parsed): number {
  const length = Math.max(a.suffixes.length, b.suffixes.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.suffixes[at], b.suffixes[at]];
    const order = (one?.rank ?? 0) - (other?.rank ?? 0) ||
      compareDigits(one?.of ?? "", other?.of ?? "");
    if (order !== 0) return order;
  }
  return 0;
}
