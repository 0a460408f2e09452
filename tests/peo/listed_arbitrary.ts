/** Lists by chance, for the property tests. */

import fc from "fast-check";
import {
  compareKeys,
  isListable,
  LIST_LIMITS,
  type ListedProgram,
  type ListFault,
} from "../../lib/peo/program.ts";
import { purl } from "../../lib/peo/purl.ts";

/** Any text that a list may hold, of every script. */
export const LISTABLE: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => isListable(text));

const NAME = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9+._-]{0,20}$/),
  LISTABLE,
);

/** Each source, and the type of its package URLs. */
const SOURCES = [
  ["flottille", "generic"],
  ["dpkg", "deb"],
  ["rpm", "rpm"],
  ["apk", "apk"],
  ["npm", "npm"],
  ["pip", "pypi"],
  ["gem", "gem"],
  ["cargo", "cargo"],
] as const;

const LICENCE = fc.oneof(
  fc.constantFrom("MIT", "GPL-2.0-only AND (MIT OR Apache-2.0)", "GPL+"),
  LISTABLE,
);

const PROGRAM: fc.Arbitrary<ListedProgram> = fc.record({
  origin: fc.constantFrom(...SOURCES),
  name: NAME,
  version: fc.oneof(NAME, fc.constant("")),
  facts: fc.record({
    architecture: fc.constantFrom("all", "amd64"),
    supplier: LISTABLE,
    licence: LICENCE,
    sourcePackage: NAME,
    sourceVersion: NAME,
    installedAtS: fc.nat(253_402_300_799),
    sizeBytes: fc.maxSafeNat(),
  }, { requiredKeys: [], noNullPrototype: true }),
}).map(({ origin: [source, type], name, version, facts }) => ({
  ...{ name, version, source },
  purl: purl({ type, name, version }),
  ...facts,
})).filter((program) => program.purl.length <= LIST_LIMITS.purlLengthMax);

/** A list without a program twice. */
export const LISTED_PROGRAMS: fc.Arbitrary<ListedProgram[]> = fc.uniqueArray(
  PROGRAM,
  { maxLength: 20, comparator: (a, b) => compareKeys(a, b) === 0 },
);

/** What a source could not tell. */
export const LISTED_FAULT: fc.Arbitrary<ListFault> = fc.record({
  source: fc.constantFrom("dpkg", "flottille"),
  error: LISTABLE,
});

/** The program with the longest texts that a list may hold. */
export function longestProgram(): ListedProgram {
  // Three bytes a character is the most that one takes in UTF-8.
  const text = "\u{20ac}".repeat(LIST_LIMITS.textLengthMax);
  return {
    ...{ name: text, version: text, source: text, architecture: text },
    ...{ supplier: text, licence: text, sourcePackage: text },
    sourceVersion: text,
    purl: "pkg:".padEnd(LIST_LIMITS.purlLengthMax, "\u{20ac}"),
    installedAtS: 253_402_300_799,
    sizeBytes: Number.MAX_SAFE_INTEGER,
  };
}
