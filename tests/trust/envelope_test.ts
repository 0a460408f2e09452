/**
 * DSSE envelopes: the encoding that is signed, what is read and what is not.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { fromUtf8, toBase64Url, toHex, utf8 } from "../../lib/trust/bytes.ts";
import {
  preAuthenticationEncoding,
  seal,
  unseal,
} from "../../lib/trust/envelope.ts";
import {
  FLEET,
  flipBit,
  hex,
  OTHER_FLEET,
  PUBLISHER,
  readVectors,
  SMALL_ORDER_KEY,
} from "./samples.ts";

interface Vectors {
  readonly pae: {
    readonly payloadType: string;
    readonly payload: string;
    readonly encoded: string;
  }[];
}
const TYPE = "application/vnd.flottille.test+json";
const BYTES_MAX = 10_000;
const SEALED = seal(FLEET, TYPE, { a: [1, "é"] });

for (const vector of readVectors<Vectors>("dsse").pae) {
  Deno.test(`preAuthenticationEncoding of type "${vector.payloadType}"`, () => {
    const { payloadType, payload, encoded } = vector;
    const pae = preAuthenticationEncoding(payloadType, hex(payload));
    assertEquals(toHex(pae), encoded);
  });
}

Deno.test("preAuthenticationEncoding never gives two contents one form", () => {
  const bytes = fc.string({ unit: fc.constantFrom(..."0 1"), maxLength: 6 });
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (typeA, bodyA, typeB, bodyB) => {
      const isSame = typeA === typeB && bodyA === bodyB;
      const [a, b] = [
        preAuthenticationEncoding(typeA, utf8(bodyA)),
        preAuthenticationEncoding(typeB, utf8(bodyB)),
      ];
      assertEquals(toHex(a) === toHex(b), isSame);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("unseal gives back what seal took", () => {
  fc.assert(fc.property(fc.jsonValue(), (payload) => {
    const envelope = unseal(seal(FLEET, TYPE, payload), TYPE, 1_000_000);
    if (!envelope.ok) throw new Error(envelope.fault);
    const { keyId, claimedKey, openWith } = envelope.value;
    assertEquals(keyId, toBase64Url(FLEET.publicKey));
    assertEquals(claimedKey, FLEET.publicKey);
    const opened = openWith(FLEET.publicKey);
    // JSON has no minus zero.
    assertEquals(opened, {
      ok: true,
      value: JSON.parse(JSON.stringify(payload)),
    });
    assertEquals(openWith(PUBLISHER.publicKey), {
      ok: false,
      fault: "signature",
    });
  }));
});

Deno.test("unseal reads both alphabets of base64, as DSSE asks", () => {
  // "~~~???" holds both of the digits in which the alphabets differ.
  const sealed = fromUtf8(seal(FLEET, TYPE, "~~~???>>>")) ?? "";
  const envelope = JSON.parse(sealed);
  const [signature] = envelope.signatures;
  const swap = (text: string) => text.replaceAll("+", "-").replaceAll("/", "_");
  const swapped = {
    ...envelope,
    payload: swap(envelope.payload),
    signatures: [{ ...signature, sig: swap(signature.sig) }],
  };
  assertEquals(swapped.payload === envelope.payload, false);
  const read = unseal(utf8(JSON.stringify(swapped)), TYPE, BYTES_MAX);
  const opened = read.ok && read.value.openWith(FLEET.publicKey);
  assertEquals(opened, { ok: true, value: "~~~???>>>" });
});

Deno.test("unseal and openWith refuse any flipped bit", () => {
  for (let bit = 0; bit < SEALED.length * 8; bit++) {
    const flipped = flipBit(SEALED, bit);
    const read = unseal(flipped, TYPE, BYTES_MAX);
    if (!read.ok) continue;
    // What is left: white space, and the key that the envelope names.
    const { keyId, claimedKey, openWith } = read.value;
    if (keyId === toBase64Url(FLEET.publicKey)) {
      const opened = openWith(FLEET.publicKey);
      const isSpace = bit >> 3 === SEALED.length - 1;
      assertEquals(opened.ok, isSpace, `bit ${bit}`);
    } else {
      assertEquals(openWith(claimedKey).ok, false, `bit ${bit}`);
    }
  }
});

Deno.test("unseal refuses every truncation", () => {
  // The last byte is the line feed.
  for (let length = 0; length < SEALED.length - 1; length++) {
    assertEquals(unseal(SEALED.slice(0, length), TYPE, BYTES_MAX).ok, false);
  }
});

Deno.test("openWith parses only what a signature covers", () => {
  const payload = utf8('{"a": 1, "a": 2}');
  const signature = FLEET.sign(preAuthenticationEncoding(TYPE, payload));
  const read = unseal(enveloped({ payload, signature }), TYPE, BYTES_MAX);
  const openWith = (key: Uint8Array) => read.ok && read.value.openWith(key);
  assertEquals(openWith(FLEET.publicKey), { ok: false, fault: "payload" });
  assertEquals(openWith(OTHER_FLEET.publicKey), {
    ok: false,
    fault: "signature",
  });
});

Deno.test("openWith refuses a bare signature and small keys, D-13", () => {
  const payload = utf8("{}");
  const bare = FLEET.sign(payload);
  const read = unseal(enveloped({ payload, signature: bare }), TYPE, BYTES_MAX);
  const opened = read.ok && read.value.openWith(FLEET.publicKey);
  assertEquals(opened, { ok: false, fault: "signature" });
  // The neutral point with R neutral and S = 0 satisfies the bare equation.
  const signature = Uint8Array.from([1, ...new Uint8Array(63)]);
  const forged = unseal(enveloped({ payload, signature }), TYPE, BYTES_MAX);
  assertEquals(forged.ok && forged.value.openWith(SMALL_ORDER_KEY), {
    ok: false,
    fault: "signature",
  });
});

Deno.test("seal refuses what has no JSON form", () => {
  assertThrows(
    () => seal(FLEET, TYPE, undefined),
    TypeError,
    "Cannot sign undefined: it has no JSON form",
  );
});

const REFUSED: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fault: string;
}[] = [
  { name: "nothing", bytes: utf8(""), fault: "is cut off" },
  { name: "other text", bytes: utf8("SeP1"), fault: "is not JSON" },
  { name: "not UTF-8", bytes: hex("ff"), fault: "is not UTF-8" },
  {
    name: "a list",
    bytes: utf8("[]"),
    fault: "does not fit: The document must be an object, not a list",
  },
  {
    name: "another type",
    bytes: seal(FLEET, `${TYPE}2`, {}),
    fault: `is not of type ${TYPE}`,
  },
  {
    name: "no signature",
    bytes: changed((envelope) => ({ ...envelope, signatures: [] })),
    fault: "has 0 signatures instead of one",
  },
  {
    name: "two signatures",
    bytes: changed((envelope) => ({
      ...envelope,
      signatures: [...envelope.signatures, ...envelope.signatures],
    })),
    fault: "has 2 signatures instead of one",
  },
  {
    name: "an unknown field",
    bytes: changed((envelope) => ({ ...envelope, extra: 1 })),
    fault: 'does not fit: "extra" is not a known field; ' +
      "known are payload, payloadType, signatures",
  },
  {
    name: "a payload given twice",
    bytes: utf8(
      (fromUtf8(SEALED) ?? "").replace("{", '{"payload":"e30=",'),
    ),
    fault: 'gives "payload" twice',
  },
  {
    name: "a payload without padding",
    bytes: changed((envelope) => ({ ...envelope, payload: "e30" })),
    fault: 'does not fit: "payload" must be padded base64',
  },
  {
    name: "a payload with white space",
    bytes: changed((envelope) => ({ ...envelope, payload: "e3 0=" })),
    fault: 'does not fit: "payload" must be padded base64',
  },
  {
    name: "no key's name",
    bytes: changed((envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ sig }) => ({ sig })),
    })),
    fault: 'does not fit: "signatures[0].keyid" is missing',
  },
  {
    name: "a short signature",
    bytes: changed((envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map((s) => ({ ...s, sig: "AAAA" })),
    })),
    fault: 'does not fit: "signatures[0].sig" must be ' +
      "64 bytes in padded base64",
  },
  {
    name: "one byte too much",
    bytes: new Uint8Array(BYTES_MAX + 1),
    fault: "has 10001 bytes; at most 10000 may be",
  },
];
for (const { name, bytes, fault } of REFUSED) {
  Deno.test(`unseal refuses an envelope with ${name}`, () => {
    assertEquals(unseal(bytes, TYPE, BYTES_MAX), { ok: false, fault });
  });
}

interface EnvelopeJson {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: { readonly keyid: string; readonly sig: string }[];
}

function changed(change: (envelope: EnvelopeJson) => unknown): Uint8Array {
  return utf8(JSON.stringify(change(JSON.parse(fromUtf8(SEALED) ?? ""))));
}

function enveloped(
  { payload, signature }: {
    readonly payload: Uint8Array;
    readonly signature: Uint8Array;
  },
): Uint8Array {
  return changed((envelope) => ({
    ...envelope,
    payload: payload.toBase64(),
    signatures: envelope.signatures.map(({ keyid }) => ({
      keyid,
      sig: signature.toBase64(),
    })),
  }));
}
