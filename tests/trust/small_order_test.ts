/**
 * The keys that must never verify anything (D-13): every spelling of the
 * eight points of small order, and every spelling whose y is not below p.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPublicKey, verify as verifyWithLibrary } from "node:crypto";
import { concat, utf8 } from "../../lib/trust/bytes.ts";
import { isSafePublicKey, verify } from "../../lib/trust/keys.ts";
import { hex, readVectors } from "./samples.ts";

interface Vectors {
  readonly smallOrder: {
    readonly name: string;
    readonly canonical: boolean;
    readonly publicKey: string;
    readonly forged: { readonly message: string; readonly signature: string };
  }[];
  readonly notBelowP: { readonly name: string; readonly publicKey: string }[];
}
const VECTORS = readVectors<Vectors>("ed25519");

Deno.test("Small-order vectors are all 14 spellings of 8 points, D-13", () => {
  const keys = new Set(VECTORS.smallOrder.map((vector) => vector.publicKey));
  assertEquals(keys.size, 14);
  assertEquals(VECTORS.smallOrder.filter((v) => v.canonical).length, 8);
  for (const { publicKey, name } of VECTORS.smallOrder) {
    assertEquals(timesEight(hex(publicKey)), "neutral", name);
  }
});

for (const { name, publicKey, forged } of VECTORS.smallOrder) {
  Deno.test(`verify refuses the key of ${name}, D-13`, () => {
    const [message, signature] = [hex(forged.message), hex(forged.signature)];
    assertEquals(isSafePublicKey(hex(publicKey)), false);
    assertEquals(verify(hex(publicKey), message, signature), false);
  });
}

Deno.test("createPublicKey and the bare library accept all 8 forgeries, D-13", () => {
  const accepted = VECTORS.smallOrder.filter((v) => v.canonical).filter((v) => {
    const { message, signature } = v.forged;
    const der = concat(hex("302a300506032b6570032100"), hex(v.publicKey));
    const key = createPublicKey({
      key: Buffer.from(der),
      format: "der",
      type: "spki",
    });
    return verifyWithLibrary(null, hex(message), key, hex(signature));
  });
  // When this fails the runtime has become stricter: the check may stay.
  assertEquals(accepted.length, 8);
});

for (const { name, publicKey } of VECTORS.notBelowP) {
  Deno.test(`isSafePublicKey refuses ${name}, D-13`, () => {
    assertEquals(isSafePublicKey(hex(publicKey)), false);
    assertEquals(
      verify(hex(publicKey), utf8("message"), new Uint8Array(64)),
      false,
    );
  });
}

/**
 * The curve's own arithmetic, so that the list of small-order points does not
 * rest on having been copied well: -x^2 + y^2 = 1 + d x^2 y^2 over 2^255 - 19.
 */
function timesEight(publicKey: Uint8Array): "neutral" | "other" {
  const p = 2n ** 255n - 19n;
  const mod = (n: bigint) => ((n % p) + p) % p;
  const power = (base: bigint, exponent: bigint) => {
    let result = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n) {
      if (e & 1n) result = mod(result * b);
      b = mod(b * b);
    }
    return result;
  };
  const inverse = (n: bigint) => power(n, p - 2n);
  const d = mod(-121665n * inverse(121666n));
  const number = publicKey.reduceRight(
    (n, byte) => (n << 8n) | BigInt(byte),
    0n,
  );
  const y = mod(number & (2n ** 255n - 1n));
  const xSquared = mod((y * y - 1n) * inverse(d * y * y + 1n));
  const root = power(xSquared, (p + 3n) / 8n);
  const isRoot = mod(root * root) === xSquared;
  const x = isRoot ? root : mod(root * power(2n, (p - 1n) / 4n));
  assertEquals(mod(x * x), xSquared);
  let point: readonly [bigint, bigint] = [x, y];
  for (let doubling = 0; doubling < 3; doubling++) {
    const [px, py] = point;
    const k = mod(d * px * px * py * py);
    point = [
      mod(2n * px * py * inverse(1n + k)),
      mod((py * py + px * px) * inverse(1n - k)),
    ];
  }
  return point[0] === 0n && point[1] === 1n ? "neutral" : "other";
}
