/**
 * The keys, addresses and orders that every scene of the SeP tests uses: fixed,
 * so that every run has the same bytes.
 *
 * @module
 */

import type { InstallOrder, Outcome } from "../../lib/sep/server_api.ts";
import { sha256 } from "../../lib/trust/bytes.ts";
import { type Delegation, signDelegation } from "../../lib/trust/delegation.ts";
import { type KeyPair, keyPairFromSeed } from "../../lib/trust/keys.ts";

export const SERVER_AT = { hostname: "10.0.0.1", port: 2013 } as const;
export const SIP_AT = { hostname: "10.0.0.1", port: 3615 } as const;
export const EVERYONE = { hostname: "10.0.0.255", port: 2013 } as const;
/** Nobody of the fleet lives here. */
export const ELSEWHERE = { hostname: "10.0.0.99", port: 40_000 } as const;
export const FILTER_KEY = new Uint8Array(32).fill(7);
export const FLEET_KEY = keyOf(1);
export const SERVER_KEY = keyOf(2);
/** The server's key after it was replaced. */
export const NEXT_SERVER_KEY = keyOf(3);
export const PUBLISHER_KEY = keyOf(4);
/** A certificate for SiP, as a new fleet's is made: 404 bytes of DER. */
export const CERTIFICATE = Uint8Array.fromHex(
  "3082019030820136a003020102021079445ebfe2a632a424e5cec5e18951ef300a0608" +
    "2a8648ce3d04030230233121301f060355040313187365727665722e666c6f7474696c" +
    "6c652e696e76616c69643020170d3730303130313030303030305a180f393939393132" +
    "33313233353935395a30233121301f060355040313187365727665722e666c6f747469" +
    "6c6c652e696e76616c69643059301306072a8648ce3d020106082a8648ce3d03010703" +
    "420004918515641d74de1cdbb6ff6422eee7108ee0b790865b153e1b5ff72e7c420c84" +
    "f5396d84d31e4d4a6057ce68d7924065709abdf72d6dd60555b4cf2d805bd033a34a30" +
    "48300c0603551d130101ff0402300030230603551d11041c301a82187365727665722e" +
    "666c6f7474696c6c652e696e76616c696430130603551d25040c300a06082b06010505" +
    "070301300a06082a8648ce3d0403020348003045022064bf14e5e1a23806ffa15ee8d9" +
    "9c951ea505733e7fa302d27ab040b3fff7265e022100aea62c804474690910328c37bc" +
    "10a94f1f8efed59b2b2cfa1338ac465df01d53",
);

/** The key that grows from 32 times this byte. */
export function keyOf(byte: number): KeyPair {
  return keyPairFromSeed(new Uint8Array(32).fill(byte));
}

/** The fleet's word for this server. */
export function delegate(server: KeyPair, serial: bigint): Delegation {
  return signDelegation(FLEET_KEY, {
    serverKey: server.publicKey,
    certificateHash: sha256(CERTIFICATE),
    serial,
  });
}

/** An order for the editor, of ten bytes. */
export function installOrder(
  order: bigint,
  attempt = 1,
  version = "1.0",
): InstallOrder {
  const sha256 = "ab".repeat(32);
  return { order, attempt, name: "editor", version, sha256, size: 10 };
}

/** How it ends when the editor is there afterwards in this version. */
export function installed(version = "1.0"): Outcome {
  return { kind: "done", version, note: "" };
}

/** All ways to choose from these, the empty one and the whole included. */
export function subsetsOf<T>(all: readonly T[]): ReadonlySet<T>[] {
  return Array.from(
    { length: 2 ** all.length },
    (_, mask) => new Set(all.filter((_, index) => mask & (1 << index))),
  );
}
