/**
 * Ranges of versions, as requirements, conflicts and targets spell them: `*`,
 * or comparisons that must all hold, with one space between two of them.
 *
 *     *            any version
 *     >=1.2 <2     from 1.2 on, and before 2
 *     =1.0  1.0    exactly 1.0, or another spelling of it such as 1.00
 *
 * Beware of `<2`: `2~rc1` is before `2` and satisfies it. `<2~` leaves the
 * release candidates out.
 *
 * Pure. The order of versions is `version_order.ts`.
 *
 * @module
 */

import { isVersion, VERSION_CHARS_MAX } from "../../trust/names.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { describe } from "../../trust/shape.ts";
import { compareVersions } from "./version_order.ts";

/** Comparisons of one range. */
export const COMPARISONS_MAX = 8;
/** The longest range, in characters. */
export const RANGE_CHARS_MAX = COMPARISONS_MAX * (VERSION_CHARS_MAX + 3);
/** The range that holds every version. */
export const ANY_RANGE = "*";

/** What each operator takes, of how a version compares with the bound. */
const OPERATORS = {
  ">=": (order: number) => order >= 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  "<": (order: number) => order < 0,
  "=": (order: number) => order === 0,
} as const;

/** One comparison of a range. */
export interface Comparison {
  readonly operator: keyof typeof OPERATORS;
  readonly bound: string;
}

/** Comparisons that must all hold; none for any version. */
export type Range = readonly Comparison[];

/** How a range looks; `parseRange` also judges its versions. */
export const RANGE_PATTERN = rangePattern();

function rangePattern(): RegExp {
  const one = "(?:>=|<=|>|<|=)?[A-Za-z0-9][A-Za-z0-9.+~_-]*";
  const more = COMPARISONS_MAX - 1;
  return new RegExp(`^(?:\\*|${one}(?: ${one}){0,${more}})$`);
}

/** Reads a range; the fault is the end of a sentence that begins with it. */
export function parseRange(text: string): Outcome<Range, string> {
  if (text === ANY_RANGE) return ok([]);
  const words = text.split(" ");
  if (text.length > RANGE_CHARS_MAX || words.length > COMPARISONS_MAX) {
    return fault(`has more than ${COMPARISONS_MAX} comparisons`);
  }
  const range: Comparison[] = [];
  for (const word of words) {
    const [, operator = "", bound = ""] = /^([<>=]*)(.*)$/s.exec(word) ?? [];
    const known = operator === "" ? "=" : operator;
    if (!isOperator(known) || !isVersion(bound)) {
      return fault(
        `has the part ${
          describe(word)
        }, which is no comparison such as ">=1.2"`,
      );
    }
    range.push({ operator: known, bound });
  }
  return ok(range);
}

function isOperator(text: string): text is Comparison["operator"] {
  return Object.hasOwn(OPERATORS, text);
}

/**
 * Is the version in the range? What is no range holds no version: callers take
 * ranges from manifests, which were judged.
 */
export function satisfies(version: string, range: string): boolean {
  const read = parseRange(range);
  return read.ok &&
    read.value.every(({ operator, bound }) =>
      OPERATORS[operator](compareVersions(version, bound))
    );
}
