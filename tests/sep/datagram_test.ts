/**
 * The datagram: its layout by vectors, its form at every edge, its two checks
 * under every single bit that can flip.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  encodeDatagram,
  filterHolds,
  type Frame,
  HEADER_BYTES,
  readFrame,
  signatureHolds,
} from "../../lib/sep/datagram.ts";
import { DATAGRAM_BYTES_MAX } from "../../lib/sep/limits.ts";
import { encodeMessage } from "../../lib/sep/words.ts";
import { toHex, utf8 } from "../../lib/trust/bytes.ts";
import { fleetOf, keyPairFromSeed } from "../../lib/trust/keys.ts";
import { flipBit, headerOf, refilter } from "./forge.ts";
import { FILTER_KEY, SERVER_KEY } from "./props.ts";
import { MESSAGES } from "./samples.ts";
import { type DatagramVectors, readVectors } from "./vectors.ts";

const VECTORS = readVectors<DatagramVectors>("datagram");
const hex = (text: string) => Uint8Array.fromHex(text);
const KEYS = {
  server: keyPairFromSeed(hex(VECTORS.serverSeed)),
  machine: keyPairFromSeed(hex(VECTORS.machineSeed)),
};
const KEYRING = { filterKey: FILTER_KEY, signer: SERVER_KEY };

/** One datagram of every sample message, as its sender would send it. */
const DATAGRAMS = MESSAGES.map(({ from, message }) => ({
  name: `a ${from}'s [${message.word}]`,
  bytes: encodeDatagram(
    headerOf({ fromServer: from === "server" }),
    encodeMessage(from, message),
    KEYRING,
  ),
}));

function frameOf(bytes: Uint8Array): Frame {
  const frame = readFrame(bytes);
  if (typeof frame === "string") throw new Error(`No frame: ${frame}`);
  return frame;
}

for (const vector of VECTORS.good) {
  const header = {
    fromServer: vector.signer === "server",
    step: vector.step,
    fleet: fleetOf(hex(VECTORS.fleetKey)),
    machine: hex(vector.machine),
    conversation: hex(vector.conversation),
    prev: hex(vector.prev),
    session: hex(vector.session),
    counter: vector.counter,
  };
  const filterKey = hex(VECTORS.filterKey);

  Deno.test(`encodeDatagram writes ${vector.name}`, () => {
    const signer = KEYS[vector.signer];
    const bytes = encodeDatagram(header, utf8(vector.body), {
      filterKey,
      signer,
    });
    assertEquals(toHex(bytes), vector.bytes);
  });

  Deno.test(`readFrame reads ${vector.name}`, () => {
    const frame = frameOf(hex(vector.bytes));
    assertEquals(frame.header, header);
    assertEquals(frame.body, utf8(vector.body));
    assert(filterHolds(frame, filterKey));
    assert(signatureHolds(frame, KEYS[vector.signer].publicKey));
  });
}

Deno.test("readFrame drops 0 to 155 bytes as short, D-01 D-02", () => {
  for (const { bytes } of DATAGRAMS) {
    for (let size = 0; size < 156; size++) {
      assertEquals(readFrame(bytes.subarray(0, size)), "short");
    }
  }
  assertEquals(readFrame(new Uint8Array()), "short");
});

Deno.test("readFrame drops more than 1,200 bytes as too long, D-03", () => {
  const [{ bytes } = { bytes: new Uint8Array() }] = DATAGRAMS;
  for (const size of [1_201, 1_500, 9_000, 65_507]) {
    const long = new Uint8Array(size);
    long.set(bytes);
    assertEquals(readFrame(long), "too long");
  }
});

Deno.test("encodeDatagram refuses a body over the limit, N-15", () => {
  const longest = new Uint8Array(900).fill(0x61);
  const bytes = encodeDatagram(headerOf({}), longest, KEYRING);
  assert(bytes.length <= DATAGRAM_BYTES_MAX);
  assertEquals(frameOf(bytes).body.length, 900);
  assertThrows(
    () => encodeDatagram(headerOf({}), new Uint8Array(901), KEYRING),
    RangeError,
    "901 bytes",
  );
});

Deno.test("readFrame drops a wrong magic before any crypto, D-04", () => {
  for (const { bytes } of DATAGRAMS) {
    for (let bit = 0; bit < 32; bit++) {
      assertEquals(readFrame(flipBit(bytes, bit)), "magic");
    }
  }
});

