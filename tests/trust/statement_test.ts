/**
 * Package statements: what is refused, and with which word (S-12, K-07).
 *
 * @module
 */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { fromUtf8, toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { seal } from "../../lib/trust/envelope.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import {
  PUBLISHERS_TYPE,
  type PublishersList,
} from "../../lib/trust/publishers.ts";
import {
  openStatement,
  signStatement,
  type Statement,
  STATEMENT_BYTES_MAX,
  STATEMENT_TYPE,
  type StatementFault,
} from "../../lib/trust/statement.ts";
import {
  AGENT,
  FLEET,
  flipBit,
  OTHER_FLEET,
  PUBLISHER,
  publishersOf,
  readVectors,
  SMALL_ORDER_KEY,
  statementOf,
} from "./samples.ts";

interface Vectors {
  readonly statement: {
    readonly payload: Statement;
    readonly envelope: string;
  };
}
const PUBLISHER_KEY = toBase64Url(PUBLISHER.publicKey);

Deno.test("Statement has its vector's bytes", () => {
  const { statement } = readVectors<Vectors>("dsse");
  const bytes = signStatement(PUBLISHER, statement.payload);
  assertEquals(fromUtf8(bytes), statement.envelope);
  assertEquals(openStatement(utf8(statement.envelope), publishersOf()), {
    ok: true,
    value: { ...statementOf(), publisher: PUBLISHER_KEY },
  });
});

const LISTED = publishersOf();
const REVOKED = publishersOf({ revoked: [PUBLISHER_KEY] });
const CASES: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly list?: PublishersList;
  readonly fault: StatementFault;
}[] = [
  { name: "of nothing", bytes: utf8(""), fault: "malformed" },
  { name: "of text", bytes: utf8("unsigned"), fault: "malformed" },
  {
    name: "that is longer than the limit",
    bytes: new Uint8Array(STATEMENT_BYTES_MAX + 1).fill(0x20),
    fault: "malformed",
  },
  {
    name: "of another type, though signed",
    bytes: seal(PUBLISHER, PUBLISHERS_TYPE, statementOf()),
    fault: "malformed",
  },
  {
    name: "without its last field, though signed",
    bytes: signed({ ...statementOf(), hooks: undefined }),
    fault: "malformed",
  },
  {
    name: "with a field too many, though signed",
    bytes: signed({ ...statementOf(), path: "/" }),
    fault: "malformed",
  },
  {
    name: "with a name that is a path, though signed, S-15",
    bytes: signed({ ...statementOf(), name: "../editor" }),
    fault: "malformed",
  },
  {
    name: "by a key that nobody listed",
    bytes: signStatement(AGENT, statementOf()),
    fault: "unknown",
  },
  {
    name: "by the fleet key, which is no publisher",
    bytes: signStatement(FLEET, statementOf()),
    fault: "unknown",
  },
  {
    name: "by a small-order key",
    bytes: signedAs(SMALL_ORDER_KEY),
    fault: "unknown",
  },
  {
    name: "by nobody, when the list is empty",
    bytes: signStatement(PUBLISHER, statementOf()),
    list: publishersOf({ publishers: [] }),
    fault: "unknown",
  },
  {
    name: "by a revoked key that is not listed, K-07",
    bytes: signStatement(OTHER_FLEET, statementOf()),
    fault: "revoked",
  },
  {
    name: "by a key that is listed and revoked, K-07",
    bytes: signStatement(PUBLISHER, statementOf()),
    list: REVOKED,
    fault: "revoked",
  },
  {
    name: "that only names a publisher's key",
    bytes: signedAs(PUBLISHER.publicKey),
    fault: "signature",
  },
  {
    name: "for a name of another publisher",
    bytes: signStatement(PUBLISHER, statementOf({ name: "browser" })),
    fault: "name",
  },
  {
    name: "for a package with hooks by a publisher without",
    bytes: signStatement(PUBLISHER, statementOf({ hooks: true })),
    fault: "hooks",
  },
  {
    name: "with a foreign name and with hooks",
    bytes: signStatement(
      PUBLISHER,
      statementOf({ name: "browser", hooks: true }),
    ),
    fault: "name",
  },
];
for (const { name, bytes, list = LISTED, fault } of CASES) {
  Deno.test(`openStatement refuses one ${name}: ${fault}, S-12`, () => {
    assertEquals(openStatement(bytes, list), { ok: false, fault });
  });
}

Deno.test("openStatement takes hooks from a publisher who may run them", () => {
  const list = publishersOf({
    publishers: [{ key: PUBLISHER_KEY, names: ["*"], hooks: true }],
  });
  for (const hooks of [true, false]) {
    const bytes = signStatement(PUBLISHER, statementOf({ hooks }));
    assertEquals(openStatement(bytes, list).ok, true);
  }
});

Deno.test("openStatement gives back what signStatement took", () => {
  const statement = fc.record<Statement>({
    format: fc.constant(1),
    name: fc.constantFrom("editor", "school-a", "school-maths"),
    version: fc.constantFrom("1", "2.1.0", "1.0~rc1+b2"),
    serial: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    size: fc.integer({ min: 1, max: 2 ** 40 }),
    sha256: fc.uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => bytes.toHex()),
    hooks: fc.constant(false),
  });
  fc.assert(fc.property(statement, (statement) => {
    const bytes = signStatement(PUBLISHER, statement);
    assertEquals(openStatement(bytes, LISTED), {
      ok: true,
      value: { ...statement, publisher: PUBLISHER_KEY },
    });
  }));
});

Deno.test("openStatement refuses any flipped bit but in the last space", () => {
  const bytes = signStatement(PUBLISHER, statementOf());
  for (let bit = 0; bit < (bytes.length - 1) * 8; bit++) {
    const opened = openStatement(flipBit(bytes, bit), LISTED);
    assertEquals(opened.ok, false, `bit ${bit}`);
  }
});

const REFUSED: {
  readonly change: Partial<Statement>;
  readonly fault: RegExp;
}[] = [
  { change: { name: "Editor" }, fault: /"name" must be a program's name/ },
  { change: { version: "current" }, fault: /"version" must be a version/ },
  { change: { version: "*" }, fault: /"version" must be a version/ },
  { change: { serial: 0 }, fault: /"serial" must be a whole number from 1/ },
  { change: { serial: 2 ** 53 }, fault: /"serial" must be a whole number/ },
  { change: { size: 0 }, fault: /"size" must be a whole number from 1/ },
  { change: { size: 2 ** 40 + 1 }, fault: /"size" must be a whole number/ },
  { change: { sha256: "AB".repeat(32) }, fault: /64 lower-case hexadecimal/ },
  { change: { sha256: "ab".repeat(31) }, fault: /64 lower-case hexadecimal/ },
];
for (const { change, fault } of REFUSED) {
  Deno.test(`signStatement refuses ${JSON.stringify(change)}`, () => {
    const error = assertThrows(
      () => signStatement(PUBLISHER, statementOf(change)),
      TypeError,
    );
    assertMatch(error.message, fault);
  });
}

function signed(payload: unknown): Uint8Array {
  return seal(PUBLISHER, STATEMENT_TYPE, payload);
}

/** A statement that names this key, signed by another one. */
function signedAs(publicKey: Uint8Array): Uint8Array {
  const key: KeyPair = { ...AGENT, publicKey };
  return seal(key, STATEMENT_TYPE, statementOf());
}
