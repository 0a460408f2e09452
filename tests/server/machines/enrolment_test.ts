/** The decision about `[identifie]`, row by row. */

import { assertEquals } from "@std/assert";
import {
  decideEnrolment,
  type EnrolmentFacts,
  FAMILY_MAX,
  ORPHAN_MS,
} from "../../../lib/server/machines/enrolment.ts";
import type { MachineStatus } from "../../../lib/server/shapes/machine.ts";
import {
  decodeSecrets,
  encodeSecrets,
  type EnrolmentSecret,
} from "../../../lib/server/fleet/enrolment_secrets.ts";
import { equalBytes, utf8 } from "../../../lib/trust/bytes.ts";
import { enrolmentId } from "../../../lib/trust/enrolment.ts";
import { NOON_MS } from "../examples.ts";

const SECRET = new Uint8Array(32).fill(7);
const secret: EnrolmentSecret = {
  id: enrolmentId(SECRET),
  secret: SECRET,
  expiresMs: NOON_MS + 1,
  usesMax: 3,
};

/** An unknown machine with a good secret, in a fleet that takes it. */
const GOOD: EnrolmentFacts = {
  status: null,
  mode: "auto",
  secrets: [secret],
  uses: new Map([[secret.id, 2]]),
  secretId: secret.id,
  provesSecret: (bytes) => equalBytes(bytes, SECRET),
  mustRekey: false,
  voucher: null,
  nowMs: NOON_MS,
  pendingCount: 0,
  pendingMax: 10,
};
const provesSecret = () => false;
const used = new Map([[secret.id, 3]]);
/** No secret, and another machine's word. */
const vouched = (status: MachineStatus, family = 1) => ({
  ...{ secretId: "", provesSecret, voucher: { status, family } },
});

type Row = [
  story: string,
  facts: Partial<EnrolmentFacts>,
  verdict: string,
  reason: string,
  status: string | null,
];

// deno-fmt-ignore
const ROWS: Row[] = [
  ["a good secret, auto",                  {},                                        "accepte", "",        "approved"],
  ["a good secret, manual",                { mode: "manual" },                        "attente", "pending", "pending"],
  ["no secret, a restored server",         { secretId: "", provesSecret, restoredMs: NOON_MS - 1 },  "attente", "pending", "pending"],
  ["no secret, restored, too many wait",   { secretId: "", provesSecret, restoredMs: NOON_MS, pendingCount: 10 },  "refuse", "pending", null],
  ["no secret, restored long ago",         { secretId: "", provesSecret, restoredMs: NOON_MS - ORPHAN_MS },  "refuse", "secret", null],
  ["a wrong secret, a restored server",    { provesSecret, restoredMs: NOON_MS },     "refuse",  "secret",  null],
  ["no secret",                            { secretId: "", provesSecret },            "refuse",  "secret",  null],
  ["a secret of another fleet",            { secretId: "AAAAAAAA" },                  "refuse",  "secret",  null],
  ["a known secret, wrong proof",          { provesSecret },                          "refuse",  "secret",  null],
  ["a wrong proof of an expired secret",   { provesSecret, nowMs: NOON_MS + 1 },      "refuse",  "secret",  null],
  ["an expired secret",                    { nowMs: NOON_MS + 1 },                    "attente", "expired", "pending"],
  ["a secret that is used up",             { uses: used },                            "attente", "used",    "pending"],
  ["the list of those who wait is full",   { mode: "manual", pendingCount: 10 },      "refuse",  "pending", null],
  ["a full list does not hinder auto",     { pendingCount: 10 },                      "accepte", "",        "approved"],
  ["N-06: an approved machine in two places", { status: "approved", mustRekey: true }, "refuse", "double",  null],
  ["N-06: a pending machine in two places",   { status: "pending", mustRekey: true },  "refuse", "double",  null],
  ["N-06: a revoked machine in two places",   { status: "revoked", mustRekey: true },  "refuse", "revoked", "revoked"],
  ["N-06: vouched by an approved machine",    vouched("approved"),                  "accepte", "",        "approved"],
  ["N-06: the same, manual",                  { ...vouched("approved"), mode: "manual" }, "attente", "pending", "pending"],
  ["N-06: vouched by one that waits",         vouched("pending"),                   "attente", "pending", "pending"],
  ["N-06: vouched by a revoked one",          vouched("revoked"),                   "refuse",  "secret",  null],
  ["N-06: the 257th of one family",           vouched("approved", FAMILY_MAX),      "attente", "pending", "pending"],
  ["N-06: the same, where many wait",         { ...vouched("approved", FAMILY_MAX), pendingCount: 10 }, "refuse", "pending", null],
  ["approved, no secret",                  { status: "approved", secretId: "", provesSecret }, "accepte", "", "approved"],
  ["approved, manual",                     { status: "approved", mode: "manual" },    "accepte", "",        "approved"],
  ["pending, no secret",                   { status: "pending", secretId: "", provesSecret }, "attente", "pending", "pending"],
  ["pending, a good secret, auto",         { status: "pending" },                     "accepte", "",        "approved"],
  ["pending, manual",                      { status: "pending", mode: "manual" },     "attente", "pending", "pending"],
  ["pending keeps its place in a full list", { status: "pending", mode: "manual", pendingCount: 10 }, "attente", "pending", "pending"],
  ["revoked, a good secret",               { status: "revoked" },                     "refuse",  "revoked", "revoked"],
];

for (const [story, facts, verdict, reason, status] of ROWS) {
  Deno.test(`decideEnrolment: ${story}: ${verdict}, K-04`, () => {
    const decision = decideEnrolment({ ...GOOD, ...facts });
    const isUse = verdict === "accepte" && facts.status !== "approved" &&
      facts.voucher === undefined;
    assertEquals(
      decision,
      {
        verdict,
        reason,
        status,
        uses: isUse ? secret.id : null,
      } as typeof decision,
    );
  });
}

Deno.test("encodeSecrets is read back by decodeSecrets", () => {
  const secrets = [secret, { ...secret, expiresMs: null, usesMax: null }];
  const read = decodeSecrets(utf8(encodeSecrets(secrets)));
  assertEquals(read, { ok: true, value: secrets });
});

const MALFORMED: Record<string, [text: string, fault: string]> = {
  "nothing": ["", "is not JSON"],
  "a list": ["[]", 'is malformed at ""'],
  "another format": ['{"format":2,"secrets":[]}', 'malformed at "format"'],
  "a short secret": [
    '{"format":1,"secrets":[{"secret":"AAAA","expires":null,"uses":null}]}',
    '"secrets.0.secret": it is not 32 bytes in base64url',
  ],
  "a misspelt field": [
    '{"format":1,"secrets":[{"secret":"AAAA","expiry":null,"uses":null}]}',
    "secrets.0",
  ],
};

for (const [what, [text, fault]] of Object.entries(MALFORMED)) {
  Deno.test(`decodeSecrets refuses ${what}`, () => {
    const read = decodeSecrets(utf8(text));
    assertEquals(read.ok ? "" : read.fault.includes(fault), true);
  });
}
