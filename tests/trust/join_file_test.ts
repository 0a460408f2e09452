/**
 * The join file: every way in which a person or a copy can spoil it, and what
 * is said then (K-01).
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { concat, toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { enrolmentId } from "../../lib/trust/enrolment.ts";
import {
  decodeJoinFile,
  encodeJoinFile,
  JOIN_FILE_BYTES_MAX,
} from "../../lib/trust/join_file.ts";
import {
  delegationOf,
  hex,
  joinOf,
  OTHER_FLEET,
  readVectors,
  SECRET,
  SMALL_ORDER_KEY,
} from "./samples.ts";

interface Vectors {
  readonly text: string;
  readonly enrolled: string;
}
const VECTORS = readVectors<Vectors>("join_file");
const TEXT = VECTORS.text;
const BOM = hex("efbbbf");

Deno.test("Join file has its vector's text", () => {
  assertEquals(encodeJoinFile(joinOf()), TEXT);
  assertEquals(decodeJoinFile(TEXT), { ok: true, value: joinOf() });
});

Deno.test("Join file of an enrolled machine has its vector's text", () => {
  const join = joinOf({ enrolment: null, servers: [] });
  assertEquals(encodeJoinFile(join), VECTORS.enrolled);
  assertEquals(decodeJoinFile(VECTORS.enrolled), { ok: true, value: join });
});

Deno.test("Join file is about 1 KB", () => {
  assert(utf8(TEXT).length < 1_024);
});

const TAKEN = [
  { name: "bytes", file: utf8(TEXT) },
  { name: "a byte order mark, K-01", file: concat(BOM, utf8(TEXT)) },
  { name: "a byte order mark as text, K-01", file: `\ufeff${TEXT}` },
  { name: "CRLF, K-01", file: TEXT.replaceAll("\n", "\r\n") },
  { name: "one line", file: JSON.stringify(JSON.parse(TEXT)) },
  { name: "empty lines around", file: `\n\n${TEXT}\n\n` },
];
for (const { name, file } of TAKEN) {
  Deno.test(`decodeJoinFile takes a file with ${name}`, () => {
    assertEquals(decodeJoinFile(file), { ok: true, value: joinOf() });
  });
}

const LINES = TEXT.split("\n");
const REFUSED: {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly found: string;
}[] = [
  { name: "that is empty", file: "", found: "is empty" },
  { name: "of white space", file: " \r\n", found: "is empty" },
  { name: "of a byte order mark alone", file: BOM, found: "is empty" },
  {
    name: "of UTF-16, as PowerShell writes it",
    file: hex("fffe7b00"),
    found: "is UTF-16 text, where UTF-8 is needed",
  },
  { name: "not of text", file: hex("7bff"), found: "is not UTF-8 text" },
  {
    name: "cut after line 4",
    file: LINES.slice(0, 4).join("\n"),
    found: "is cut off at line 4",
  },
  {
    name: "cut in the middle of line 3",
    file: LINES.slice(0, 2).join("\n") + "\n" + LINES[2]?.slice(0, 30),
    found: "is cut off at line 3",
  },
  {
    name: "of two files, K-01",
    file: TEXT + TEXT,
    found: "goes on after its end; is it two files in one at line 16",
  },
  {
    name: "without a comma",
    file: TEXT.replace('1,\n  "fleet"', '1\n  "fleet"'),
    found: "is not JSON at line 3",
  },
  {
    name: "with the fleet given twice",
    file: TEXT.replace('"filterKey"', '"fleet"'),
    found: 'gives "fleet" twice at line 5',
  },
  {
    name: "that is another JSON file",
    file: "[]",
    found: "is wrong at line 1: The document must be an object, not a list",
  },
  {
    name: "of a newer format",
    file: TEXT.replace('"format": 1', '"format": 2'),
    found: 'is wrong at line 2: "format" must be 1, not 2; ' +
      "a newer Flottille wrote it, update this one",
  },
  {
    name: "with a field misspelt",
    file: TEXT.replace('"servers"', '"server"'),
    found: 'is wrong at line 10: "server" is not a known field; known are ' +
      "format, fleet, delegation, filterKey, enrolment, servers",
  },
  {
    name: "without its filter key",
    file: LINES.filter((line) => !line.includes("filterKey")).join("\n"),
    found: 'is wrong at line 1: "filterKey" is missing',
  },
  {
    name: "with a secret that lost a letter",
    file: TEXT.replace(/("secret": ".*)."/, '$1"'),
    found: 'is wrong at line 8: "enrolment.secret" must be 32 bytes in ' +
      "base64url, not other text",
  },
  {
    name: "with a secret that lost four letters",
    file: TEXT.replace(/("secret": ")..../, "$1"),
    found: 'is wrong at line 8: "enrolment.secret" must be 32 bytes in ' +
      "base64url, not 29",
  },
  {
    name: "with another secret's identifier",
    file: TEXT.replace(enrolmentId(SECRET), "AAAAAAAA"),
    found:
      'is wrong at line 7: "enrolment.id" does not belong to the secret beside it',
  },
  {
    name: "with a delegation of another fleet, K-01",
    file: TEXT.replace(
      toBase64Url(joinOf().delegation.bytes),
      toBase64Url(delegationOf(1n, { fleet: OTHER_FLEET }).bytes),
    ),
    found: `is wrong at line 4: "delegation" is not signed by this fleet's key`,
  },
  {
    name: "with the key of another fleet, K-01",
    file: TEXT.replace(
      toBase64Url(joinOf().fleet),
      toBase64Url(OTHER_FLEET.publicKey),
    ),
    found: `is wrong at line 4: "delegation" is not signed by this fleet's key`,
  },
  {
    name: "with a small-order fleet key, D-13",
    file: TEXT.replace(
      toBase64Url(joinOf().fleet),
      toBase64Url(SMALL_ORDER_KEY),
    ),
    found: 'is wrong at line 3: "fleet" is not a safe public key',
  },
  {
    name: "with a port out of range, K-13",
    file: TEXT.replace("192.0.2.7:2013", "192.0.2.7:70000"),
    found: 'is wrong at line 11: "servers[0]" must be a server such as ' +
      '"192.0.2.7:2013" or "flottille.example.org", not "192.0.2.7:70000"',
  },
  {
    name: "with too many servers",
    file: TEXT.replace(
      '"192.0.2.7:2013"',
      Array(31).fill('"server"').join(", "),
    ),
    found: 'is wrong at line 10: "servers" has 33 entries; at most 32 may be',
  },
  {
    name: "that is far too long",
    file: TEXT + " ".repeat(JOIN_FILE_BYTES_MAX),
    found: `has ${TEXT.length + JOIN_FILE_BYTES_MAX} bytes, ` +
      `more than ${JOIN_FILE_BYTES_MAX}`,
  },
];
for (const { name, file, found } of REFUSED) {
  Deno.test(`decodeJoinFile refuses a file ${name}, K-01`, () => {
    const fault = `The join file ${found}; copy it again from the server`;
    assertEquals(decodeJoinFile(file), { ok: false, fault });
  });
}

Deno.test("decodeJoinFile refuses every truncation, K-01", () => {
  for (let length = 0; length < TEXT.length - 1; length++) {
    assertEquals(decodeJoinFile(TEXT.slice(0, length)).ok, false);
  }
});

Deno.test("decodeJoinFile never shows the secret", () => {
  const secret = toBase64Url(SECRET);
  for (let at = 0; at < TEXT.length; at++) {
    const spoilt = `${TEXT.slice(0, at)}"${TEXT.slice(at + 1)}`;
    const read = decodeJoinFile(spoilt);
    if (read.ok) continue;
    assertEquals(read.fault.includes(secret.slice(0, 12)), false, `${at}`);
    assertEquals(read.fault.includes(secret.slice(-12)), false, `${at}`);
  }
});

Deno.test("decodeJoinFile gives back what encodeJoinFile took", () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => new Uint8Array(bytes));
  const join = fc.record({
    filterKey: bytes32,
    enrolment: fc.option(
      bytes32.map((secret) => ({ id: enrolmentId(secret), secret })),
    ),
    servers: fc.array(
      fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6().map((ip) => `[${ip}]:2013`)),
      { maxLength: 5 },
    ),
  });
  fc.assert(fc.property(join, (changes) => {
    const join = joinOf(changes);
    assertEquals(decodeJoinFile(encodeJoinFile(join)), {
      ok: true,
      value: join,
    });
  }));
});

Deno.test("encodeJoinFile refuses what could not be read back", () => {
  assertThrows(
    () => encodeJoinFile(joinOf({ servers: ["server:0"] })),
    TypeError,
    'The join file is wrong at line 11: "servers[0]"',
  );
  const foreign = delegationOf(1n, { fleet: OTHER_FLEET });
  assertThrows(
    () => encodeJoinFile(joinOf({ delegation: foreign })),
    TypeError,
  );
});
