/**
 * A former key's word for a machine's new one (N-06).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { toHex } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed, machineOf } from "../../lib/trust/keys.ts";
import {
  isVouchOf,
  VOUCH_BYTES,
  voucherOf,
  vouchFor,
} from "../../lib/trust/vouch.ts";
import { AGENT, flipBit, hex, OTHER_SERVER, readVectors } from "./samples.ts";

interface Vector {
  readonly formerSeed: string;
  readonly formerKey: string;
  readonly machineKey: string;
  readonly conversation: string;
  readonly prev: string;
  readonly vouch: string;
}
const { cases } = readVectors<{ cases: Vector[] }>("vouch");

for (const [index, vector] of cases.entries()) {
  Deno.test(`vouchFor makes vector ${index}, and isVouchOf takes it`, () => {
    const binding = {
      machineKey: hex(vector.machineKey),
      conversation: hex(vector.conversation),
      prev: hex(vector.prev),
    };
    const former = keyPairFromSeed(hex(vector.formerSeed));
    assertEquals(toHex(vouchFor(former, binding)), vector.vouch);
    const vouch = hex(vector.vouch);
    assertEquals(vouch.length, VOUCH_BYTES);
    assertEquals(isVouchOf(hex(vector.formerKey), binding, vouch), true);
    assertEquals(voucherOf(vouch), machineOf(former.publicKey));
  });
}

const BINDING = {
  machineKey: OTHER_SERVER.publicKey,
  conversation: new Uint8Array(16).fill(7),
  prev: new Uint8Array(16).fill(8),
};
const VOUCH = vouchFor(AGENT, BINDING);

const WRONG = [
  ["another machine's key", { machineKey: AGENT.publicKey }],
  ["another conversation", { conversation: new Uint8Array(16) }],
  ["another datagram before it", { prev: new Uint8Array(16) }],
] as const;
for (const [name, different] of WRONG) {
  Deno.test(`isVouchOf refuses a vouch for ${name}, N-06`, () => {
    const binding = { ...BINDING, ...different };
    assertEquals(isVouchOf(AGENT.publicKey, binding, VOUCH), false);
  });
}

Deno.test("isVouchOf refuses what the former key did not sign, N-06", () => {
  const { publicKey } = AGENT;
  for (let bit = 16 * 8; bit < VOUCH.length * 8; bit += 7) {
    assertEquals(isVouchOf(publicKey, BINDING, flipBit(VOUCH, bit)), false);
  }
  const { publicKey: another } = OTHER_SERVER;
  assertEquals(isVouchOf(another, BINDING, VOUCH), false);
  assertEquals(isVouchOf(publicKey, BINDING, VOUCH.subarray(0, 79)), false);
  assertEquals(isVouchOf(publicKey, BINDING, new Uint8Array(0)), false);
});
