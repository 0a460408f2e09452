/** The words of SiP: one table for the writer and the reader (S-15, D-11). */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { REASONS } from "../../lib/sep/reasons.ts";
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type SipAnswer,
  type SipRequest,
} from "../../lib/sip/request.ts";
import { SIP_WORDS, sipWordsTable } from "../../lib/sip/words.ts";
import { fromUtf8, utf8 } from "../../lib/trust/bytes.ts";
import { SIGNATURE, SIGNATURE64 } from "./things.ts";

const HASH = "00ff".repeat(16);
const HASH64 = "AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8";
const MAX = Number.MAX_SAFE_INTEGER;

const LIST: SipRequest = {
  word: "liste",
  sha256: HASH,
  size: 10,
  packed: 5,
  signature: SIGNATURE,
};

const requests: [string, SipRequest][] = [
  ["[editeurs]", { word: "editeurs" }],
  [`[paquet{${HASH64}+0}]`, { word: "paquet", sha256: HASH, offset: 0 }],
  [`[paquet{${HASH64}+${MAX}}]`, {
    word: "paquet",
    sha256: HASH,
    offset: MAX,
  }],
  [`[liste{${HASH64}+0+20+${SIGNATURE64}}]`, {
    word: "liste",
    sha256: HASH,
    size: 0,
    packed: 20,
    signature: SIGNATURE,
  }],
  [`[liste{${HASH64}+${MAX}+${MAX}+${SIGNATURE64}}]`, {
    word: "liste",
    sha256: HASH,
    size: MAX,
    packed: MAX,
    signature: SIGNATURE,
  }],
  [`[declasse{${HASH64}}]`, { word: "declasse", sha256: HASH }],
];
for (const [text, request] of requests) {
  Deno.test(`encodeRequest and decodeRequest agree on ${text}`, () => {
    assertEquals(fromUtf8(encodeRequest(request)), text);
    assertEquals(decodeRequest(utf8(text)), request);
    assertEquals(decodeAnswer(utf8(text)), null); // Not the server's word.
  });
}

const answers: [string, SipAnswer][] = [
  ["[OK]", { word: "OK", bytes: null }],
  ["[OK{0}]", { word: "OK", bytes: 0 }],
  [`[OK{${MAX}}]`, { word: "OK", bytes: MAX }],
  ["[rate{later}]", { word: "rate", reason: "later" }],
];
for (const [text, answer] of answers) {
  Deno.test(`encodeAnswer and decodeAnswer agree on ${text}`, () => {
    assertEquals(fromUtf8(encodeAnswer(answer)), text);
    assertEquals(decodeAnswer(utf8(text)), answer);
    assertEquals(decodeRequest(utf8(text)), null); // Not the machine's word.
  });
}

Deno.test("decodeAnswer knows every reason, and takes a newer one for system", () => {
  for (const reason of Object.keys(REASONS)) {
    const answer = decodeAnswer(utf8(`[rate{${reason}}]`));
    assertEquals(answer, { word: "rate", reason } as SipAnswer);
  }
  const newer = decodeAnswer(utf8("[rate{moonphase}]"));
  assertEquals(newer, { word: "rate", reason: "system" });
});

const unlawful = [
  "",
  "[]",
  "[paquet]",
  "[paquet{}]",
  `[paquet{${HASH64}}]`,
  `[paquet{${HASH64}+}]`,
  `[paquet{${HASH64}+0+0}]`,
  `[paquet{${HASH64}+00}]`,
  `[paquet{${HASH64}+-1}]`,
  `[paquet{${HASH64}+1.5}]`,
  `[paquet{${HASH64}+1e3}]`,
  `[paquet{${HASH64}+${2n ** 53n}}]`,
  `[paquet{${HASH64}+18446744073709551616}]`,
  `[paquet{${HASH64}=+0}]`,
  `[paquet{${HASH64.replace("_", "/")}+0}]`,
  `[paquet{${HASH64.slice(1)}+0}]`,
  `[paquet{${HASH64.slice(0, -1)}9+0}]`, // Bits that are not of the hash.
  `[paquet{${HASH}+0}]`, // Hexadecimal.
  "[paquet{../../etc/shadow+0}]",
  "[paquet{/etc/shadow+0}]",
  "[paquet{C:\\evil+0}]",
  "[paquet{%2e%2e%2fevil+0}]",
  "[liste]",
  `[liste{${HASH64}+10}]`, // As agents before lists were signed.
  `[liste{${HASH64}+10+5}]`,
  `[liste{${HASH64}+10+5+}]`,
  `[liste{${HASH64}+10+5+${SIGNATURE64}+}]`,
  `[liste{${HASH64}+10+5+${SIGNATURE64.slice(1)}}]`,
  `[liste{${HASH64}+10+5+${SIGNATURE64}AA}]`,
  `[liste{${HASH64}+10+-5+${SIGNATURE64}}]`,
  `[liste{${HASH64}+${2n ** 53n}+5+${SIGNATURE64}}]`,
  "[declasse]",
  "[declasse{}]",
  `[declasse{${HASH64}+0}]`,
  `[declasse{${HASH64.slice(1)}}]`,
  `[declasse{${HASH}}]`,
  "[declasse{editor}]",
  "[declasse{../keys/server.key}]",
  "[editeurs{}]",
  "[editeurs{1}]",
  "[Editeurs]",
  " [editeurs]",
  "[editeurs]\n",
  "[editeurs][editeurs]",
  "[install]",
  "[constructor]",
  "[__proto__]",
];
for (const text of unlawful) {
  Deno.test(`decodeRequest refuses ${JSON.stringify(text)}, S-15`, () => {
    assertEquals(decodeRequest(utf8(text)), null);
  });
}

Deno.test("decodeAnswer refuses what no server says", () => {
  for (
    const text of [
      "[OK{}]",
      "[OK{1+2}]",
      "[OK{-1}]",
      "[rate]",
      "[rate{}]",
      "[rate{LATER}]",
      "[rate{later+1}]",
      "[rate{%0a}]",
    ]
  ) assertEquals(decodeAnswer(utf8(text)), null, text);
});

Deno.test("decodeRequest takes random bytes for what they are, D-15", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const request = decodeRequest(bytes);
      if (request !== null) assertEquals(encodeRequest(request), bytes);
    }),
  );
});

Deno.test("decodeRequest of a changed byte is null or another request, D-08", () => {
  for (const [text] of requests) {
    const bytes = utf8(text);
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));
        const request = decodeRequest(changed);
        if (request !== null) assertEquals(encodeRequest(request), changed);
      }
    }
  }
});

Deno.test("encodeRequest writes nothing that could not be read back", () => {
  const wrong: SipRequest[] = [
    { word: "paquet", sha256: "../x", offset: 0 },
    { word: "paquet", sha256: HASH, offset: -1 },
    { word: "paquet", sha256: HASH, offset: 0.5 },
    { word: "paquet", sha256: HASH, offset: NaN },
    { ...LIST, size: -1 },
    { ...LIST, packed: 0.5 },
    { ...LIST, signature: new Uint8Array(63) },
    { word: "declasse", sha256: "../x" },
  ];
  for (const request of wrong) {
    assertThrows(() => encodeRequest(request), RangeError, "Cannot write");
  }
});

Deno.test("sipWordsTable has a line for every word", () => {
  const table = sipWordsTable();
  for (const word of Object.keys(SIP_WORDS)) {
    assert(table.includes(`| \`${word}\` |`), word);
  }
});
