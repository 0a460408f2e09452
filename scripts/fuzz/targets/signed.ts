/**
 * What was signed: statements, publishers' lists, downgrade statements, and
 * delegations. Changed by somebody without the key they are refused or say
 * what was signed; signed rightly with absurd contents they are refused or
 * keep every rule.
 *
 * @module
 */

import { assertEquals, equal } from "@std/assert";
import { toBase64Url, utf8 } from "../../../lib/trust/bytes.ts";
import {
  DOWNGRADE_BYTES_MAX,
  DOWNGRADE_TYPE,
  openDowngrade,
  signDowngrade,
} from "../../../lib/trust/downgrade.ts";
import { seal } from "../../../lib/trust/envelope.ts";
import { type KeyPair, keyPairFromSeed } from "../../../lib/trust/keys.ts";
import { isProgramName, isVersion } from "../../../lib/trust/names.ts";
import type { Outcome } from "../../../lib/trust/outcome.ts";
import {
  openPublishers,
  PUBLISHERS_BYTES_MAX,
  PUBLISHERS_TYPE,
  type PublishersList,
  signPublishers,
} from "../../../lib/trust/publishers.ts";
import {
  openStatement,
  signStatement,
  STATEMENT_BYTES_MAX,
  STATEMENT_TYPE,
} from "../../../lib/trust/statement.ts";
import { absurd, huge, type Json } from "../absurd_json.ts";
import { byteProbe } from "../byte_probe.ts";
import type { Chance } from "../chance.ts";
import { demand, type Target } from "../target.ts";

const FLEET = keyPairFromSeed(new Uint8Array(32).fill(1));
const PUBLISHER = keyPairFromSeed(new Uint8Array(32).fill(7));
const HELPER = keyPairFromSeed(new Uint8Array(32).fill(9));
const REVOKED = keyPairFromSeed(new Uint8Array(32).fill(8));
const STRANGER = keyPairFromSeed(new Uint8Array(32).fill(6));

const LIST: PublishersList = {
  format: 1,
  version: 3,
  issued: "2026-01-31T12:00:00Z",
  expires: "2036-01-31T12:00:00.000Z",
  publishers: [
    { key: name(PUBLISHER), names: ["editor", "school-*"], hooks: true },
    { key: name(HELPER), names: ["editor"], hooks: false },
    { key: name(REVOKED), names: ["*"], hooks: true },
  ],
  revoked: [name(REVOKED)],
};

const STATEMENT = {
  format: 1,
  name: "editor",
  version: "2.1",
  serial: 7,
  size: 48_211,
  sha256: "0123456789abcdef".repeat(4),
  hooks: false,
} as const;

const DOWNGRADE = {
  format: 1,
  name: "editor",
  versions: ["1.0", "1.1"],
  issued: "2026-01-31T12:00:00Z",
  expires: "2026-02-07T12:00:00Z",
} as const;

/** Who signs what is absurd; the one that may, more often. */
const SIGNERS = [PUBLISHER, PUBLISHER, PUBLISHER, HELPER, REVOKED, STRANGER];

const TOKENS = [
  ...'{ } [ ] , : " \\ null true 1 1e9 \\u0022 \\ud800 = - _ A'.split(" "),
  ...['"payload":', '"keyid":', '"sig":', '"signatures":[', '"payloadType":'],
  '"a":1,',
  "\n",
].map(utf8);

function name({ publicKey }: KeyPair): string {
  return toBase64Url(publicKey);
}

/** What is opened, who signs it, and the rules of what is taken. */
interface Signed<T> {
  readonly name: string;
  readonly about: string;
  readonly ends: readonly string[];
  readonly type: string;
  readonly bytesMost: number;
  /** What may be signed; some of it by some only. */
  readonly goods: readonly Json[];
  readonly sign: () => Uint8Array;
  readonly signers: readonly KeyPair[];
  readonly open: (bytes: Uint8Array) => Outcome<T, string>;
  /** What was signed, of what was taken. */
  readonly said: (value: T) => unknown;
  /** Rules beyond what the types say; throws. */
  readonly keeps: (value: T) => void;
}

function targetOf<T>(signed: Signed<T>): Target {
  return {
    name: signed.name,
    about: signed.about,
    ends: signed.ends,
    open: () => Promise.resolve(probeOf(signed)),
  };
}

