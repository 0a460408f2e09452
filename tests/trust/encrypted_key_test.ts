/**
 * Private keys under a passphrase: written, read back, and read by others.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decryptPrivateKeyPem,
  encryptPrivateKeyPem,
  isEncryptedPem,
} from "../../lib/trust/encrypted_key.ts";
import {
  decodePrivateKeyPem,
  encodePrivateKeyPem,
  keyPairFromSeed,
} from "../../lib/trust/keys.ts";
import { KEY_FROM_OPENSSL, PASSPHRASE_OF_OPENSSL } from "./openssl_key.ts";

const SEED = new Uint8Array(32).fill(7);
const RANDOM = new Uint8Array(32).map((_, index) => index);
const PASSPHRASE = "correct horse, b\u00e9ton";
const PEM = encryptPrivateKeyPem(SEED, PASSPHRASE, RANDOM);

Deno.test("encryptPrivateKeyPem writes what decryptPrivateKeyPem reads", () => {
  assert(isEncryptedPem(PEM));
  assert(PEM.split("\n").every((line) => line.length <= 64));
  const read = decryptPrivateKeyPem(PEM, PASSPHRASE);
  assertEquals(
    read.ok ? read.value.publicKey : read.fault,
    keyPairFromSeed(SEED).publicKey,
  );
});

Deno.test("decryptPrivateKeyPem takes an accent in either spelling", () => {
  assert(decryptPrivateKeyPem(PEM, PASSPHRASE.normalize("NFD")).ok);
});

Deno.test("decryptPrivateKeyPem reads what OpenSSL wrote", () => {
  assert(decryptPrivateKeyPem(KEY_FROM_OPENSSL, PASSPHRASE_OF_OPENSSL).ok);
});

Deno.test("decryptPrivateKeyPem refuses a wrong passphrase and damage", () => {
  const cases: [string, string, string][] = [
    [PEM, "Correct horse", "does not open with this passphrase"],
    [KEY_FROM_OPENSSL, "", "does not open with this passphrase"],
    [PEM.replace("MI", "MJ"), PASSPHRASE, "or is damaged"],
    [PEM.slice(0, 200), PASSPHRASE, "is cut off"],
    [PEM + " ".repeat(5_000), PASSPHRASE, "is longer than"],
  ];
  for (const [text, passphrase, part] of cases) {
    const read = decryptPrivateKeyPem(text, passphrase);
    const found = read.ok ? "nothing" : read.fault;
    assert(found.includes(part), found);
  }
});

Deno.test("encryptPrivateKeyPem refuses what would protect nothing", () => {
  assertThrows(() => encryptPrivateKeyPem(SEED, "", RANDOM), RangeError);
  assertThrows(
    () => encryptPrivateKeyPem(SEED, "x", RANDOM.subarray(1)),
    RangeError,
  );
});

Deno.test("isEncryptedPem is false for a key in clear", () => {
  const clear = encodePrivateKeyPem(SEED);
  assert(!isEncryptedPem(clear));
  assert(decodePrivateKeyPem(clear).ok);
});

Deno.test({
  name: "encryptPrivateKeyPem writes what openssl reads",
  ignore: !await isThere("openssl"),
  async fn() {
    const child = new Deno.Command("openssl", {
      args: ["pkey", "-passin", `pass:${PASSPHRASE}`],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(PEM));
    await writer.close();
    const { code, stdout } = await child.output();
    assertEquals(code, 0);
    assertEquals(new TextDecoder().decode(stdout), encodePrivateKeyPem(SEED));
  },
});

async function isThere(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: ["version"] }).output();
    return true;
  } catch {
    return false;
  }
}
