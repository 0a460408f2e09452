/**
 * Messages and bodies: one table drives the writer and the reader.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Field } from "../../lib/sep/fields.ts";
import { BODY_BYTES_MAX } from "../../lib/sep/limits.ts";
import {
  decodeMessage,
  encodeMessage,
  type Role,
  type ServerMessage,
  type Word,
  WORDS,
} from "../../lib/sep/words.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { need } from "./need.ts";
import { MESSAGES, SERVER_MESSAGES, someMessage, wordsOf } from "./samples.ts";
import { type BodyVectors, messageOf, readVectors } from "./vectors.ts";

const VECTORS = readVectors<BodyVectors>("body");
const ROLES: readonly Role[] = ["server", "machine"];

Deno.test("Messages are written as the vectors say", () => {
  for (const vector of VECTORS.good) {
    const body = encodeMessage(vector.from, messageOf(vector));
    assertEquals(fromUtf8(body), vector.body);
  }
});

Deno.test("Bodies are read as the vectors say", () => {
  for (const vector of VECTORS.good) {
    const message = decodeMessage(vector.from, utf8(vector.body));
    assertEquals(message, messageOf(vector), vector.body);
  }
});

Deno.test("Vectors and samples have every word of every role", () => {
  const rows = VECTORS.good.map(({ from, word }) => ({ from, word }));
  const samples = MESSAGES.map(({ from, message: { word } }) => ({
    from,
    word,
  }));
  for (const table of [rows, samples]) {
    for (const role of ROLES) {
      const there = table.filter(({ from }) => from === role);
      const words = new Set(there.map(({ word }) => word));
      assertEquals([...words].sort(), wordsOf(role).sort());
    }
  }
});

for (const { fault, name, from, hex } of VECTORS.refused) {
  Deno.test(`decodeMessage refuses ${name}, ${fault}`, () => {
    assertEquals(decodeMessage(from, Uint8Array.fromHex(hex)), null);
  });
}

Deno.test("decodeMessage refuses a body that is cut at any byte, D-09", () => {
  for (const { from, body } of VECTORS.good) {
    const whole = utf8(body);
    for (let size = 0; size < whole.length; size++) {
      assertEquals(decodeMessage(from, whole.subarray(0, size)), null);
    }
  }
});

Deno.test("decodeMessage refuses a body with anything after it, D-07", () => {
  for (const { from, body } of VECTORS.good) {
    for (const more of ["]", "}", "[", "\0", "\n", " ", body]) {
      assertEquals(decodeMessage(from, utf8(body + more)), null);
    }
  }
});

for (const role of ROLES) {
  for (const word of wordsOf(role)) {
    Deno.test(`[${word}] of a ${role} comes back as it was, D-11`, () => {
      fc.assert(fc.property(someMessage(role, word), (message) => {
        const body = encodeMessage(role, message);
        assertEquals(decodeMessage(role, body), message);
      }));
    });
  }
}

Deno.test("A body that is read encodes to the same bytes, D-11", () => {
  // Bodies near lawful ones: a few signs of a sample, changed for others.
  const bodies = VECTORS.good.map(({ from, body }) => ({ from, body }));
  const near = fc.record({
    sample: fc.constantFrom(...bodies),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    cut: fc.integer({ min: 0, max: 3 }),
    insert: fc.stringMatching(/^[0-9A-Za-z%+{}[\],.:_-]{0,3}$/),
  });
  let read = 0;
  fc.assert(
    fc.property(near, ({ sample: { from, body }, at, cut, insert }) => {
      const place = Math.floor(at * body.length);
      const changed = body.slice(0, place) + insert + body.slice(place + cut);
      const bytes = utf8(changed);
      const message = decodeMessage(from, bytes);
      if (message === null) return;
      read++;
      assertEquals(fromUtf8(encodeMessage(from, message)), changed);
    }),
    { numRuns: 5_000 },
  );
  assert(read > 100, `Only ${read} of the changed bodies were lawful`);
});

Deno.test("No message is longer than a body may be, N-15", () => {
  for (const { from, message } of LONGEST) {
    const size = encodeMessage(from, message).length;
    assert(size <= BODY_BYTES_MAX, `[${message.word}] has ${size} bytes`);
  }
});

Deno.test("encodeMessage can tell every version of a publishers' list", () => {
  const ping = need(
    SERVER_MESSAGES.find((message) => message.word === "ping"),
    "ping",
  );
  const publishers = Number.MAX_SAFE_INTEGER;
  const message = { ...ping, args: { ...ping.args, publishers } };
  const body = encodeMessage("server", message as ServerMessage);
  assertEquals(decodeMessage("server", body), message);
});

Deno.test("encodeMessage refuses what it could not read back, D-12", () => {
  const say = (args: Partial<Record<string, unknown>>) => () =>
    encodeMessage("server", {
      word: "suppression",
      args: { order: 1n, attempt: 1, name: "editor", version: "1", ...args },
    } as ServerMessage);
  say({})();
  for (
    const wrong of [
      { order: -1n },
      { order: 2n ** 64n },
      { attempt: 1.5 },
      { attempt: NaN },
      { attempt: 2 ** 32 },
      { name: "" },
      { name: "n".repeat(129) },
      { name: "a\nb" },
      { version: "1\u0000" },
    ]
  ) {
    assertThrows(say(wrong), RangeError, "Cannot write [suppression]");
  }
  assertThrows(say({ name: "\ud800" }), TypeError, "lone surrogate");
});

Deno.test("encodeMessage refuses a word of the other role, D-06", () => {
  const oui = { word: "oui", args: {} } as unknown as ServerMessage;
  assertThrows(() => encodeMessage("server", oui), TypeError, "never says");
});

Deno.test("Only the last argument of a word may be left out", () => {
  for (const word of Object.keys(WORDS) as Word[]) {
    for (const role of ROLES) {
      const spec: Record<string, Field<unknown>> = WORDS[word][role] ?? {};
      const fields = Object.values(spec);
      const optional = fields.findIndex((field) => field.optional === true);
      assert(optional === -1 || optional === fields.length - 1, word);
    }
  }
});

/** The widest words, every argument at its limit and every sign escaped. */
const LONGEST = [
  {
    from: "server" as const,
    message: {
      word: "identifiant" as const,
      args: {
        machine: new Uint8Array(16),
        verdict: "accepte" as const,
        certificate: new Uint8Array(560),
        sip: { hostname: "255.255.255.255", port: 65_535 },
        reason: "%".repeat(24),
      },
    },
  },
  {
    from: "server" as const,
    message: {
      word: "install" as const,
      args: {
        order: 2n ** 64n - 1n,
        attempt: 2 ** 32 - 1,
        name: "%".repeat(128),
        version: "%".repeat(64),
        sha256: new Uint8Array(32),
        size: Number.MAX_SAFE_INTEGER,
        how: "retour" as const,
      },
    },
  },
  {
    from: "server" as const,
    message: {
      word: "ping" as const,
      args: {
        epoch: 2n ** 64n - 1n,
        count: 2 ** 32 - 1,
        windowMs: 60_000,
        sep: { hostname: "255.255.255.255", port: 65_535 },
        sip: { hostname: "255.255.255.255", port: 65_535 },
        publishers: 2 ** 32 - 1,
        delegation: new Uint8Array(140),
      },
    },
  },
  {
    from: "machine" as const,
    message: {
      word: "identifie" as const,
      args: {
        macs: Array.from({ length: 8 }, () => "ff:ff:ff:ff:ff:ff"),
        hostName: "%".repeat(64),
        system: "%".repeat(16),
        architecture: "%".repeat(16),
        agentVersion: "%".repeat(24),
        epoch: 2n ** 64n - 1n,
        enrolment: new Uint8Array(6),
        proof: new Uint8Array(16),
        vouch: new Uint8Array(80),
      },
    },
  },
  ...["n".repeat(600), "%".repeat(220)].flatMap((note) => [
    {
      from: "machine" as const,
      message: {
        word: "reussi" as const,
        args: {
          order: 2n ** 64n - 1n,
          attempt: 2 ** 32 - 1,
          version: "%".repeat(64),
          note,
        },
      },
    },
    {
      from: "machine" as const,
      message: {
        word: "rate" as const,
        args: {
          order: 2n ** 64n - 1n,
          attempt: 2 ** 32 - 1,
          reason: "%".repeat(24),
          note,
        },
      },
    },
  ]),
];
