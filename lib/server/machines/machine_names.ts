/**
 * What machines are called: the host name, made harmless and unique, until the
 * owner says otherwise. Pure.
 *
 * @module
 */

import { ALL } from "../selectors/selector.ts";

/** Characters of a name; a suffix that makes it unique may come on top. */
export const MACHINE_NAME_LENGTH_MAX = 63;

/** What a machine without any usable host name is called. */
const NAMELESS = "machine";

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/**
 * Why this cannot be a machine's name, as the end of a sentence; null when it
 * can. Letters, digits and `._-` only, so that no name can be taken for a glob
 * or bring a terminal into disorder (D-10); not `all`, which means all.
 */
export function faultOfName(name: string): string | null {
  if (name.length > MACHINE_NAME_LENGTH_MAX) {
    return `has more than ${MACHINE_NAME_LENGTH_MAX} characters`;
  }
  if (!NAME.test(name)) {
    return "may hold letters, digits, dots, underscores and hyphens only, " +
      "and begin with a letter or a digit";
  }
  return isReserved(name) ? "means every machine" : null;
}

/** A lawful name from the host name that a stranger gives itself. */
export function nameFrom(hostName: string): string {
  const cleaned = hostName
    .toWellFormed()
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[._-]+/, "")
    .slice(0, MACHINE_NAME_LENGTH_MAX)
    .toWellFormed()
    .replace(/[._\ufffd-]+$/u, "");
  return NAME.test(cleaned) ? cleaned : NAMELESS;
}

/**
 * The name itself, or with the lowest of `-2`, `-3`, ... that is free.
 *
 * @param isTaken is asked with names in lower case.
 */
export function uniqueName(
  name: string,
  isTaken: (name: string) => boolean,
): string {
  const isFree = (candidate: string) =>
    !isReserved(candidate) &&
    !isTaken(candidate.toLowerCase());
  if (isFree(name)) return name;
  for (let suffix = 2;; suffix++) {
    const candidate = `${name}-${suffix}`;
    if (isFree(candidate)) return candidate;
  }
}

function isReserved(name: string): boolean {
  return name.toLowerCase() === ALL;
}
