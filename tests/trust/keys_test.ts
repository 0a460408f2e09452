/**
 * Ed25519 keys: the RFC's vectors, what verifies and what never does.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { concat, toBase64Url, toHex, utf8 } from "../../lib/trust/bytes.ts";
import {
  encodePrivateKeyPem,
  fleetOf,
  isSafePublicKey,
  keyPairFromSeed,
  machineOf,
  showMachine,
  verify,
} from "../../lib/trust/keys.ts";
import { AGENT, FLEET, flipBit, hex, readVectors } from "./samples.ts";

interface Vectors {
  readonly rfc8032: {
    readonly name: string;
    readonly seed: string;
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
  }[];
  readonly bent: {
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
  };
}
const VECTORS = readVectors<Vectors>("ed25519");

for (const vector of VECTORS.rfc8032) {
  Deno.test(`Key signs and verifies as RFC 8032 ${vector.name}`, () => {
    const key = keyPairFromSeed(hex(vector.seed));
    assertEquals(toHex(key.publicKey), vector.publicKey);
    assertEquals(toHex(key.sign(hex(vector.message))), vector.signature);
    const [message, signature] = [hex(vector.message), hex(vector.signature)];
    assertEquals(verify(key.publicKey, message, signature), true);
    assertEquals(isSafePublicKey(key.publicKey), true);
  });
}

Deno.test("isSafePublicKey refuses what is no point of the curve", () => {
  // y = 2 and y = 7: (y^2 - 1) / (d y^2 + 1) is not a square.
  for (const y of [2, 7]) {
    const key = Uint8Array.from([y, ...new Uint8Array(31)]);
    assertEquals(isSafePublicKey(key), false);
    assertEquals(verify(key, utf8("message"), new Uint8Array(64)), false);
  }
});

Deno.test("isSafePublicKey refuses every length but 32", () => {
  for (let length = 0; length <= 64; length++) {
    const key = new Uint8Array(length);
    key.set(FLEET.publicKey.subarray(0, Math.min(length, 32)));
    assertEquals(isSafePublicKey(key), length === 32, `${length}`);
  }
});

Deno.test("isSafePublicKey takes the key of every seed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      assertEquals(isSafePublicKey(keyPairFromSeed(seed).publicKey), true);
    }),
  );
});

Deno.test("verify refuses a signature bent by the group's order", () => {
  const { publicKey, message, signature } = VECTORS.bent;
  const verified = verify(hex(publicKey), hex(message), hex(signature));
  assertEquals(verified, false);
});

Deno.test("verify refuses a message or signature with any bit flipped", () => {
  const message = utf8("[ping]");
  const signature = FLEET.sign(message);
  for (let bit = 0; bit < message.length * 8; bit++) {
    const flipped = flipBit(message, bit);
    assertEquals(verify(FLEET.publicKey, flipped, signature), false);
  }
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const flipped = flipBit(signature, bit);
    assertEquals(verify(FLEET.publicKey, message, flipped), false);
  }
  for (let bit = 0; bit < 256; bit++) {
    const flipped = flipBit(FLEET.publicKey, bit);
    assertEquals(verify(flipped, message, signature), false);
  }
  assertEquals(verify(FLEET.publicKey, message, signature), true);
});

Deno.test("verify is false for signatures of every other length", () => {
  const message = utf8("[ping]");
  const signature = FLEET.sign(message);
  for (let length = 0; length < 64; length++) {
    const short = signature.subarray(0, length);
    assertEquals(verify(FLEET.publicKey, message, short), false);
  }
  const long = concat(signature, hex("00"));
  assertEquals(verify(FLEET.publicKey, message, long), false);
});

Deno.test("verify holds for every message and no other key", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1_200 }), (message) => {
    const signature = AGENT.sign(message);
    assertEquals(verify(AGENT.publicKey, message, signature), true);
    assertEquals(verify(FLEET.publicKey, message, signature), false);
  }));
});

Deno.test("verify reads its bytes in place, wherever they begin", () => {
  const message = utf8("[echo]");
  const all = concat(AGENT.publicKey, message, AGENT.sign(message));
  const verified = verify(
    all.subarray(0, 32),
    all.subarray(32, 38),
    all.subarray(38),
  );
  assertEquals(verified, true);
});

Deno.test("verify never lets one key that is ready answer for another", () => {
  const keys = Array.from({ length: 256 }, (_, index) => {
    const seed = new Uint8Array(32);
    seed[0] = index;
    seed[31] = 9;
    return keyPairFromSeed(seed);
  });
  const message = utf8("[ping]");
  const signatures = keys.map((key) => key.sign(message));
  for (const [index, key] of keys.entries()) {
    const own = signatures[index] ?? new Uint8Array();
    const next = signatures[(index + 1) % keys.length] ?? new Uint8Array();
    assertEquals(verify(key.publicKey, message, own), true);
    assertEquals(verify(key.publicKey, message, next), false);
    assertEquals(verify(key.publicKey, message, own), true);
  }
});

Deno.test("keyPairFromSeed refuses seeds of another length", () => {
  for (const length of [0, 31, 33, 64]) {
    assertThrows(
      () => keyPairFromSeed(new Uint8Array(length)),
      RangeError,
      `its seed has ${length} bytes, not 32`,
    );
    assertThrows(() => encodePrivateKeyPem(new Uint8Array(length)), RangeError);
  }
});

Deno.test("keyPairFromSeed keeps nothing of the caller's memory", () => {
  const seed = new Uint8Array(32).fill(9);
  const key = keyPairFromSeed(seed);
  seed.fill(0);
  assertEquals(key.seed, new Uint8Array(32).fill(9));
  assertEquals(verify(key.publicKey, seed, key.sign(seed)), true);
});

interface Identified {
  readonly name: string;
  readonly seed: string;
  readonly publicKey: string;
  readonly machine: string;
  readonly machineBase64Url: string;
  readonly fleet: string;
  readonly fleetBase64Url: string;
}
for (const vector of readVectors<{ keys: Identified[] }>("identifiers").keys) {
  Deno.test(`machineOf and fleetOf of the ${vector.name} key`, () => {
    const { publicKey } = keyPairFromSeed(hex(vector.seed));
    assertEquals(toHex(publicKey), vector.publicKey);
    assertEquals(toHex(machineOf(publicKey)), vector.machine);
    assertEquals(toBase64Url(machineOf(publicKey)), vector.machineBase64Url);
    assertEquals(toHex(fleetOf(publicKey)), vector.fleet);
    assertEquals(toBase64Url(fleetOf(publicKey)), vector.fleetBase64Url);
  });
}

Deno.test("showMachine never gives an identifier that reads as an option", () => {
  // 0xf8 is where base64url would begin with "-".
  const machine = new Uint8Array(16).fill(0xf8);
  assertEquals(showMachine(machine), "f8".repeat(16));
});
