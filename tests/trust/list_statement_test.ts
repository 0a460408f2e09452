/**
 * The machine's signature of its list: its bytes, and whose it cannot be.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha256, toHex } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import {
  LIST_SIGNATURE_BYTES,
  listStatementBytes,
  signList,
  verifyList,
} from "../../lib/trust/list_statement.ts";
import { AGENT, hex, readVectors } from "./samples.ts";

interface Facts {
  readonly sha256: string;
  readonly size: number;
  readonly signature: string;
}
interface Vectors {
  readonly machineKey: string;
  readonly machine: string;
  readonly good: readonly (Facts & { readonly signed: string })[];
  readonly refused: readonly (Facts & {
    readonly name: string;
    readonly machineKey: string;
    readonly machine: string;
  })[];
}
const VECTORS = readVectors<Vectors>("list_statement");
const MACHINE = machineOf(AGENT.publicKey);
const STATEMENT = { machine: MACHINE, sha256: toHex(sha256()), size: 10 };

for (const { sha256, size, signed, signature } of VECTORS.good) {
  Deno.test(`signList of ${size} bytes gives its vector's signature`, () => {
    assertEquals(toHex(AGENT.publicKey), VECTORS.machineKey);
    const statement = { machine: hex(VECTORS.machine), sha256, size };
    assertEquals(toHex(listStatementBytes(statement)), signed);
    const made = signList(AGENT, statement);
    assertEquals(toHex(made), signature);
    assertEquals(made.length, LIST_SIGNATURE_BYTES);
    assert(verifyList(AGENT.publicKey, statement, hex(signature)));
  });
}

for (const { name, ...vector } of VECTORS.refused) {
  Deno.test(`verifyList refuses ${name}`, () => {
    const { sha256, size } = vector;
    const statement = { machine: hex(vector.machine), sha256, size };
    const key = hex(vector.machineKey);
    assertEquals(verifyList(key, statement, hex(vector.signature)), false);
  });
}

Deno.test("signList signs nothing that is no list", () => {
  const wrong = [
    { ...STATEMENT, machine: MACHINE.slice(1) },
    { ...STATEMENT, sha256: "00" },
    { ...STATEMENT, sha256: STATEMENT.sha256.toUpperCase() },
    { ...STATEMENT, size: -1 },
    { ...STATEMENT, size: 0.5 },
    { ...STATEMENT, size: 2 ** 53 },
  ];
  for (const statement of wrong) {
    assertThrows(
      () => signList(AGENT, statement),
      RangeError,
      "Cannot sign a list",
    );
  }
});
