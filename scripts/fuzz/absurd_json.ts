/**
 * JSON values that have the right shape almost everywhere: a good value with
 * one node or a few replaced, removed, doubled, renamed or made huge. What the
 * bytes' mutations seldom make, because the result must be JSON, and signed.
 *
 * @module
 */

import type { Chance } from "./chance.ts";

/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Values that stand where another one is awaited. */
const STRANGERS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e21,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  ".",
  "..",
  "/",
  "CON",
  "a\u0000b",
  "\ud800",
  "\u202e",
  "\ufeff",
  "9999-12-31T23:59:59Z",
  "2026-02-30T00:00:00Z",
  "AAAA",
  "*",
  "x".repeat(65),
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { length: 1 },
];

const KEYS = ["__proto__", "constructor", "toString", "length", "", "0", "x"];

/** The value with something wrong, once to three times. */
export function absurd(value: Json, chance: Chance): Json {
  let changed = value;
  for (let count = chance.below(3); count >= 0; count--) {
    changed = changeSome(changed, chance, 0);
  }
  return changed;
}

function changeSome(value: Json, chance: Chance, depth: number): Json {
  const isLeaf = typeof value !== "object" || value === null;
  if (isLeaf || chance.oneIn(4 + 2 * depth)) return changeHere(value, chance);
  if (isList(value)) {
    if (value.length === 0 || chance.oneIn(4)) return changeList(value, chance);
    const at = chance.below(value.length);
    return value.map((one, index) =>
      index === at ? changeSome(one, chance, depth + 1) : one
    );
  }
  const keys = Object.keys(value);
  if (keys.length === 0 || chance.oneIn(4)) return changeKeys(value, chance);
  const key = chance.pick(keys);
  return {
    ...value,
    [key]: changeSome(value[key] ?? null, chance, depth + 1),
  };
}

function changeHere(value: Json, chance: Chance): Json {
  switch (chance.below(8)) {
    case 0:
      return [value];
    case 1:
      return { x: value };
    case 2:
      return nested(value, 1 + chance.length(40));
    case 3:
      return typeof value === "string" ? changeText(value, chance) : value;
    case 4:
      return typeof value === "number" ? changeNumber(value, chance) : value;
    default:
      return chance.pick(STRANGERS);
  }
}

function changeText(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  switch (chance.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${
        String.fromCharCode(chance.below(0x1_0000))
      }${text.slice(at)}`;
    case 2:
      return text.repeat(2);
    default:
      return "x".repeat(chance.length(4_096));
  }
}

function changeNumber(number: number, chance: Chance): number {
  return chance.pick([number + 1, number - 1, -number, number + 0.5, 2 ** 64]);
}

function nested(value: Json, depth: number): Json {
  let around = value;
  for (let level = 0; level < depth; level++) around = [around];
  return around;
}

function changeList(list: readonly Json[], chance: Chance): Json {
  const at = chance.below(list.length + 1);
  const one = list[at % Math.max(1, list.length)] ?? chance.pick(STRANGERS);
  switch (chance.below(4)) {
    case 0:
      return list.filter((_, index) => index !== at);
    case 1:
      return [...list.slice(0, at), one, ...list.slice(at)];
    case 2:
      return list.toReversed();
    default:
      return [...list, ...new Array<Json>(chance.length(400)).fill(one)];
  }
}

function changeKeys(
  value: { readonly [key: string]: Json },
  chance: Chance,
): Json {
  const entries = Object.entries(value);
  const at = chance.below(Math.max(1, entries.length));
  const strange = chance.pick(STRANGERS);
  switch (chance.below(3)) {
    case 0:
      return fromEntries(entries.filter((_, index) => index !== at));
    case 1:
      return fromEntries([...entries, [chance.pick(KEYS), strange]]);
    default:
      return fromEntries(
        entries.map(([key, one], index) =>
          index === at ? [`${key}x`, one] : [key, one]
        ),
      );
  }
}

/** As `JSON.parse` makes it: `__proto__` is a key like another. */
function fromEntries(entries: [string, Json][]): Json {
  return Object.fromEntries(entries);
}

const UNITS = ["1", '"a"', "[]", "{}", "null", '{"a":1}', "[[1]]", '"\\u0041"'];
const SIGNS = ["a", "a.", "[0]", "é", "\\n", "\\u0041"];

/**
 * JSON of about so many characters that has two things in excess: long names
 * with many values below them, many names of one length, depth.
 */
export function huge(chance: Chance, chars: number): string {
  const half = Math.floor(chars / 2);
  const unit = `${chance.pick(UNITS)},`;
  const many = `[${unit.repeat(Math.floor(half / unit.length))}1]`;
  const sign = chance.pick(SIGNS);
  const name = (length: number) =>
    sign.repeat(Math.floor(length / sign.length));
  const deep = 1 + chance.below(20);
  switch (chance.below(5)) {
    case 0:
      return `{"${name(half)}":${many}}`;
    case 1:
      return `{"${name(half / deep)}":`.repeat(deep) + many + "}".repeat(deep);
    case 2:
      return "[".repeat(half) + "]".repeat(half);
    case 3: {
      const count = Math.max(1, Math.floor(2 ** chance.below(14)));
      const fields = Array.from(
        { length: count },
        (_, index) => `"${name(chars / count)}${index}":1`,
      );
      return `{${fields.join(",")}}`;
    }
    default:
      return `{"a":"${name(half)}","b":${many}}`;
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
