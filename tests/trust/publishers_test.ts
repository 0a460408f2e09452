/**
 * The publishers' list: who may publish what (K-07, S-12).
 *
 * @module
 */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromUtf8, toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { seal } from "../../lib/trust/envelope.ts";
import {
  mayPublish,
  openPublishers,
  type Permission,
  PUBLISHERS_BYTES_MAX,
  PUBLISHERS_TYPE,
  type PublishersList,
  signPublishers,
} from "../../lib/trust/publishers.ts";
import { STATEMENT_TYPE } from "../../lib/trust/statement.ts";
import {
  AGENT,
  EXPIRES_MS,
  FLEET,
  flipBit,
  hex,
  ISSUED_MS,
  keyOf,
  OTHER_FLEET,
  PUBLISHER,
  publishersOf,
  readVectors,
  SMALL_ORDER_KEY,
} from "./samples.ts";

interface Vectors {
  readonly publishers: {
    readonly fleetKey: string;
    readonly payload: PublishersList;
    readonly envelope: string;
  };
}

Deno.test("Publishers' list has its vector's bytes", () => {
  const { publishers } = readVectors<Vectors>("dsse");
  const bytes = signPublishers(FLEET, publishers.payload);
  assertEquals(fromUtf8(bytes), publishers.envelope);
  const opened = openPublishers(
    hex(publishers.fleetKey),
    utf8(publishers.envelope),
  );
  assertEquals(opened, {
    ok: true,
    value: {
      ...publishersOf(),
      bytes,
      issuedMs: ISSUED_MS,
      expiresMs: EXPIRES_MS,
    },
  });
});

const PUBLISHER_KEY = toBase64Url(PUBLISHER.publicKey);
const REVOKED_KEY = toBase64Url(OTHER_FLEET.publicKey);
const LISTED = publishersOf();
const PERMISSIONS: {
  readonly name: string;
  readonly list: PublishersList;
  readonly key: string;
  readonly program: string;
  readonly expected: Permission;
}[] = [
  {
    name: "a listed key and a name of its own",
    list: LISTED,
    key: PUBLISHER_KEY,
    program: "editor",
    expected: "yes",
  },
  {
    name: "a listed key and a name of its pattern",
    list: LISTED,
    key: PUBLISHER_KEY,
    program: "school-maths",
    expected: "yes",
  },
  {
    name: "a listed key and another name",
    list: LISTED,
    key: PUBLISHER_KEY,
    program: "editor2",
    expected: "name",
  },
  {
    name: "a listed key without any name",
    list: publishersOf({
      publishers: [{ key: PUBLISHER_KEY, names: [], hooks: true }],
    }),
    key: PUBLISHER_KEY,
    program: "editor",
    expected: "name",
  },
  {
    name: "a key that is not listed",
    list: LISTED,
    key: toBase64Url(AGENT.publicKey),
    program: "editor",
    expected: "unknown",
  },
  {
    name: "a revoked key that is not listed",
    list: LISTED,
    key: REVOKED_KEY,
    program: "editor",
    expected: "revoked",
  },
  {
    name: "a key that is listed and revoked, K-07",
    list: publishersOf({ revoked: [PUBLISHER_KEY] }),
    key: PUBLISHER_KEY,
    program: "editor",
    expected: "revoked",
  },
  {
    name: "the fleet key itself",
    list: LISTED,
    key: toBase64Url(FLEET.publicKey),
    program: "editor",
    expected: "unknown",
  },
];
for (const { name, list, key, program, expected } of PERMISSIONS) {
  Deno.test(`mayPublish says "${expected}" of ${name}`, () => {
    assertEquals(mayPublish(list, key, program), expected);
  });
}

