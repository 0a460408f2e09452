/** The text of a selector, and what is said of one that cannot be read. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  parseSelector,
  SELECTOR_LENGTH_MAX,
} from "../../../lib/server/selectors/parse.ts";
import type { Selector } from "../../../lib/server/selectors/selector.ts";

/** The value in one way of writing, with all parentheses. */
function shown(selector: Selector): string {
  switch (selector.kind) {
    case "all":
      return "all";
    case "word":
      return selector.word;
    case "term":
      return `${selector.key}:${selector.value}`;
    case "not":
      return `!${shown(selector.of)}`;
    case "and":
      return `(${selector.of.map(shown).join(" & ")})`;
    case "or":
      return `(${selector.of.map(shown).join(" | ")})`;
  }
}

function read(text: string): string {
  const parsed = parseSelector(text);
  return parsed.ok ? shown(parsed.value) : parsed.fault;
}

const READS: Record<string, [text: string, read: string]> = {
  "a word": ["room-101", "room-101"],
  "every machine": ["ALL", "all"],
  "a term, whose key has any case": ["OS:debian", "os:debian"],
  "not before and before or": [
    "a | b & !c",
    "(a | (b & !c))",
  ],
  "a comma as or": ["a,b, c", "(a | b | c)"],
  "doubled signs as one": ["a && b || c", "((a & b) | c)"],
  "parentheses": ["!(a | b) & c", "(!(a | b) & c)"],
  "no spaces": ["os:debian&!room-102", "(os:debian & !room-102)"],
  "a version's bound without quotes": ["has:firefox<128", "has:firefox<128"],
  "the ! of !=": ["has:vim!=9 & all", "(has:vim!=9 & all)"],
  "a quoted value": [
    "has:'firefox < 128' | tag:x",
    "(has:firefox < 128 | tag:x)",
  ],
  "a value in double quotes with signs in it": [
    'has:"Mozilla Firefox (x64 fr)"',
    "has:Mozilla Firefox (x64 fr)",
  ],
  "a term that is quoted whole": ["'has:a b'", "has:a b"],
  "an address range": ["ip:10.0.1.10-10.0.1.50", "ip:10.0.1.10-10.0.1.50"],
};

for (const [what, [text, expected]] of Object.entries(READS)) {
  Deno.test(`parseSelector reads ${what}`, () => {
    assertEquals(read(text), expected);
  });
}

const FAULTS: Record<string, [text: string, fault: string]> = {
  "nothing": [" ", "it names no machine; all means every machine"],
  "a sign at the end": ["a &", 'something is missing after "&"'],
  "a sign at the beginning": ["| a", 'something is missing before "|"'],
  "an open parenthesis": ["(a | b", '"(" is not closed'],
  "a parenthesis too many": ["a)", '")" closes nothing'],
  "two words side by side": [
    "has:firefox < 128",
    '"<" follows without a sign; & means both, | means either, and a value ' +
    "with spaces needs quotes",
  ],
  "a quote without an end": ["has:'a", "the quote ' has no end"],
  "a key that is mistyped": [
    "tga:exam",
    'there is no "tga:"; did you mean tag:?',
  ],
  "a key that is like none": [
    "colour:red",
    'there is no "colour:"; there are tag, os, arch, ip, name, group, needs, has',
  ],
  "a key without a value": [
    "tag:",
    'nothing follows "tag:"; it needs a word that machines bear: tag:exam',
  ],
  "a network that is none": [
    "ip:10.0.1",
    '"10.0.1" is no address, no network like 10.0.1.0/24 and no range like ' +
    "10.0.1.10-10.0.1.50",
  ],
  "a range that goes backwards": [
    "ip:10.0.1.9-10.0.1.5",
    '"10.0.1.9-10.0.1.5" ends before it begins; write the lower address first',
  ],
  "a question without a version": [
    "has:'firefox <'",
    'cannot understand "firefox <": no version follows "<"',
  ],
};

for (const [what, [text, fault]] of Object.entries(FAULTS)) {
  Deno.test(`parseSelector tells what is wrong with ${what}`, () => {
    assertEquals(read(text), `Cannot understand "${text}": ${fault}`);
  });
}

Deno.test("parseSelector has limits on length, depth and words", () => {
  assert(!parseSelector("a".repeat(SELECTOR_LENGTH_MAX + 1)).ok);
  assert(!parseSelector("(".repeat(40) + "a" + ")".repeat(40)).ok);
  assert(!parseSelector("!".repeat(40) + "a").ok);
  assert(parseSelector(Array(64).fill("a").join(",")).ok);
  assert(!parseSelector(Array(65).fill("a").join(",")).ok);
});

Deno.test("parseSelector reads again what it has read, and never throws", () => {
  const text = fc.array(
    fc.constantFrom(..."ab(!)&|,:' \"*<=", "tag:", "has:", "ip:1.2.3.4"),
  ).map((pieces) => pieces.join(""));
  fc.assert(fc.property(text, (text) => {
    const once = parseSelector(text);
    if (!once.ok) return;
    // Values with spaces or signs are written with quotes only.
    const again = shown(once.value);
    if (/['" ]/.test(text) || /:\S*:/.test(text)) return;
    assertEquals(read(again), again);
  }));
});
