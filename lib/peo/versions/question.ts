/**
 * What a person asks of the fleet: a name or a pattern, and perhaps what the
 * version must be: `openssl < 3.0.15`, `editor >= 2 < 3`, `libssl*`.
 *
 * Names may hold anything but the signs of comparison: programs of Windows are
 * called `Mozilla Firefox (x64 fr)`.
 *
 * @module
 */

import { globToRegExp } from "../../trust/names.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { describe } from "../../trust/shape.ts";
import { LIST_LIMITS } from "../program.ts";
import { compareIn, ecosystemOf, hasEpoch, withoutEpoch } from "./order.ts";

/** What each sign takes, of how the listed version compares with the bound. */
const SIGNS = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  "=": (order: number) => order === 0,
  "!=": (order: number) => order !== 0,
  ">=": (order: number) => order >= 0,
  ">": (order: number) => order > 0,
} as const;

/** One of the signs. */
export type Sign = keyof typeof SIGNS;

/** One comparison. */
export interface Comparison {
  readonly sign: Sign;
  readonly bound: string;
}

/** A question that was understood. */
export interface Question {
  /** A name in any case, or a pattern with `*` and `?`. */
  readonly name: string;
  /** All of them must hold; none: any version. */
  readonly comparisons: readonly Comparison[];
  /** The question as it was understood. */
  readonly text: string;
}

/** Comparisons of one question. */
export const COMPARISONS_MAX = 4;

/** Reads a question; the fault is a sentence. */
export function parseQuestion(text: string): Outcome<Question, string> {
  const [first = "", ...rest] = text.split(/(<=|>=|==|!=|<|>|=)/);
  const name = first.trim();
  const whole = `Cannot understand ${describe(text)}`;
  if (name === "") {
    return fault(`${whole}: it names no program; ask as in "openssl < 3.0.15"`);
  }
  if (name.length > LIST_LIMITS.textLengthMax) {
    return fault(`${whole}: no program has so long a name`);
  }
  if (rest.length / 2 > COMPARISONS_MAX) {
    return fault(`${whole}: at most ${COMPARISONS_MAX} comparisons may be`);
  }
  const comparisons: Comparison[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    const [written = "", after = ""] = [rest[at], rest[at + 1]];
    const bound = after.trim();
    const sign = written === "==" ? "=" : written;
    if (bound === "") return fault(`${whole}: no version follows "${written}"`);
    if (/\s/.test(bound)) {
      return fault(
        `${whole}: "${bound}" is no version; ask as in "editor >= 2 < 3"`,
      );
    }
    if (bound.length > LIST_LIMITS.textLengthMax) {
      return fault(`${whole}: no program has so long a version`);
    }
    if (isSign(sign)) comparisons.push({ sign, bound });
  }
  const said = comparisons.map(({ sign, bound }) => ` ${sign} ${bound}`);
  return ok({ name, comparisons, text: `${name}${said.join("")}` });
}

function isSign(text: string): text is Sign {
  return Object.hasOwn(SIGNS, text);
}

/** What of a program is asked about. */
export interface Asked {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/**
 * Is the program what was asked for? A version that is not told is none that
 * could be compared.
 */
export function matches(question: Question, program: Asked): boolean {
  return matchesName(question, program.name) &&
    matchesVersion(question, program);
}

/** In any case; `*` stands for any letters and `?` for one. */
export function matchesName({ name }: Question, other: string): boolean {
  if (!/[*?]/.test(name)) return name.toLowerCase() === other.toLowerCase();
  return globToRegExp(name.toLowerCase()).test(other.toLowerCase());
}

/**
 * A bound without an epoch is compared without the epoch of what is listed:
 * who asks for `vim < 9.1` means `2:9.0.1378-2` as well.
 */
function matchesVersion(
  { comparisons }: Question,
  { version, purl }: Asked,
): boolean {
  if (comparisons.length === 0) return true;
  if (version === "") return false;
  const ecosystem = ecosystemOf(purl);
  return comparisons.every(({ sign, bound }) => {
    const own = hasEpoch(bound) ? version : withoutEpoch(ecosystem, version);
    return SIGNS[sign](compareIn(ecosystem, own, bound));
  });
}