const REFUSED: {
  readonly name: string;
  readonly change: Record<string, unknown>;
  readonly fault: RegExp;
}[] = [
  {
    name: "of another format",
    change: { format: 2 },
    fault: /newer Flottille/,
  },
  { name: "of version 0", change: { version: 0 }, fault: /"version" must be/ },
  {
    name: "of version 2^53, D-12",
    change: { version: 2 ** 53 },
    fault: /"version" must be a whole number/,
  },
  {
    name: "that expires before it is issued",
    change: { expires: "2026-01-31T11:59:59Z" },
    fault: /"expires" is not later than "issued"/,
  },
  {
    name: "that expires in no calendar",
    change: { expires: "2026-02-30T00:00:00Z" },
    fault: /"expires" must be a moment/,
  },
  {
    name: "without a moment of issue",
    change: { issued: undefined },
    fault: /"issued" (is missing|must be a moment)/,
  },
  {
    name: "with one key twice",
    change: {
      publishers: [
        { key: PUBLISHER_KEY, names: ["a"], hooks: false },
        { key: PUBLISHER_KEY, names: ["b"], hooks: true },
      ],
    },
    fault: /"publishers\[1\]\.key" is listed twice/,
  },
  {
    name: "with a small-order key, D-13",
    change: {
      publishers: [{
        key: toBase64Url(SMALL_ORDER_KEY),
        names: ["*"],
        hooks: true,
      }],
    },
    fault: /"publishers\[0\]\.key" must be a safe public key/,
  },
  {
    name: "with a pattern that no name fits",
    change: {
      publishers: [{ key: PUBLISHER_KEY, names: ["A*"], hooks: true }],
    },
    fault: /"publishers\[0\]\.names\[0\]" must be a pattern/,
  },
  {
    name: "with 257 publishers",
    change: {
      publishers: Array(257).fill({
        key: PUBLISHER_KEY,
        names: [],
        hooks: false,
      }),
    },
    fault: /"publishers" has 257 entries; at most 256 may be/,
  },
  {
    name: "with 65 patterns",
    change: {
      publishers: [{
        key: PUBLISHER_KEY,
        names: Array(65).fill("a"),
        hooks: false,
      }],
    },
    fault: /at most 64 may be/,
  },
  {
    name: "with 1,025 revoked keys",
    change: { revoked: Array(1_025).fill(PUBLISHER_KEY) },
    fault: /at most 1024 may be/,
  },
];
for (const { name, change, fault } of REFUSED) {
  Deno.test(`openPublishers refuses a signed list ${name}`, () => {
    const list = { ...publishersOf(), ...change };
    const bytes = seal(FLEET, PUBLISHERS_TYPE, list);
    const opened = openPublishers(FLEET.publicKey, bytes);
    const sentence = opened.ok ? "was read" : opened.fault;
    assertMatch(sentence, /^The publishers' list does not fit: /);
    assertMatch(sentence, fault);
  });

  Deno.test(`signPublishers refuses a list ${name}`, () => {
    const list = { ...publishersOf(), ...change };
    const error = assertThrows(
      // The cast is the mistake under test: a caller without types.
      () => signPublishers(FLEET, list as PublishersList),
      TypeError,
    );
    assertMatch(error.message, fault);
  });
}

Deno.test("signPublishers refuses a list too long to be read", () => {
  const publishers = Array.from({ length: 256 }, (_, index) => ({
    key: toBase64Url(keyOf(index).publicKey),
    names: Array(64).fill("x".repeat(64)),
    hooks: false,
  }));
  assertThrows(
    () => signPublishers(FLEET, publishersOf({ publishers })),
    TypeError,
    `at most ${PUBLISHERS_BYTES_MAX} may be`,
  );
});

Deno.test("openPublishers refuses what the fleet key did not sign", () => {
  const foreign = signPublishers(OTHER_FLEET, publishersOf());
  const opened = openPublishers(FLEET.publicKey, foreign);
  const fault = "The publishers' list is not signed by this fleet's key";
  assertEquals(opened, { ok: false, fault });
  // The envelope naming the right key does not help.
  const text = fromUtf8(foreign)?.replace(
    toBase64Url(OTHER_FLEET.publicKey),
    toBase64Url(FLEET.publicKey),
  );
  const renamed = openPublishers(FLEET.publicKey, utf8(text ?? ""));
  assertEquals(renamed, { ok: false, fault });
});

Deno.test("openPublishers refuses a list signed as a statement", () => {
  const bytes = seal(FLEET, STATEMENT_TYPE, publishersOf());
  assertEquals(openPublishers(FLEET.publicKey, bytes), {
    ok: false,
    fault: `The publishers' list is not of type ${PUBLISHERS_TYPE}`,
  });
});

Deno.test("openPublishers never reads other contents from flipped bits", () => {
  const bytes = signPublishers(FLEET, publishersOf());
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const opened = openPublishers(FLEET.publicKey, flipBit(bytes, bit));
    // The name of the key is a hint that is not signed.
    if (opened.ok) assertEquals(opened.value.revoked, publishersOf().revoked);
    if (opened.ok) assertEquals(opened.value.version, publishersOf().version);
  }
});
