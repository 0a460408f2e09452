/** The proof of a machine: what it covers (S-16). */

import { assertEquals, assertThrows } from "@std/assert";
import {
  PROOF_BYTES,
  type ProofFacts,
  proofMessage,
  signProof,
  splitProof,
  verifyProof,
} from "../../lib/sip/proof.ts";
import { keyPairFromSeed, machineOf } from "../../lib/trust/keys.ts";

const key = keyPairFromSeed(new Uint8Array(32).fill(1));
const other = keyPairFromSeed(new Uint8Array(32).fill(2));
const facts: ProofFacts = {
  nonce: new Uint8Array(32).fill(3),
  certificateHash: new Uint8Array(32).fill(4),
  session: new Uint8Array(8).fill(5),
  machine: machineOf(key.publicKey),
  request: new TextEncoder().encode("[editeurs]"),
};
const proof = signProof(key, facts);
const { machine, session, signature } = splitProof(proof);

Deno.test("verifyProof believes a proof that is right", () => {
  assertEquals(proof.length, PROOF_BYTES);
  assertEquals([machine, session], [facts.machine, facts.session]);
  assertEquals(verifyProof(key.publicKey, facts, signature), true);
});

for (const part of Object.keys(facts) as (keyof ProofFacts)[]) {
  Deno.test(`verifyProof refuses a proof whose ${part} differs in one bit, S-16`, () => {
    for (const at of [0, facts[part].length - 1]) {
      const changed = facts[part].slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const forged = { ...facts, [part]: changed };
      assertEquals(verifyProof(key.publicKey, forged, signature), false);
    }
  });
}

Deno.test("verifyProof refuses each single bit flipped in the signature, S-16", () => {
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const changed = signature.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assertEquals(verifyProof(key.publicKey, facts, changed), false);
  }
});

Deno.test("verifyProof refuses another machine's key, whoever signed, S-16", () => {
  const theirs = splitProof(signProof(other, facts)).signature;
  assertEquals(verifyProof(other.publicKey, facts, theirs), false);
  assertEquals(verifyProof(key.publicKey, facts, theirs), false);
  assertEquals(verifyProof(other.publicKey, facts, signature), false);
});

Deno.test("verifyProof refuses a longer request that begins the same, S-16", () => {
  const request = new TextEncoder().encode("[editeurs] ");
  const forged = { ...facts, request };
  assertEquals(verifyProof(key.publicKey, forged, signature), false);
});

Deno.test("proofMessage is for parts of their right length only", () => {
  for (const part of ["nonce", "certificateHash", "session", "machine"]) {
    for (const length of [0, 7, 33]) {
      const wrong = { ...facts, [part]: new Uint8Array(length) };
      assertThrows(
        () => proofMessage(wrong),
        RangeError,
        "Cannot make a proof",
      );
    }
  }
});
