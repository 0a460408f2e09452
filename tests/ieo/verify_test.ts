/**
 * What is asked of a downloaded file before its zip is opened, and with which
 * word each wrong answer is refused.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Disk } from "../../lib/host/disk.ts";
import { verifyPackageFile } from "../../lib/ieo/verify.ts";
import { toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import type { KeyPair } from "../../lib/trust/keys.ts";
import { signStatement } from "../../lib/trust/statement.ts";
import { WatchedDisk } from "../install/watched_disk.ts";
import { HOSTILE } from "./hostile.ts";
import {
  DISK,
  faultOf,
  goodPackage,
  PUBLISHER,
  PUBLISHERS,
  STRANGER,
  valueOf,
  withDirectory,
} from "./samples.ts";

const SAMPLE = goodPackage({ a: "first\n", b: "second\n".repeat(99) });
const KEY = toBase64Url(PUBLISHER.publicKey);

/** Verifies the sample with something changed. */
async function verify(
  changes: {
    bytes?: Uint8Array;
    statement?: Uint8Array;
    publishers?: typeof PUBLISHERS;
    ordered?: typeof SAMPLE.ordered;
    disk?: Disk;
  } = {},
) {
  const room = { ...SAMPLE, publishers: PUBLISHERS, disk: DISK, ...changes };
  return await withDirectory(async (directory) => {
    const path = `${directory}/package.ieo`;
    await Deno.writeFile(path, room.bytes);
    const { disk, statement, publishers, ordered } = room;
    const options = { disk, path, statement, publishers, ordered };
    return await verifyPackageFile(options);
  });
}

/** A statement that says something else. */
function stated(changes: Record<string, unknown>, key: KeyPair = PUBLISHER) {
  const { ordered, serial } = SAMPLE;
  const statement = { format: 1 as const, ...ordered, serial, hooks: false };
  return signStatement(key, { ...statement, ...changes });
}

Deno.test("verifyPackageFile takes what was ordered and signed", async () => {
  const statement = valueOf(await verify());
  assertEquals(statement.publisher, KEY);
  assertEquals(statement.sha256, SAMPLE.ordered.sha256);
});

for (const at of [0, SAMPLE.bytes.length >> 1, SAMPLE.bytes.length - 1]) {
  Deno.test(`verifyPackageFile refuses byte ${at} changed, S-10`, async () => {
    const bytes = SAMPLE.bytes.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 0x80;
    assertEquals(faultOf(await verify({ bytes })).reason, "hash");
  });
}

const { ordered } = SAMPLE;
const CASES = {
  "another content of the same size, S-10": [
    { bytes: new Uint8Array(SAMPLE.bytes.length) },
    "hash",
    /its file has the SHA-256/,
  ],
  "a file cut short, S-10": [
    { bytes: SAMPLE.bytes.subarray(1) },
    "hash",
    /its file has \d+ bytes and not/,
  ],
  "a statement of another hash than ordered, S-11": [
    { ordered: { ...ordered, sha256: "0".repeat(64) } },
    "hash",
    /its statement's sha256 is/,
  ],
  "a statement of another size than ordered, S-11": [
    { ordered: { ...ordered, size: 1 } },
    "hash",
    /its statement's size is/,
  ],
  "a statement of another name than ordered, S-11": [
    { ordered: { ...ordered, name: "other" } },
    "name",
    /statement's name is tool and the order's is other/,
  ],
  "a statement of another version than ordered, S-11": [
    { ordered: { ...ordered, version: "2.0" } },
    "name",
    /statement's version is 1.0 and the order's is 2.0/,
  ],
  "no statement, S-12": [
    { statement: new Uint8Array() },
    "signature",
    /is damaged or is not a package's statement/,
  ],
  "a statement of a stranger, S-12": [
    { statement: stated({}, STRANGER) },
    "publisher",
    /not on the publishers' list/,
  ],
  "a forged statement, S-12": [
    { statement: forged() },
    "signature",
    /does not carry a good signature/,
  ],
  "a revoked publisher, S-12": [
    { publishers: { ...PUBLISHERS, revoked: [KEY] } },
    "revoked",
    /whose key was revoked/,
  ],
  "a name that its publisher may not use, S-12": [
    {
      publishers: {
        ...PUBLISHERS,
        publishers: [{ key: KEY, names: ["other-*"], hooks: false }],
      },
    },
    "name",
    /its publisher may not publish/,
  ],
  "hooks of a publisher who may not run any, S-12": [
    { statement: stated({ hooks: true }) },
    "publisher",
    /runs hooks, which its publisher may not/,
  ],
} as const;
for (const [what, [changes, reason, says]] of Object.entries(CASES)) {
  Deno.test(`verifyPackageFile refuses ${what}`, async () => {
    const refused = faultOf(await verify(changes));
    assertEquals(refused.reason, reason);
    assertMatch(refused.detail, says);
    assertMatch(refused.detail, /^Cannot trust /);
  });
}

/** Some of the hostile packages, of every kind; others are hundreds of MB. */
const BAD_ZIPS = HOSTILE.filter(({ title }) =>
  /Z-(01|04|11|15|16|17|22|23)/.test(title)
).filter((_, index) => index % 5 === 0);

Deno.test("verifyPackageFile reads nothing of a zip that no publisher signed, Z-00", async () => {
  assert(BAD_ZIPS.length > 15);
  for (const { build } of BAD_ZIPS) {
    const { bytes, ordered } = build();
    const unsigned = stated({ ...ordered }, STRANGER);
    for (const statement of [unsigned, new Uint8Array(), forged()]) {
      const { outcome, disk } = await watch({ bytes, ordered, statement });
      assertMatch(faultOf(outcome).reason, /^(signature|publisher)$/);
      assertEquals(disk.operations, []);
    }
  }
});

Deno.test("verifyPackageFile leaves a bad zip with a good signature to its opener, Z-00", async () => {
  for (const { build } of BAD_ZIPS) {
    const { bytes, ordered, statement } = build();
    const { outcome } = await watch({ bytes, ordered, statement });
    assertEquals(valueOf(outcome).publisher, KEY);
  }
});

Deno.test("verifyPackageFile reads the file once, and from its beginning, S-10", async () => {
  const bytes = SAMPLE.bytes.slice();
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  const { outcome, disk } = await watch({ bytes });
  assertEquals(faultOf(outcome).reason, "hash");
  const kinds = disk.operations.map(({ kind }) => kind);
  // The second reading finds the end.
  assertEquals(kinds, ["stat", "open", "read", "read"]);
});

/** Verifies the sample with something changed, and watches the disk. */
async function watch(changes: Parameters<typeof verify>[0]) {
  const disk = new WatchedDisk(DISK);
  return { outcome: await verify({ ...changes, disk }), disk };
}

/** The publisher's name, over a payload that somebody else changed. */
function forged(): Uint8Array {
  const text = new TextDecoder().decode(SAMPLE.statement);
  const envelope = JSON.parse(text);
  const payload = JSON.parse(atob(envelope.payload));
  envelope.payload = btoa(JSON.stringify({ ...payload, serial: 9 }));
  return utf8(JSON.stringify(envelope));
}
