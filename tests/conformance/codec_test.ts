/** The kit's own codec against the vectors, and ours against the kit's. */

import { assert, assertEquals } from "@std/assert";
import { FailureBuckets } from "../../lib/sep/bucket.ts";
import { passGate } from "../../lib/sep/gate.ts";
import { body, readBody, readSaid, type Role } from "./wire/body.ts";
import { hex, sha256, unhex } from "./wire/bytes.ts";
import { type Dropped, headerOf, open, seal } from "./wire/datagram.ts";
import {
  delegation,
  enrolmentProof,
  fleetOf,
  keyFromSeed,
  listSigned,
  machineOf,
  readDelegation,
  verifies,
} from "./wire/keys.ts";
import { proofSigned } from "./wire/sip.ts";
import { type BodyVectors, vectors } from "./wire/vectors.ts";
import { MADE, textOf } from "./made/make.ts";

interface DatagramVectors {
  readonly filterKey: string;
  readonly fleetKey: string;
  readonly serverKey: string;
  readonly machineKey: string;
  readonly good: readonly Row[];
  readonly refused: readonly (Row & { readonly drop: string })[];
}

interface Row {
  readonly name: string;
  readonly to: Role;
  readonly body: string;
  readonly bytes: string;
}

const filled = (byte: number) => new Uint8Array(32).fill(byte);
const BODIES = vectors<BodyVectors>("sep_body");

function opened(file: DatagramVectors, { to, bytes }: Row) {
  const key = unhex(to === "server" ? file.machineKey : file.serverKey);
  const name = hex(machineOf(key));
  return open(unhex(bytes), {
    to,
    fleet: fleetOf(unhex(file.fleetKey)),
    filterKey: unhex(file.filterKey),
    keyOf: ({ machine }, { word, args }) => {
      const shows = to === "server" && (word === "ping" || word === "echo");
      if (!shows) return key;
      return hex(machine) === name && args[0] === b64(key) ? key : null;
    },
  });
}

const b64 = (bytes: Uint8Array) =>
  bytes.toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });

Deno.test("The kit's codec takes every good body and writes it again", () => {
  for (const { from, word, body: text } of BODIES.good) {
    const bytes = new TextEncoder().encode(text);
    const said = readSaid(from, bytes);
    assertEquals(said?.word, word, text);
    assertEquals(
      new TextDecoder().decode(body(word, ...said?.args ?? [])),
      text,
    );
  }
});

Deno.test("The kit's codec refuses every bad body, D-10 D-11", () => {
  for (const { from, name, hex } of BODIES.refused) {
    assertEquals(readSaid(from, unhex(hex)), null, name);
  }
  assertEquals(readBody(new TextEncoder().encode("[OK]"))?.word, "OK");
});

for (const file of ["sep_datagram", "sep_hostile"] as const) {
  const said = vectors<DatagramVectors>(file);

  Deno.test(`The kit's codec takes the good datagrams of ${file}`, () => {
    for (const row of said.good) {
      const read = opened(said, row);
      if ("dropped" in read) throw new Error(`${row.name}: ${read.dropped}`);
      assertEquals(
        new TextDecoder().decode(body(read.word, ...read.args)),
        row.body,
      );
    }
  });

  Deno.test(`The kit's codec drops what is hostile in ${file}, C-05`, () => {
    for (const row of said.refused) {
      const { dropped } = opened(said, row) as Dropped;
      assertEquals(dropped, row.drop, row.name);
    }
  });
}

Deno.test("passGate drops every hostile datagram, as what it is, C-05", () => {
  const file = vectors<DatagramVectors>("sep_hostile");
  for (const row of [...file.good, ...file.refused]) {
    const { to, name, bytes } = row;
    const keeper = {
      from: to === "server" ? "machine" as const : "server" as const,
      fleet: fleetOf(unhex(file.fleetKey)),
      filterKey: unhex(file.filterKey),
      buckets: new FailureBuckets(),
      isInside: () => false,
      expects: () => true,
      keyFor: () => unhex(to === "server" ? file.machineKey : file.serverKey),
    };
    const at = { source: "10.0.0.9", nowMs: 0 };
    const found = passGate(keeper, unhex(bytes), at);
    const drop = typeof found === "string" ? found : undefined;
    assertEquals(drop, "drop" in row ? row.drop : undefined, name);
  }
});

Deno.test("The vectors that the kit makes are as it makes them", async () => {
  for (const [name, make] of Object.entries(MADE)) {
    const path = new URL(`../vectors/${name}.json`, import.meta.url);
    assertEquals(await Deno.readTextFile(path), textOf(make()), name);
  }
});

Deno.test("seal makes the bytes of the good datagrams", () => {
  interface Whole extends Row {
    readonly signer: Role;
  }
  const file = vectors<DatagramVectors & { readonly good: readonly Whole[] }>(
    "sep_datagram",
  );
  const keys = { server: filled(2), machine: filled(0x68) };
  for (const { bytes, body, signer } of file.good) {
    const made = seal(headerOf(unhex(bytes)), new TextEncoder().encode(body), {
      filterKey: unhex(file.filterKey),
      key: keyFromSeed(keys[signer]),
    });
    assertEquals(hex(made), bytes);
  }
});

Deno.test("delegation and readDelegation are as in the vectors", () => {
  interface Rows {
    readonly good: readonly {
      readonly serverKey: string;
      readonly certificateHash: string;
      readonly serial: string;
      readonly bytes: string;
    }[];
  }
  const [first] = vectors<Rows>("trust_delegation").good;
  if (first === undefined) throw new Error("No good delegation");
  const fleet = keyFromSeed(filled(1));
  const server = unhex(first.serverKey);
  const certificateHash = unhex(first.certificateHash);
  const made = delegation({ fleet, server, certificateHash, serial: 1 });
  assertEquals(hex(made), first.bytes);
  assertEquals(readDelegation(fleet.public, made)?.serial, 1n);
});

Deno.test("enrolmentProof is as in the vectors, K-04", () => {
  type Case = Readonly<
    Record<"secret" | "machineKey" | "conversation" | "prev" | "proof", string>
  >;
  const { cases } = vectors<{ readonly cases: readonly Case[] }>(
    "trust_enrolment",
  );
  for (const { secret, machineKey, conversation, prev, proof } of cases) {
    const [a, b] = [unhex(secret), unhex(machineKey)];
    const [c, d] = [unhex(conversation), unhex(prev)];
    assertEquals(hex(enrolmentProof(a, b, c, d)), proof);
  }
});

Deno.test("listSigned and proofSigned are as in the vectors, S-16 S-17", () => {
  interface Lists {
    readonly machineKey: string;
    readonly machine: string;
    readonly good: readonly {
      readonly sha256: string;
      readonly size: number;
      readonly signature: string;
    }[];
  }
  const lists = vectors<Lists>("trust_list_statement");
  for (const { sha256, size, signature } of lists.good) {
    const signed = listSigned(unhex(lists.machine), unhex(sha256), size);
    assert(verifies(unhex(lists.machineKey), unhex(signature), signed));
  }
  interface Exchanges {
    readonly nonce: string;
    readonly session: string;
    readonly machine: string;
    readonly certificate: string;
    readonly proof: { readonly request: string; readonly signed: string };
  }
  const sip = vectors<Exchanges>("sip_exchanges");
  const signed = proofSigned({
    nonce: unhex(sip.nonce),
    certificateHash: sha256(unhex(sip.certificate)),
    session: unhex(sip.session),
    machine: unhex(sip.machine),
    request: new TextEncoder().encode(sip.proof.request),
  });
  assertEquals(hex(signed), sip.proof.signed);
});
