/**
 * Probes of what reads bytes: samples that are changed, tokens in a row, and
 * now and then one part of a sample many times over, up to the reader's limit,
 * where a reader's work could grow faster than its input.
 *
 * @module
 */

import { concat, utf8 } from "../../lib/trust/bytes.ts";
import type { Chance } from "./chance.ts";
import { mutate, noise } from "./mutate.ts";
import { type Probe, showBytes } from "./target.ts";

/** What is given to a reader, and what must hold of it. */
export interface ByteProbe {
  readonly samples: readonly Uint8Array[];
  readonly tokens: readonly Uint8Array[];
  /** Longer inputs are for those that are long on purpose. */
  readonly bytesMax: number;
  /** What the reader refuses unread, and a little more. */
  readonly bytesMost: number;
  /** Another way to make an input, for half of them; null: none. */
  readonly compose?: (chance: Chance) => Uint8Array;
  /** Long inputs of its own, of about so many bytes, for half of those. */
  readonly huge?: (chance: Chance, bytes: number) => string;
  /** As `Probe.check`. */
  check(bytes: Uint8Array): string | Promise<string>;
}

/** One long input in so many. */
const LONG_ONE_IN = 250;

/** The probe of a reader of bytes. */
export function byteProbe(options: ByteProbe): Probe<Uint8Array> {
  const { samples, tokens, bytesMax, compose } = options;
  const material = { others: samples, tokens, bytesMax };
  return {
    draw(chance) {
      if (chance.oneIn(LONG_ONE_IN)) return long(chance, options);
      if (compose !== undefined && chance.oneIn(2)) return compose(chance);
      if (chance.oneIn(16)) return noise(chance, material);
      return mutate(chance.pick(samples), chance, material);
    },
    check: (bytes) => options.check(bytes),
    show: showBytes,
  };
}

/**
 * A sample with a part of it, or a token, repeated to the very limit, at one
 * place or at two: what is long beside what is many.
 */
function long(chance: Chance, options: ByteProbe): Uint8Array {
  const { bytesMost, huge } = options;
  const sample = chance.pick(options.samples);
  const most = chance.oneIn(2) ? bytesMost : chance.length(bytesMost);
  if (huge !== undefined && chance.oneIn(2)) return utf8(huge(chance, most));
  const places = chance.oneIn(2) ? [0] : [0, 0];
  const room = Math.max(0, most - sample.length) / places.length;
  const ats = places.map(() => chance.below(sample.length + 1))
    .sort((a, b) => a - b);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const at of ats) {
    parts.push(sample.subarray(from, at), repeated(chance, options, at, room));
    from = at;
  }
  return concat(...parts, sample.subarray(from));
}

function repeated(
  chance: Chance,
  { samples, tokens }: ByteProbe,
  at: number,
  room: number,
): Uint8Array {
  const sample = chance.pick(samples);
  const some = sample.subarray(at, at + 1 + chance.length(40));
  const unit = tokens.length > 0 && chance.oneIn(2)
    ? concat(chance.pick(tokens), chance.oneIn(2) ? chance.pick(tokens) : some)
    : some;
  const count = Math.floor(room / Math.max(1, unit.length));
  const bytes = new Uint8Array(count * unit.length);
  for (let part = 0; part < count; part++) bytes.set(unit, part * unit.length);
  return bytes;
}
