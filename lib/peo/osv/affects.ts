/**
 * Is this version affected? The evaluation that OSV's specification gives
 * (https://ossf.github.io/osv-schema/#evaluation), with the order of versions
 * of whoever keeps the program.
 *
 * Pure.
 *
 * @module
 */

import { compareIn, type Ecosystem } from "../versions/order.ts";
import type { OsvAffected, OsvEvent } from "./record.ts";

/** What is known of one version and one vulnerability. */
export interface Affected {
  /** The first version after this one in which it is mended; "": none yet. */
  readonly fixed: string;
}

/** Null when the version is not affected. */
export function affects(
  { versions, ranges }: Pick<OsvAffected, "versions" | "ranges">,
  version: string,
  order: Ecosystem,
): Affected | null {
  const isNamed = versions.includes(version);
  const isWithin = ranges.some((events) => isIn(events, version, order));
  if (!isNamed && !isWithin) return null;
  return { fixed: firstFix(ranges.flat(), version, order) };
}

function isIn(
  events: readonly OsvEvent[],
  version: string,
  order: Ecosystem,
): boolean {
  if (!isBeforeLimits(events, version, order)) return false;
  let isAffected = false;
  for (const { kind, version: at } of sorted(events, order)) {
    const compared = compareWith(version, at, order);
    if (kind === "introduced" && compared >= 0) isAffected = true;
    if (kind === "fixed" && compared >= 0) isAffected = false;
    if (kind === "last_affected" && compared > 0) isAffected = false;
  }
  return isAffected;
}

function isBeforeLimits(
  events: readonly OsvEvent[],
  version: string,
  order: Ecosystem,
): boolean {
  const limits = events.filter(({ kind, version }) =>
    kind === "limit" && version !== "*"
  );
  return limits.length === 0 ||
    limits.some((limit) => compareWith(version, limit.version, order) < 0);
}

function firstFix(
  events: readonly OsvEvent[],
  version: string,
  order: Ecosystem,
): string {
  const fixes = events.filter(({ kind, version: at }) =>
    kind === "fixed" && compareWith(version, at, order) < 0
  );
  return sorted(fixes, order)[0]?.version ?? "";
}

/**
 * What is mended in a version may begin there anew; what is last affected in
 * one began there at the latest.
 */
const RANKS: Readonly<Record<OsvEvent["kind"], number>> = {
  fixed: 0,
  introduced: 1,
  last_affected: 2,
  limit: 3,
};

/** In the order of their versions; at the same one as `RANKS` says. */
function sorted(
  events: readonly OsvEvent[],
  order: Ecosystem,
): readonly OsvEvent[] {
  return events.toSorted((a, b) =>
    compareWith(a.version, b.version, order) || RANKS[a.kind] - RANKS[b.kind]
  );
}

/** `0` stands before every version, whatever the ecosystem thinks of it. */
function compareWith(a: string, b: string, order: Ecosystem): number {
  if (a === b) return 0;
  if (b === "0") return 1;
  if (a === "0") return -1;
  return compareIn(order, a, b);
}
