/**
 * The order of Ruby's Gem::Version: segments of digits and of letters; a
 * letter makes it a release before (`1.0.a` is older than `1.0`), zeros at the
 * end and before the first letters say nothing (`0.0.beta` is `0.beta`).
 *
 * Pure.
 *
 * @module
 */

import { compareDigits, compareText } from "./numbers.ts";

/** Ruby's order. */
export function compareGem(a: string, b: string): number {
  const [one, other] = [segmentsOf(a), segmentsOf(b)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [left = "0", right = "0"] = [one[at], other[at]];
    const [isNumber, isOther] = [/^\d/.test(left), /^\d/.test(right)];
    if (isNumber !== isOther) return isNumber ? 1 : -1;
    const order = isNumber
      ? compareDigits(left, right)
      : compareText(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** A hyphen begins a release before, as Gem::Version has it. */
function segmentsOf(version: string): string[] {
  const segments = version.replaceAll("-", ".pre.").match(/\d+|[A-Za-z]+/g) ??
    [];
  const letters = segments.findIndex((segment) => !/^\d/.test(segment));
  if (letters === -1) return segments;
  const numbers = segments.slice(0, letters);
  while (/^0+$/.test(numbers.at(-1) ?? "")) numbers.pop();
  return [...numbers, ...segments.slice(letters)];
}
