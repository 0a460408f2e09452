/**
 * The order of npm's and cargo's versions: semver 2.0.0, by npm's own library.
 * A person asks for `react < 18`, and means 18.0.0: missing numbers are zeros.
 * What is no such version is compared as plain text of numbers, after all that
 * are.
 *
 * @module
 */

import { parse } from "semver";
import { comparePlain } from "./plain_order.ts";

/** The order of semver; `v1.2.3` is `1.2.3`. */
export function compareSemver(a: string, b: string): number {
  const one = parse(completed(a), { loose: true });
  const other = parse(completed(b), { loose: true });
  if (one !== null && other !== null) {
    // Builds of one version are one version: semver 2.0.0, section 10.
    return one.compare(other);
  }
  if (one === null && other === null) return comparePlain(a, b);
  return one === null ? 1 : -1;
}

/** `18` and `18.2-rc.1` are `18.0.0` and `18.2.0-rc.1`. */
function completed(version: string): string {
  const [, start = "", minor = ".0", rest = ""] =
    /^(v?\d+)(\.\d+)?([-+].*)?$/s.exec(version) ?? [];
  return start === "" ? version : `${start}${minor}.0${rest}`;
}
