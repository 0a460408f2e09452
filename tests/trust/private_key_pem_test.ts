/**
 * Private keys as PEM text: what openssl writes is read, and every way to give
 * something else is told apart (K-03).
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { toHex } from "../../lib/trust/bytes.ts";
import {
  decodePrivateKeyPem,
  encodePrivateKeyPem,
} from "../../lib/trust/keys.ts";
import { FLEET, hex, readVectors } from "./samples.ts";

interface Vectors {
  readonly rfc8032: {
    readonly name: string;
    readonly seed: string;
    readonly publicKey: string;
    readonly pem: string;
  }[];
}

for (const vector of readVectors<Vectors>("ed25519").rfc8032) {
  Deno.test(`Key's PEM is the one of RFC 8032 ${vector.name}'s seed`, () => {
    assertEquals(encodePrivateKeyPem(hex(vector.seed)), vector.pem);
    const read = decodePrivateKeyPem(vector.pem);
    assertEquals(read.ok && toHex(read.value.seed), vector.seed);
    assertEquals(read.ok && toHex(read.value.publicKey), vector.publicKey);
  });
}

const PEM = encodePrivateKeyPem(FLEET.seed);
const PEM_CASES: { name: string; text: string; fault: RegExp }[] = [
  { name: "empty", text: "", fault: /^is empty$/ },
  { name: "white space", text: " \r\n\n", fault: /^is empty$/ },
  { name: "other text", text: "key", fault: /does not hold a line/ },
  { name: "cut in the base64", text: PEM.slice(0, 60), fault: /^is cut off/ },
  {
    name: "with a lost base64 digit",
    text: PEM.replace("MC4C", "MC4"),
    fault: /not base64/,
  },
  {
    name: "with three lost base64 bytes",
    text: PEM.replace("MC4C", ""),
    fault: /no Ed25519 private key/,
  },
  { name: "twice", text: PEM + PEM, fault: /^holds several keys$/ },
  {
    name: "of another kind (X25519)",
    text: PEM.replace("K2VwBCIE", "K2VuBCIE"),
    fault: /no Ed25519 private key/,
  },
  {
    name: "encrypted",
    text: PEM.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
    fault: /^is encrypted/,
  },
  {
    name: "of OpenSSH",
    text: PEM.replaceAll("PRIVATE", "OPENSSH PRIVATE"),
    fault: /^is an OpenSSH key/,
  },
  {
    name: "public",
    text: PEM.replaceAll("PRIVATE", "PUBLIC"),
    fault: /^holds a public key/,
  },
  {
    name: "longer than the limit",
    text: "\n".repeat(4_097) + PEM,
    fault: /^is longer than 4096 characters$/,
  },
];

for (const { name, text, fault } of PEM_CASES) {
  Deno.test(`decodePrivateKeyPem refuses a key file ${name}, K-03`, () => {
    const read = decodePrivateKeyPem(text);
    assertMatch(read.ok ? "was read" : read.fault, fault);
  });
}

Deno.test("decodePrivateKeyPem takes CRLF and text around the key", () => {
  const text = `fleet key\r\n${PEM.replaceAll("\n", "\r\n")}\r\n`;
  const read = decodePrivateKeyPem(text);
  assertEquals(read.ok && read.value.publicKey, FLEET.publicKey);
});

Deno.test("Every truncation of a PEM key is refused, K-03", () => {
  for (let length = 0; length < PEM.length - 1; length++) {
    assertEquals(decodePrivateKeyPem(PEM.slice(0, length)).ok, false);
  }
});
