/**
 * The server's delegation: its bytes, what is refused of it, and the table by
 * which a machine takes a new one (K-05).
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { toHex } from "../../lib/trust/bytes.ts";
import {
  DELEGATION_BYTES,
  type DelegationFault,
  newer,
  type Newness,
  openDelegation,
  signDelegation,
} from "../../lib/trust/delegation.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import {
  CERTIFICATE_HASH,
  delegationOf,
  FLEET,
  flipBit,
  hex,
  OTHER_FLEET,
  OTHER_SERVER,
  readVectors,
  SERVER,
  SMALL_ORDER_KEY,
} from "./samples.ts";

interface Vectors {
  readonly fleetKey: string;
  readonly good: {
    readonly serverKey: string;
    readonly certificateHash: string;
    readonly serial: string;
    readonly bytes: string;
  }[];
  readonly refused: {
    readonly name: string;
    readonly bytes: string;
    readonly fault: DelegationFault;
  }[];
}
const VECTORS = readVectors<Vectors>("delegation");

for (const vector of VECTORS.good) {
  Deno.test(`Delegation ${vector.serial} has its vector's bytes`, () => {
    const content = {
      serverKey: hex(vector.serverKey),
      certificateHash: hex(vector.certificateHash),
      serial: BigInt(vector.serial),
    };
    const signed = signDelegation(FLEET, content);
    assertEquals(toHex(signed.bytes), vector.bytes);
    assertEquals(signed.bytes.length, DELEGATION_BYTES);
    const opened = openDelegation(hex(VECTORS.fleetKey), hex(vector.bytes));
    const expected = { ...content, bytes: hex(vector.bytes) };
    assertEquals(opened, { ok: true, value: expected });
    assertEquals(signed, expected);
  });
}

for (const { name, bytes, fault } of VECTORS.refused) {
  Deno.test(`openDelegation refuses one ${name}: ${fault}, K-05`, () => {
    const opened = openDelegation(hex(VECTORS.fleetKey), hex(bytes));
    assertEquals(opened, { ok: false, fault });
  });
}

Deno.test("openDelegation refuses any flipped bit", () => {
  const { bytes } = delegationOf(1n);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const opened = openDelegation(FLEET.publicKey, flipBit(bytes, bit));
    assertEquals(opened.ok, false, `bit ${bit}`);
  }
});

Deno.test("openDelegation refuses any other length", () => {
  const { bytes } = delegationOf(1n);
  for (let length = 0; length < bytes.length; length++) {
    const opened = openDelegation(FLEET.publicKey, bytes.slice(0, length));
    assertEquals(opened, { ok: false, fault: "length" });
  }
});

Deno.test("openDelegation gives back what signDelegation took", () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => new Uint8Array(bytes));
  const serial = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(bytes32, bytes32, serial, (seed, certificateHash, serial) => {
      const serverKey = new Uint8Array(keyPairFromSeed(seed).publicKey);
      const content = { serverKey, certificateHash, serial };
      const signed = signDelegation(FLEET, content);
      const opened = openDelegation(FLEET.publicKey, signed.bytes);
      assertEquals(opened, { ok: true, value: signed });
      assertEquals(signed, { ...content, bytes: signed.bytes });
      assertEquals(openDelegation(OTHER_FLEET.publicKey, signed.bytes), {
        ok: false,
        fault: "signature",
      });
    }),
  );
});

Deno.test("openDelegation keeps nothing of the caller's memory", () => {
  const bytes = delegationOf(1n).bytes.slice();
  const opened = openDelegation(FLEET.publicKey, bytes);
  bytes.fill(0);
  assertEquals(opened.ok && opened.value, delegationOf(1n));
});

Deno.test("openDelegation reads bytes in the middle of a datagram", () => {
  const datagram = new Uint8Array(500);
  datagram.set(delegationOf(5n).bytes, 99);
  const bytes = datagram.subarray(99, 99 + DELEGATION_BYTES);
  const opened = openDelegation(FLEET.publicKey, bytes);
  assertEquals(opened.ok && opened.value.serial, 5n);
});

const REFUSED_CONTENT = [
  { name: "serial 0", change: { serial: 0n }, message: "its serial 0 is not" },
  {
    name: "serial 2^64",
    change: { serial: 2n ** 64n },
    message: "its serial 18446744073709551616 is not",
  },
  {
    name: "a short hash",
    change: { certificateHash: new Uint8Array(31) },
    message: "the certificate's hash has 31 bytes",
  },
  {
    name: "a small-order server key, D-13",
    change: { serverKey: SMALL_ORDER_KEY },
    message: "the server key is not safe",
  },
];
for (const { name, change, message } of REFUSED_CONTENT) {
  Deno.test(`signDelegation refuses ${name}`, () => {
    const content = {
      serverKey: SERVER.publicKey,
      certificateHash: CERTIFICATE_HASH,
      serial: 1n,
    };
    assertThrows(
      () => signDelegation(FLEET, { ...content, ...change }),
      RangeError,
      message,
    );
  });
}

const NEWNESS: {
  readonly name: string;
  readonly held: bigint | null;
  readonly offered: bigint;
  readonly isOtherServer: boolean;
  readonly expected: Newness;
}[] = [
  {
    name: "the first delegation",
    held: null,
    offered: 1n,
    isOtherServer: false,
    expected: "newer",
  },
  {
    name: "a lower serial",
    held: 2n,
    offered: 1n,
    isOtherServer: false,
    expected: "older",
  },
  {
    name: "a lower serial of another server",
    held: 2n,
    offered: 1n,
    isOtherServer: true,
    expected: "older",
  },
  {
    name: "the very same",
    held: 2n,
    offered: 2n,
    isOtherServer: false,
    expected: "same",
  },
  {
    name: "an equal serial of another server",
    held: 2n,
    offered: 2n,
    isOtherServer: true,
    expected: "conflict",
  },
  {
    name: "a higher serial",
    held: 2n,
    offered: 3n,
    isOtherServer: false,
    expected: "newer",
  },
  {
    name: "a higher serial of another server",
    held: 2n,
    offered: 3n,
    isOtherServer: true,
    expected: "newer",
  },
  {
    name: "a serial that only bigints tell from the one held",
    held: 2n ** 53n + 1n,
    offered: 2n ** 53n,
    isOtherServer: false,
    expected: "older",
  },
];
for (const { name, held, offered, isOtherServer, expected } of NEWNESS) {
  Deno.test(`newer calls ${name} ${expected}, K-05`, () => {
    const server = isOtherServer ? OTHER_SERVER : SERVER;
    assertEquals(
      newer(
        held === null ? null : delegationOf(held),
        delegationOf(offered, { server }),
      ),
      expected,
    );
  });
}

Deno.test("newer calls other signature bytes of one content the same", () => {
  const held = delegationOf(2n);
  // A signer that adds randomness: the signed part is equal, the rest is not.
  const offered = { ...held, bytes: flipBit(held.bytes, 8 * 139) };
  assertEquals(newer(held, offered), "same");
});
