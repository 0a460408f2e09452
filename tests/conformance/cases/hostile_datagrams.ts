/**
 * Datagrams that are right but for one thing, of whichever side. Each is made
 * with the right keys unless the keys are that one thing.
 *
 * @module
 */

import type { Argument } from "../wire/body.ts";
import { type Bytes, concat, flipped, random, utf8 } from "../wire/bytes.ts";
import { newKey } from "../wire/keys.ts";
import type { Otherwise, Talk } from "../kit/talk.ts";

/** How a fresh first message of the side is made, each time a new one. */
export type Fresh = (otherwise?: Otherwise) => Bytes;

export const freshOf = (
  begin: () => Talk,
  word: string,
  args: () => readonly Argument[],
): Fresh =>
(otherwise = {}) => begin().make(word, args(), otherwise);

/** D-01 to D-03: every length that no datagram has. */
export function* badLengths(fresh: Fresh): Generator<Bytes> {
  const whole = fresh();
  for (let length = 0; length < 156; length += 5) yield whole.slice(0, length);
  for (const length of [1_201, 1_500, 9_000]) {
    yield concat(whole, random(length - whole.length));
  }
}

/** D-09: cut at every byte behind the shortest. */
export function* truncated(fresh: Fresh): Generator<Bytes> {
  const whole = fresh();
  for (let length = 150; length < whole.length; length++) {
    yield whole.slice(0, length);
  }
}

/** D-04 to D-07: a header that no datagram has. */
export function* badHeaders(fresh: Fresh): Generator<Bytes> {
  for (const magic of ["SeP0", "SeP2", "sep1", "SiP1"]) yield fresh({ magic });
  for (const suite of [0, 2, 255]) yield fresh({ suite });
  for (const bit of [1, 2, 3, 4, 5, 6, 7]) {
    yield flipped(fresh(), 8 * 5 + bit);
    yield fresh({ flags: (fresh()[5] ?? 0) | 1 << bit });
  }
  for (const step of [8, 9, 255]) yield fresh({ step });
  yield fresh({ reserved7: 1 });
  yield fresh({ reserved78: 1 });
  const n = fresh().length - 152;
  for (const length of [0, n - 1, n + 1, 901, 65_535]) yield fresh({ length });
  yield concat(fresh(), Uint8Array.of(0));
}

/** D-08: one bit of each byte flipped. */
export function* bitFlips(fresh: Fresh): Generator<Bytes> {
  const { length } = fresh();
  for (let at = 0; at < length; at++) {
    yield flipped(fresh(), 8 * at + Math.floor(Math.random() * 8));
  }
}

/** C-05, C-23: whoever else signs, and whatever else is signed. */
export function* badSignatures(
  fresh: Fresh,
  keys: readonly Otherwise["key"][],
): Generator<Bytes> {
  for (const key of [newKey(), ...keys]) {
    if (key !== undefined) yield fresh({ key });
  }
  yield fresh({ filterKey: random(32) });
  yield fresh({ signedText: "" });
  yield fresh({ signedText: "SeP1 delegation\0" });
  yield fresh({ fleet: random(8) });
  const zeros = fresh();
  zeros.fill(0, zeros.length - 64);
  yield zeros;
}

/** D-16: what agents and servers of 2013 said, in clear. */
export function* inClear(): Generator<Bytes> {
  for (const text of ["[ping]", "[install{editor+1.0}]", "[OK]"]) {
    yield utf8(text);
    yield concat(utf8(text), new Uint8Array(160 - text.length));
  }
}
