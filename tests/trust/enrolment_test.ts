/**
 * The enrolment proof, and what the server judges by it (K-04).
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { toHex } from "../../lib/trust/bytes.ts";
import {
  ENROLMENT_PROOF_BYTES,
  enrolmentId,
  type EnrolmentJudgement,
  enrolmentProof,
  type EnrolmentSecret,
  judgeEnrolment,
  provesEnrolment,
} from "../../lib/trust/enrolment.ts";
import {
  AGENT,
  flipBit,
  hex,
  OTHER_SERVER,
  readVectors,
  SECRET,
} from "./samples.ts";

interface Vector {
  readonly secret: string;
  readonly id: string;
  readonly machineKey: string;
  readonly conversation: string;
  readonly prev: string;
  readonly proof: string;
}
const { cases } = readVectors<{ cases: Vector[] }>("enrolment");

for (const [index, vector] of cases.entries()) {
  Deno.test(`enrolmentProof of vector ${index}`, () => {
    const proof = enrolmentProof(hex(vector.secret), {
      machineKey: hex(vector.machineKey),
      conversation: hex(vector.conversation),
      prev: hex(vector.prev),
    });
    assertEquals(toHex(proof), vector.proof);
    assertEquals(proof.length, ENROLMENT_PROOF_BYTES);
    assertEquals(enrolmentId(hex(vector.secret)), vector.id);
  });
}

const BINDING = {
  machineKey: AGENT.publicKey,
  conversation: new Uint8Array(16).fill(7),
  prev: new Uint8Array(16).fill(8),
};
const PROOF = enrolmentProof(SECRET, BINDING);

Deno.test("provesEnrolment holds for the proof itself", () => {
  assertEquals(provesEnrolment(SECRET, BINDING, PROOF), true);
});

const WRONG = [
  { name: "another secret", secret: flipBit(SECRET, 0), binding: BINDING },
  {
    name: "another machine's key",
    secret: SECRET,
    binding: { ...BINDING, machineKey: OTHER_SERVER.publicKey },
  },
  {
    name: "another conversation",
    secret: SECRET,
    binding: { ...BINDING, conversation: new Uint8Array(16) },
  },
  {
    name: "another datagram before it",
    secret: SECRET,
    binding: { ...BINDING, prev: new Uint8Array(16) },
  },
];
for (const { name, secret, binding } of WRONG) {
  Deno.test(`provesEnrolment refuses a proof for ${name}, K-04`, () => {
    assertEquals(provesEnrolment(secret, binding, PROOF), false);
  });
}

Deno.test("provesEnrolment refuses any flipped bit and other length", () => {
  for (let bit = 0; bit < PROOF.length * 8; bit++) {
    const flipped = flipBit(PROOF, bit);
    assertEquals(provesEnrolment(SECRET, BINDING, flipped), false);
  }
  for (const length of [0, 8, 15]) {
    const short = PROOF.subarray(0, length);
    assertEquals(provesEnrolment(SECRET, BINDING, short), false);
  }
  const long = new Uint8Array(32);
  long.set(PROOF);
  assertEquals(provesEnrolment(SECRET, BINDING, long), false);
});

Deno.test("enrolmentProof differs for any two bindings", () => {
  const bytes = (length: number) =>
    fc.uint8Array({ minLength: length, maxLength: length });
  const binding = fc.record({
    machineKey: bytes(32),
    conversation: bytes(16),
    prev: bytes(16),
  });
  fc.assert(fc.property(binding, binding, (a, b) => {
    const isSame = Object.values(a).map(toHex).join() ===
      Object.values(b).map(toHex).join();
    const isProved = provesEnrolment(SECRET, a, enrolmentProof(SECRET, b));
    assertEquals(isProved, isSame);
  }));
});

Deno.test("enrolmentProof refuses parts of another length", () => {
  const shifted = { ...BINDING, machineKey: new Uint8Array(33) };
  const message = "have 32, 33, 16 and 16 bytes, not 32, 32, 16 and 16";
  assertThrows(() => enrolmentProof(SECRET, shifted), RangeError, message);
  assertThrows(() => enrolmentProof(new Uint8Array(), BINDING), RangeError);
});

const NOW_MS = Date.parse("2026-06-01T00:00:00Z");
const HELD: EnrolmentSecret = {
  secret: SECRET,
  expiresMs: NOW_MS + 1,
  usesMax: 30,
  uses: 29,
};
const JUDGEMENTS: {
  readonly name: string;
  readonly held: EnrolmentSecret | null;
  readonly isProved: boolean;
  readonly expected: EnrolmentJudgement;
}[] = [
  { name: "a good one", held: HELD, isProved: true, expected: "good" },
  {
    name: "one without expiry and limit of uses",
    held: { ...HELD, expiresMs: null, usesMax: null, uses: 1e9 },
    isProved: true,
    expected: "good",
  },
  {
    name: "one of another fleet or rotated away",
    held: null,
    isProved: true,
    expected: "secret",
  },
  {
    name: "a wrong secret under a known name",
    held: HELD,
    isProved: false,
    expected: "secret",
  },
  {
    name: "one that expires at this very moment",
    held: { ...HELD, expiresMs: NOW_MS },
    isProved: true,
    expected: "expired",
  },
  {
    name: "one that is used up",
    held: { ...HELD, uses: 30 },
    isProved: true,
    expected: "used",
  },
  {
    name: "one for no machine at all",
    held: { ...HELD, usesMax: 0, uses: 0 },
    isProved: true,
    expected: "used",
  },
  {
    name: "one that is expired and used up",
    held: { ...HELD, expiresMs: 0, uses: 30 },
    isProved: true,
    expected: "expired",
  },
  {
    name: "an expired one that a stranger does not prove",
    held: { ...HELD, expiresMs: 0, uses: 30 },
    isProved: false,
    expected: "secret",
  },
];
for (const { name, held, isProved, expected } of JUDGEMENTS) {
  Deno.test(`judgeEnrolment calls ${name} "${expected}", K-04`, () => {
    assertEquals(judgeEnrolment(held, () => isProved, NOW_MS), expected);
  });
}

Deno.test("judgeEnrolment asks for the proof of the secret held, K-04", () => {
  const proves = (secret: Uint8Array) =>
    provesEnrolment(secret, BINDING, PROOF);
  const other = { ...HELD, secret: new Uint8Array(32) };
  assertEquals(judgeEnrolment(HELD, proves, NOW_MS), "good");
  assertEquals(judgeEnrolment(other, proves, NOW_MS), "secret");
});
