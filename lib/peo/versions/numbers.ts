/**
 * Numbers in versions have any number of digits: no number of JavaScript's
 * holds them all. Pure.
 *
 * @module
 */

/** Compares two texts of digits by their value; empty is 0. */
export function compareDigits(a: string, b: string): number {
  const [one, other] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return one.length - other.length || compareText(one, other);
}

/** By code units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