Deno.test("readFrame drops every suite but ours, D-05", () => {
  for (const { bytes } of DATAGRAMS) {
    for (let suite = 0; suite < 256; suite++) {
      const changed = bytes.slice();
      changed[4] = suite;
      const frame = readFrame(changed);
      if (suite === 1) assert(typeof frame !== "string");
      else assertEquals(frame, "suite");
    }
  }
});

Deno.test("readFrame drops reserved bits and bytes that are set, D-06", () => {
  // Flags but the first bit, steps over 7, byte 7, bytes 78 and 79.
  const bits = [41, 42, 43, 44, 45, 46, 47, 51, 52, 53, 54, 55];
  for (let bit = 56; bit < 64; bit++) bits.push(bit);
  for (let bit = 78 * 8; bit < 80 * 8; bit++) bits.push(bit);
  for (const { bytes } of DATAGRAMS) {
    for (const bit of bits) {
      assertEquals(readFrame(flipBit(bytes, bit)), "reserved", `bit ${bit}`);
    }
  }
});

Deno.test("readFrame drops every length but the body's own, D-07", () => {
  for (const { bytes } of DATAGRAMS) {
    const size = frameOf(bytes).body.length;
    for (const wrong of [0, 1, size - 1, size + 1, 900, 901, 65_535]) {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint16(76, wrong);
      assertEquals(readFrame(changed), "length");
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    assertEquals(readFrame(longer), "length");
  }
});

Deno.test("Datagrams cut at any byte are no datagrams, D-09", () => {
  for (const { bytes } of DATAGRAMS) {
    for (let size = 0; size < bytes.length; size++) {
      const fault = readFrame(bytes.subarray(0, size));
      assertEquals(fault, size < 156 ? "short" : "length");
    }
  }
});

for (const { name, bytes } of DATAGRAMS) {
  Deno.test(`No single bit of ${name} can flip unnoticed, D-08`, () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const frame = readFrame(flipBit(bytes, bit));
      if (typeof frame === "string") continue;
      const passes = filterHolds(frame, FILTER_KEY) &&
        signatureHolds(frame, SERVER_KEY.publicKey);
      assert(!passes, `bit ${bit}`);
    }
  });

  Deno.test(`The signature alone guards every bit of ${name}, D-08`, () => {
    // Somebody who holds the filter key and no other; a bit of each byte, the
    // filter's own left out.
    const filterAt = bytes.length - 72;
    for (let index = 0; index < filterAt; index++) {
      const forged = refilter(flipBit(bytes, index * 8 + index % 8));
      const frame = readFrame(forged);
      if (typeof frame === "string") continue;
      assert(filterHolds(frame, FILTER_KEY));
      assert(!signatureHolds(frame, SERVER_KEY.publicKey), `byte ${index}`);
    }
  });
}

Deno.test("A datagram that is read encodes to the same bytes, D-11", () => {
  const some = (size: number) =>
    fc.uint8Array({ minLength: size, maxLength: size });
  const header = fc.record({
    fromServer: fc.boolean(),
    step: fc.integer({ min: 0, max: 7 }),
    fleet: some(8),
    machine: some(16),
    conversation: some(16),
    prev: some(16),
    session: some(8),
    counter: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  });
  const body = fc.uint8Array({ minLength: 4, maxLength: 900 });
  fc.assert(fc.property(header, body, (header, body) => {
    const bytes = encodeDatagram(header, body, KEYRING);
    const frame = frameOf(bytes);
    assertEquals(frame.header, header);
    assertEquals(frame.body, body);
    assertEquals(encodeDatagram(frame.header, frame.body, KEYRING), bytes);
  }));
});

Deno.test("The signature covers everything but itself", () => {
  const [{ bytes } = { bytes: new Uint8Array() }] = DATAGRAMS;
  assertEquals(HEADER_BYTES + frameOf(bytes).body.length + 72, bytes.length);
  for (let bit = (bytes.length - 72) * 8; bit < bytes.length * 8; bit++) {
    const frame = frameOf(flipBit(bytes, bit));
    assert(!signatureHolds(frame, SERVER_KEY.publicKey), `bit ${bit}`);
  }
});
