/**
 * Downgrade statements: what is refused, and with which word (I-16, K-07).
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { fromUtf8, toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import {
  allowsDowngrade,
  type Downgrade,
  DOWNGRADE_BYTES_MAX,
  DOWNGRADE_TYPE,
  DOWNGRADE_VERSIONS_MAX,
  type DowngradeFault,
  isDowngrade,
  openDowngrade,
  signDowngrade,
  type SignedDowngrade,
} from "../../lib/trust/downgrade.ts";
import { seal } from "../../lib/trust/envelope.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import type { PublishersList } from "../../lib/trust/publishers.ts";
import { STATEMENT_TYPE } from "../../lib/trust/statement.ts";
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
  readonly downgrade: {
    readonly payload: Downgrade;
    readonly envelope: string;
    readonly id: string;
  };
}
const PUBLISHER_KEY = toBase64Url(PUBLISHER.publicKey);

function downgradeOf(changes: Partial<Downgrade> = {}): Downgrade {
  return {
    format: 1,
    name: "editor",
    versions: ["1.0", "1.1"],
    issued: "2026-01-31T12:00:00Z",
    expires: "2026-02-07T12:00:00Z",
    ...changes,
  };
}

function opened(downgrade: Downgrade): SignedDowngrade {
  const read = openDowngrade(
    signDowngrade(PUBLISHER, downgrade),
    publishersOf(),
  );
  if (!read.ok) throw new Error(read.fault);
  return read.value;
}

Deno.test("Downgrade statement has its vector's bytes, and its identifier", () => {
  const { downgrade } = readVectors<Vectors>("dsse");
  const bytes = signDowngrade(PUBLISHER, downgrade.payload);
  assertEquals(fromUtf8(bytes), downgrade.envelope);
  assertEquals(openDowngrade(utf8(downgrade.envelope), publishersOf()), {
    ok: true,
    value: {
      ...downgradeOf(),
      publisher: PUBLISHER_KEY,
      issuedMs: Date.parse("2026-01-31T12:00:00Z"),
      expiresMs: Date.parse("2026-02-07T12:00:00Z"),
      id: downgrade.id,
    },
  });
});

const CASES: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly list?: PublishersList;
  readonly fault: DowngradeFault;
}[] = [
  { name: "of nothing", bytes: utf8(""), fault: "malformed" },
  {
    name: "that is longer than the limit",
    bytes: new Uint8Array(DOWNGRADE_BYTES_MAX + 1).fill(0x20),
    fault: "malformed",
  },
  {
    name: "that is a package's statement",
    bytes: seal(PUBLISHER, STATEMENT_TYPE, statementOf()),
    fault: "malformed",
  },
  {
    name: "that names no version, though signed",
    bytes: signed({ ...downgradeOf(), versions: [] }),
    fault: "malformed",
  },
  {
    name: "that names any version, though signed",
    bytes: signed({ ...downgradeOf(), versions: ["*"] }),
    fault: "malformed",
  },
  {
    name: "that expires before it was issued, though signed",
    bytes: signed({ ...downgradeOf(), expires: "2026-01-31T11:59:59Z" }),
    fault: "malformed",
  },
  {
    name: "that never expires, though signed",
    bytes: signed({ ...downgradeOf(), expires: undefined }),
    fault: "malformed",
  },
  {
    name: "with a field too many, though signed",
    bytes: signed({ ...downgradeOf(), serial: 7 }),
    fault: "malformed",
  },
  {
    name: "by a key that nobody listed",
    bytes: signDowngrade(AGENT, downgradeOf()),
    fault: "unknown",
  },
  {
    name: "by the fleet key, which is no publisher",
    bytes: signDowngrade(FLEET, downgradeOf()),
    fault: "unknown",
  },
  {
    name: "by a small-order key",
    bytes: signedAs(SMALL_ORDER_KEY),
    fault: "unknown",
  },
  {
    name: "by a revoked key that is not listed, K-07",
    bytes: signDowngrade(OTHER_FLEET, downgradeOf()),
    fault: "revoked",
  },
  {
    name: "by a key that is listed and revoked, K-07",
    bytes: signDowngrade(PUBLISHER, downgradeOf()),
    list: publishersOf({ revoked: [PUBLISHER_KEY] }),
    fault: "revoked",
  },
  {
    name: "that only names a publisher's key",
    bytes: signedAs(PUBLISHER.publicKey),
    fault: "signature",
  },
  {
    name: "for a name of another publisher",
    bytes: signDowngrade(PUBLISHER, downgradeOf({ name: "browser" })),
    fault: "name",
  },
];
for (const { name, bytes, list = publishersOf(), fault } of CASES) {
  Deno.test(`openDowngrade refuses one ${name}: ${fault}, I-16`, () => {
    assertEquals(openDowngrade(bytes, list), { ok: false, fault });
  });
}

Deno.test("openDowngrade refuses any flipped bit but in the last space", () => {
  const bytes = signDowngrade(PUBLISHER, downgradeOf());
  for (let bit = 0; bit < (bytes.length - 1) * 8; bit++) {
    const read = openDowngrade(flipBit(bytes, bit), publishersOf());
    assertEquals(read.ok, false, `bit ${bit}`);
  }
});

Deno.test("openDowngrade gives one identifier to every spelling of an envelope, I-16", () => {
  const bytes = signDowngrade(PUBLISHER, downgradeOf());
  const envelope = JSON.parse(fromUtf8(bytes) ?? "");
  const spelt = utf8(JSON.stringify(envelope, null, 2));
  const read = openDowngrade(spelt, publishersOf());
  if (!read.ok) throw new Error(read.fault);
  assertEquals(read.value.id, opened(downgradeOf()).id);
});

Deno.test("openDowngrade gives other identifiers to other statements, I-16", () => {
  const first = opened(downgradeOf());
  const others = [
    downgradeOf({ versions: ["1.0"] }),
    downgradeOf({ name: "school-maths" }),
    downgradeOf({ issued: "2026-01-31T12:00:01Z" }),
    downgradeOf({ expires: "2026-02-08T12:00:00Z" }),
  ].map((other) => opened(other).id);
  assertEquals(new Set([first.id, ...others]).size, 5);
});

Deno.test("openDowngrade gives back what signDowngrade took", () => {
  const downgrade = fc.record<Downgrade>({
    format: fc.constant(1),
    name: fc.constantFrom("editor", "school-a"),
    versions: fc.array(fc.constantFrom("1", "2.1.0", "1.0~rc1+b2"), {
      minLength: 1,
      maxLength: DOWNGRADE_VERSIONS_MAX,
    }),
    issued: fc.constant("2026-01-31T12:00:00Z"),
    expires: fc.constantFrom("2026-01-31T12:00:01Z", "2036-01-31T12:00:00Z"),
  });
  fc.assert(fc.property(downgrade, (downgrade) => {
    const { format, name, versions, issued, expires } = opened(downgrade);
    assertEquals({ format, name, versions, issued, expires }, downgrade);
  }));
});

Deno.test("signDowngrade's longest statement is read", () => {
  const versions = Array.from(
    { length: DOWNGRADE_VERSIONS_MAX },
    (_, at) => String(at).padStart(64, "1"),
  );
  assertEquals(opened(downgradeOf({ versions })).versions, versions);
});

const NOT_SIGNED: {
  readonly change: Partial<Downgrade>;
  readonly fault: RegExp;
}[] = [
  { change: { name: "Editor" }, fault: /"name" must be a program's name/ },
  { change: { versions: [] }, fault: /"versions" names no version/ },
  { change: { versions: ["1:2"] }, fault: /"versions\[0\]" must be a version/ },
  {
    change: { expires: "2026-01-31T12:00:00Z" },
    fault: /"expires" must be later than "issued"/,
  },
  { change: { expires: "tomorrow" }, fault: /"expires" must be a moment/ },
];
for (const { change, fault } of NOT_SIGNED) {
  Deno.test(`signDowngrade refuses ${JSON.stringify(change)}`, () => {
    const error = assertThrows(
      () => signDowngrade(PUBLISHER, downgradeOf(change)),
      TypeError,
    );
    assertMatch(error.message, fault);
  });
}

const EXPIRES_MS = Date.parse("2026-02-07T12:00:00Z");
const ASKED: {
  readonly name: string;
  readonly asks: Partial<{ name: string; version: string; nowMs: number }>;
  readonly expected: boolean;
}[] = [
  { name: "a version it names", asks: {}, expected: true },
  { name: "the other one", asks: { version: "1.1" }, expected: true },
  {
    name: "a version it does not name",
    asks: { version: "0.9" },
    expected: false,
  },
  { name: "another program", asks: { name: "browser" }, expected: false },
  {
    name: "its last millisecond",
    asks: { nowMs: EXPIRES_MS - 1 },
    expected: true,
  },
  {
    name: "the moment it expires",
    asks: { nowMs: EXPIRES_MS },
    expected: false,
  },
];
for (const { name, asks, expected } of ASKED) {
  Deno.test(`allowsDowngrade says ${expected} to ${name}, I-16`, () => {
    const asked = { name: "editor", version: "1.0", nowMs: 0, ...asks };
    assertEquals(allowsDowngrade(opened(downgradeOf()), asked), expected);
  });
}

Deno.test("isDowngrade tells one from a package's statement and from a zip", () => {
  assert(isDowngrade(signDowngrade(PUBLISHER, downgradeOf())));
  assert(!isDowngrade(seal(PUBLISHER, STATEMENT_TYPE, statementOf())));
  assert(!isDowngrade(utf8("PK\x03\x04")));
});

function signed(payload: unknown): Uint8Array {
  return seal(PUBLISHER, DOWNGRADE_TYPE, payload);
}

/** A statement that names this key, signed by another one. */
function signedAs(publicKey: Uint8Array): Uint8Array {
  const key: KeyPair = { ...AGENT, publicKey };
  return seal(key, DOWNGRADE_TYPE, downgradeOf());
}
