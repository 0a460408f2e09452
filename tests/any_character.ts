/**
 * Any character, for property tests: a code point of Unicode that is no half
 * of a pair, every other one of ASCII or of the first plane. fast-check's own
 * `unit: "binary"` is the same, but takes a second to make in each test file.
 *
 * @module
 */

import fc from "fast-check";

const HALVES_FROM = 0xd800;
const HALVES = 0x800;

/** Code points below `end`, those of half pairs left out. */
function below(end: number): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: end - HALVES - 1 })
    .map((n) => String.fromCodePoint(n < HALVES_FROM ? n : n + HALVES));
}

/** The unit of a `fc.string` that may hold anything. */
export const anyCharacter: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7f }).map(ofAscii) },
  { weight: 1, arbitrary: below(0x1_0000) },
  { weight: 2, arbitrary: below(0x11_0000) },
);

function ofAscii(code: number): string {
  return String.fromCharCode(code);
}