function probeOf<T>(signed: Signed<T>) {
  const sample = signed.sign();
  const wasTaken = signed.open(sample);
  demand(wasTaken.ok, "The sample is not taken");
  const original = signed.said(wasTaken.value);
  // Those that we signed, and so may say anything.
  let composed: Uint8Array | null = null;
  return byteProbe({
    samples: [sample, utf8(JSON.stringify(signed.goods[0])), LIST_SAMPLE],
    tokens: TOKENS,
    bytesMax: 8_192,
    bytesMost: signed.bytesMost,
    huge,
    compose(chance: Chance) {
      const good = chance.pick(signed.goods);
      const value = chance.oneIn(4) ? good : absurd(good, chance);
      return composed = seal(chance.pick(signed.signers), signed.type, value);
    },
    check(bytes) {
      const outcome = signed.open(bytes);
      if (!outcome.ok) {
        demandSentence(outcome.fault);
        return shortFault(outcome.fault);
      }
      const said = signed.said(outcome.value);
      const mine = composed === null ? null : signed.open(composed);
      if (mine?.ok && equal(signed.said(mine.value), said)) {
        signed.keeps(outcome.value);
        return "taken, signed";
      }
      assertEquals(said, original);
      return "taken, the same";
    },
  });
}

/** A fault is one line that a terminal may show. */
export function demandSentence(fault: string): void {
  demand(fault.length > 0 && fault.length < 1_000, `A long fault: ${fault}`);
  demand(
    // deno-lint-ignore no-control-regex
    !/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/.test(fault),
    `A fault that a terminal obeys: ${JSON.stringify(fault)}`,
  );
}

/** For the tally: words of a table as they are, sentences as one. */
function shortFault(fault: string): string {
  if (/^\w+$/.test(fault)) return fault;
  if (/ is not signed by /.test(fault)) return "signature";
  return fault.includes("does not fit: ") ? "misfit" : "refused";
}

const LIST_SAMPLE = signPublishers(FLEET, LIST);

/** The signed documents' targets. */
export const SIGNED_TARGETS: readonly Target[] = [
  targetOf({
    name: "statement",
    about: "a package's statement is what a publisher signed and may sign",
    ends: [
      ...["malformed", "signature", "unknown", "revoked", "name", "hooks"],
      ...["taken, signed", "taken, the same"],
    ],
    type: STATEMENT_TYPE,
    bytesMost: STATEMENT_BYTES_MAX,
    goods: [
      STATEMENT,
      { ...STATEMENT, hooks: true },
      { ...STATEMENT, name: "school-7" },
      { ...STATEMENT, name: "viewer" },
    ],
    sign: () => signStatement(PUBLISHER, STATEMENT),
    signers: SIGNERS,
    open: (bytes) => openStatement(bytes, LIST),
    said: (value) => value,
    keeps({ name: program, version, serial, size, publisher, hooks }) {
      demand(isProgramName(program) && isVersion(version), "A bad name");
      demand(serial >= 1 && size >= 1, "A bad number");
      const isFirst = publisher === name(PUBLISHER);
      demand(isFirst || publisher === name(HELPER), "Not a publisher");
      demand(isFirst || !hooks, "Hooks that it may not run");
      demand(
        program === "editor" || (isFirst && program.startsWith("school-")),
        `A name that is not its own: ${program}`,
      );
    },
  }),
  targetOf({
    name: "publishers",
    about: "a publishers' list is what the fleet's owner signed",
    ends: [
      ...["refused", "signature", "misfit"],
      ...["taken, signed", "taken, the same"],
    ],
    type: PUBLISHERS_TYPE,
    bytesMost: PUBLISHERS_BYTES_MAX,
    // An array that is only read, as JSON has no other.
    goods: [LIST as unknown as Json],
    sign: () => LIST_SAMPLE,
    signers: [FLEET, FLEET, FLEET, PUBLISHER],
    open: (bytes) => openPublishers(FLEET.publicKey, bytes),
    said: ({ bytes: _, ...list }) => list,
    keeps({ bytes: _, issuedMs, expiresMs, ...list }) {
      demand(issuedMs < expiresMs, "It ends before it begins");
      demand(list.version >= 1, "A bad version");
      // What is taken can be signed again, so it keeps every rule.
      signPublishers(FLEET, list);
    },
  }),
  targetOf({
    name: "downgrade",
    about: "a downgrade statement is what a publisher signed and may sign",
    ends: [
      ...["malformed", "signature", "unknown", "revoked", "name"],
      ...["taken, signed", "taken, the same"],
    ],
    type: DOWNGRADE_TYPE,
    bytesMost: DOWNGRADE_BYTES_MAX,
    goods: [DOWNGRADE, { ...DOWNGRADE, name: "viewer" }],
    sign: () => signDowngrade(PUBLISHER, DOWNGRADE),
    signers: SIGNERS,
    open: (bytes) => openDowngrade(bytes, LIST),
    said: (value) => value,
    keeps({ name: program, versions, issuedMs, expiresMs }) {
      demand(/^(editor$|school-)/.test(program), "A name that is not its own");
      demand(versions.length > 0 && versions.every(isVersion), "A bad version");
      demand(issuedMs < expiresMs, "It ends before it begins");
    },
  }),
];
