/**
 * Noise at the gate: datagrams of chance, and good ones with a few bytes
 * changed, by a stranger and by one who holds the filter key.
 *
 * `deno task fuzz datagram changed-datagram --count 10000000` is the long run;
 * `SEP_RANDOM_SEED` repeats one of these.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SOURCES_MAX } from "../../lib/sep/bucket.ts";
import { equalBytes } from "../../lib/trust/bytes.ts";
import { FakeRandomness } from "../fakes/fake_randomness.ts";
import { refilter } from "./forge.ts";
import { need } from "./need.ts";
import { Noise, recorded } from "./noise.ts";

const RUNS = Number(Deno.env.get("SEP_RANDOM_RUNS") ?? 15_000);
const SEED = Number(Deno.env.get("SEP_RANDOM_SEED") ?? Date.now() % 1e9);
const HEAP_GROWTH_BYTES_MAX = 8 * 2 ** 20;

/** Bytes that are in use when all garbage is gone. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return Deno.memoryUsage().heapUsed;
}

const samples = await recorded();
const FLEET = need(samples[0], "sample").bytes.slice(8, 16);

Deno.test("Recorded datagrams pass the gate of the noise tests", () => {
  const noise = new Noise(FLEET);
  for (const { bytes, key } of samples) assert(noise.passes(bytes, key));
});

Deno.test(`Random datagrams are all dropped, seed ${SEED}, D-15`, () => {
  const chance = new FakeRandomness(SEED);
  const noise = new Noise(FLEET);
  const below = (limit: number) => Math.floor(chance.fraction() * limit);
  const before = heapInUse();
  for (let run = 0; run < RUNS; run++) {
    const bytes = chance.bytes(below(3) === 0 ? below(1_202) : 156 + below(99));
    const sample = need(samples[below(samples.length)], "sample");
    // Of three, one is pure noise, one has our magic, one our whole header.
    if (run % 3 > 0) {
      bytes.set(sample.bytes.subarray(0, Math.min(5, bytes.length)));
    }
    if (run % 3 > 1 && bytes.length >= 156) {
      bytes.set(sample.bytes.subarray(0, 80));
      new DataView(bytes.buffer).setUint16(76, bytes.length - 152);
    }
    assert(!noise.passes(bytes, sample.key), `run ${run}, seed ${SEED}`);
  }
  assert((noise.dropped["filter"] ?? 0) > 0, "none came as far as the filter");
  assert(noise.sources <= SOURCES_MAX);
  assert(heapInUse() - before < HEAP_GROWTH_BYTES_MAX, "memory grows");
});

Deno.test(`Changed datagrams are all dropped, seed ${SEED}, D-15`, () => {
  const chance = new FakeRandomness(SEED + 1);
  const noise = new Noise(FLEET);
  const before = heapInUse();
  for (let run = 0; run < RUNS; run++) {
    const { bytes, key } = need(samples[run % samples.length], "sample");
    const changed = mutate(bytes, chance);
    // Every other one by somebody who holds the filter key.
    const sent = run % 2 === 0 || changed.length < 152
      ? changed
      : refilter(changed);
    if (equalBytes(sent, bytes)) continue;
    assert(!noise.passes(sent, key), `run ${run}, seed ${SEED}`);
  }
  for (const drop of ["length", "filter", "word", "signature"]) {
    assert((noise.dropped[drop] ?? 0) > 0, `none was dropped for ${drop}`);
  }
  assert(noise.sources <= SOURCES_MAX);
  assert(heapInUse() - before < HEAP_GROWTH_BYTES_MAX, "memory grows");
});

Deno.test("No datagram makes the gate throw, D-15", () => {
  const noise = new Noise(FLEET);
  const any = fc.uint8Array({ maxLength: 300 });
  fc.assert(fc.property(any, fc.constantFrom(...samples), (bytes, { key }) => {
    assertEquals(noise.passes(bytes, key), false);
  }));
});

/** A datagram with a few bytes changed, cut off, put in or put elsewhere. */
function mutate(bytes: Uint8Array, chance: FakeRandomness): Uint8Array {
  const below = (limit: number) => Math.floor(chance.fraction() * limit);
  const at = below(bytes.length);
  const size = below(8);
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (below(5)) {
    case 0: {
      const changed = bytes.slice();
      for (let count = 0; count <= size; count++) {
        const index = below(changed.length);
        changed[index] = (changed[index] ?? 0) ^ (1 << below(8));
      }
      return changed;
    }
    case 1:
      return bytes.slice(0, at);
    case 2:
      return Uint8Array.from([...before, ...chance.bytes(size), ...behind]);
    case 3:
      return Uint8Array.from([...before, ...behind.subarray(size)]);
    default: {
      const changed = bytes.slice();
      changed.copyWithin(at, below(bytes.length), below(bytes.length) + size);
      return changed;
    }
  }
}
