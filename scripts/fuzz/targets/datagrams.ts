/**
 * The gate of SeP under noise, by strangers and by one who holds the filter
 * key (D-15): nothing that nobody signed may pass, and what has the form of a
 * datagram has one form only.
 *
 * @module
 */

import {
  encodeDatagram,
  readFrame,
  SIGNATURE_BYTES,
} from "../../../lib/sep/datagram.ts";
import { FILTER_BYTES, HEADER_BYTES } from "../../../lib/sep/datagram.ts";
import { equalBytes, utf8 } from "../../../lib/trust/bytes.ts";
import { refilter } from "../../../tests/sep/forge.ts";
import { Noise, type Recorded, recorded } from "../../../tests/sep/noise.ts";
import { FILTER_KEY, SERVER_KEY } from "../../../tests/sep/props.ts";
import type { Chance } from "../chance.ts";
import { type Material, mutate, noise } from "../mutate.ts";
import { demand, type Probe, type Target } from "../target.ts";

/** The signs of the notation and the words, for bodies of chance. */
export const BODY_TOKENS = [
  ..."[ ] { } + %2B %25 %7B %0A %00 , : 0 1".split(" "),
  ..."[ping{ [echo{ [OK] [oui] [possede{editor+1.0} [install{".split(" "),
].map(utf8);

const TAIL_BYTES = FILTER_BYTES + SIGNATURE_BYTES;
/** Encoding costs a signature; not for every one. */
const CANONICAL_ONE_IN = 16;

/** One datagram at both gates. */
interface Thrown {
  readonly bytes: Uint8Array;
  /** The key that would have had to sign it. */
  readonly key: Uint8Array;
  readonly isCompared: boolean;
}

type Draw = (samples: readonly Recorded[], chance: Chance) => Thrown;

async function open(draw: Draw): Promise<Probe<Thrown>> {
  const samples = await recorded();
  const fleet = samples[0]?.bytes.slice(8, 16) ?? new Uint8Array(8);
  const gates = new Noise(fleet);
  for (const { bytes, key } of samples) {
    demand(gates.passes(bytes, key), "A recorded datagram did not pass");
  }
  return {
    draw: (chance) => draw(samples, chance),
    check({ bytes, key, isCompared }) {
      const isOriginal = samples.some((one) => equalBytes(one.bytes, bytes));
      if (isOriginal) return "unchanged";
      demand(!gates.passes(bytes, key), "A datagram that nobody signed passed");
      if (isCompared) demandCanonical(bytes);
      return gates.last;
    },
    show: ({ bytes }) => bytes.toHex(),
  };
}

function demandCanonical(bytes: Uint8Array): void {
  const frame = readFrame(bytes);
  if (typeof frame === "string") return;
  const keys = { filterKey: FILTER_KEY, signer: SERVER_KEY };
  const again = encodeDatagram(frame.header, frame.body, keys);
  const end = bytes.length - TAIL_BYTES;
  demand(
    equalBytes(again.subarray(0, end), bytes.subarray(0, end)),
    `A datagram has a second form: ${again.toHex()}`,
  );
}

/** Nothing but chance; then chance behind our magic, header, filter tag. */
function drawNoise(samples: readonly Recorded[], chance: Chance): Thrown {
  const { bytes: sample, key } = chance.pick(samples);
  const isCompared = chance.oneIn(CANONICAL_ONE_IN);
  const form = chance.below(6);
  const length = form < 2 && chance.oneIn(2)
    ? chance.below(1_202)
    : 156 + chance.below(form === 5 ? 900 : 99);
  const bytes = chance.bytes(length);
  if (form > 0) bytes.set(sample.subarray(0, Math.min(5, length)));
  if (form < 2 || length < 156) return { bytes, key, isCompared };
  bytes.set(sample.subarray(0, HEADER_BYTES));
  const bodyBytes = length - HEADER_BYTES - TAIL_BYTES;
  new DataView(bytes.buffer).setUint16(76, bodyBytes);
  if (form === 4) {
    const material = { others: [], tokens: BODY_TOKENS, bytesMax: bodyBytes };
    bytes.set(noise(chance, material), HEADER_BYTES);
  }
  return { bytes: form < 4 ? bytes : refilter(bytes), key, isCompared };
}

/** A recorded one, changed; every other by a holder of the filter key. */
function drawChanged(samples: readonly Recorded[], chance: Chance): Thrown {
  const { bytes: sample, key } = chance.pick(samples);
  const material: Material = {
    others: samples.map(({ bytes }) => bytes),
    tokens: BODY_TOKENS,
    bytesMax: 1_210,
  };
  const isCompared = chance.oneIn(CANONICAL_ONE_IN);
  const changed = mutate(sample, chance, material);
  if (changed.length < 156) return { bytes: changed, key, isCompared };
  // A length that is not true would be all that is ever looked at.
  if (chance.oneIn(2) && changed.length <= 1_200) {
    const bodyBytes = changed.length - HEADER_BYTES - TAIL_BYTES;
    new DataView(changed.buffer, changed.byteOffset).setUint16(76, bodyBytes);
  }
  const bytes = chance.oneIn(2) ? refilter(changed) : changed;
  return { bytes, key, isCompared };
}

/** The datagrams' targets. */
export const DATAGRAM_TARGETS: readonly Target[] = [
  {
    name: "datagram",
    about: "no datagram of chance passes the gate, D-15",
    ends: ["short", "too long", "magic", "length", "filter", "word"],
    open: () => open(drawNoise),
  },
  {
    name: "changed-datagram",
    about: "no changed datagram passes the gate, D-15",
    ends: ["length", "reserved", "filter", "word", "signature"],
    open: () => open(drawChanged),
  },
];
