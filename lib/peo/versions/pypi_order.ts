/**
 * The order of Python's versions: PEP 440, by a library of its own. What is no
 * such version goes before all that are, as it does for pip.
 *
 * @module
 */

import { compare, valid } from "@renovatebot/pep440";
import { comparePlain } from "./plain_order.ts";

/** PEP 440's order. */
export function comparePypi(a: string, b: string): number {
  const [isOne, isOther] = [valid(a) !== null, valid(b) !== null];
  if (isOne && isOther) return compare(a, b);
  if (!isOne && !isOther) return comparePlain(a, b);
  return isOne ? 1 : -1;
}
