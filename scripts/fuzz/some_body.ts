/**
 * Bodies that are almost right: a word that there is, with the arguments that
 * it has, most of them lawful, some of them absurd.
 *
 * @module
 */

import { encodeBody } from "../../lib/sep/body.ts";
import type { Field } from "../../lib/sep/fields.ts";
import { type Role, type Word, WORDS } from "../../lib/sep/words.ts";
import { SIP_WORDS } from "../../lib/sip/words.ts";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import type { Chance } from "./chance.ts";

type Fields = Readonly<Record<string, Field<unknown>>>;

/** A word of SeP, mostly one that this role may say. */
export function someBody(role: Role, chance: Chance): Uint8Array {
  const all = Object.keys(WORDS) as Word[];
  const words = chance.oneIn(16)
    ? all
    : all.filter((word) => WORDS[word][role] !== null);
  const word = chance.pick(words);
  const fields: Fields | null = WORDS[word][role];
  return compose(word, fields ?? {}, chance);
}

/** A word of SiP. */
export function someSipBody(chance: Chance): Uint8Array {
  const [word, { carries }] = chance.pick(Object.entries(SIP_WORDS));
  return compose(word, carries, chance);
}

function compose(word: string, fields: Fields, chance: Chance): Uint8Array {
  const args: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.optional && chance.oneIn(2)) break;
    args.push(
      chance.oneIn(16)
        ? chance.pick(ABSURD)(chance)
        : lawful(name, field, chance),
    );
  }
  if (chance.oneIn(32)) args.pop();
  if (chance.oneIn(32)) args.push(chance.pick(ABSURD)(chance));
  return encodeBody(word, args.slice(0, 16));
}

/** A text that this field takes, found by trying; by chance a wrong one. */
function lawful(name: string, field: Field<unknown>, chance: Chance): string {
  for (let tries = 0; tries < 8; tries++) {
    const written = makerFor(name, field)(chance);
    if (field.parse(written) !== undefined) return written;
  }
  return "";
}

type Maker = (chance: Chance) => string;

/** The first that fits what the field says of itself. */
const MAKERS: readonly (readonly [RegExp, Maker])[] = [
  [/^(\d+) bytes/, (chance) => toBase64Url(chance.bytes(chance.below(600)))],
  [/a\.b\.c\.d:port/, someAddress],
  [
    /MAC addresses/,
    (chance) =>
      Array.from(
        { length: chance.below(9) },
        () => chance.bytes(6).toHex().replace(/..(?!$)/g, "$&:"),
      ).join(","),
  ],
  [/whole number/, someNumber],
  [
    /^1 to 8 names/,
    (chance) => chance.pick(["npm", "npm,pip", "a-1", "npm,pip,gem,cargo"]),
  ],
  [/SHA-256/, (chance) => toBase64Url(chance.bytes(32))],
  [
    /one of the reasons/,
    (chance) => chance.pick(["absent", "later", "system", "disk", "nowhere"]),
  ],
];

function makerFor(name: string, { shape }: Field<unknown>): Maker {
  const exact = /^(?:up to )?(\d+) bytes/.exec(shape);
  if (exact !== null) {
    const size = Number(exact[1]);
    const isUpTo = shape.startsWith("up to");
    const isEmpty = shape.includes("or empty");
    return (chance) =>
      isEmpty && chance.oneIn(3) ? "" : toBase64Url(
        chance.bytes(isUpTo ? chance.below(size + 1) : size),
      );
  }
  const choices = [...shape.matchAll(/`([a-z]+)`/g)].map(([, word]) => word);
  if (choices.length > 0) return (chance) => chance.pick(choices) ?? "";
  const made = MAKERS.find(([pattern]) => pattern.test(shape));
  if (made !== undefined) return made[1];
  return (chance) => someText(name, chance);
}

function someNumber(chance: Chance): string {
  return chance.oneIn(2) ? String(chance.below(20)) : chance.pick([
    "0",
    "1",
    "60000",
    "4294967294",
    "4294967295",
    "9007199254740991",
    "18446744073709551615",
  ]);
}

function someAddress(chance: Chance): string {
  const host = chance.pick(["10.0.0.1", "0.0.0.0", "255.255.255.255"]);
  return `${host}:${1 + chance.below(65_535)}`;
}

function someText(name: string, chance: Chance): string {
  if (chance.oneIn(2)) {
    return chance.pick(["editor", "1.0", "*", "linux", "pc", "", name]);
  }
  const signs = ["a", "+", "{", "%", "é", "\u{1f600}", " ", "\u202e", "\n"];
  return Array.from({ length: chance.length(128) }, () => chance.pick(signs))
    .join("");
}

const ABSURD: readonly Maker[] = [
  someNumber,
  someAddress,
  (chance) => toBase64Url(chance.bytes(chance.below(64))),
  (chance) => "x".repeat(chance.length(800)),
  (chance) => String.fromCodePoint(chance.below(0xd800)),
  () => "",
  () => "-1",
  () => "00",
  () => "18446744073709551616",
  () => "AA==",
  () => "AB",
  () => "\u0000",
  () => "256.0.0.1:1",
  () => "1.2.3.4:0",
  () => "02:00:00:00:00:0G",
  () => "npm,npm",
];
