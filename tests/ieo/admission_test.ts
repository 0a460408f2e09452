/**
 * May this machine have this package at all?
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type Admitted,
  faultOfAdmission,
} from "../../lib/ieo/fit/admission.ts";

const MACHINE = {
  facts: {
    os: "linux",
    architecture: "x86_64",
    distribution: "debian",
    distributionVersion: "12",
  },
  agentVersion: "0.10.0",
  nowMs: Date.parse("2027-01-31T12:00:00Z"),
};

/** What the manifest asks, and what is answered. */
const CASES: readonly (readonly [
  Partial<Admitted>,
  readonly [reason: string, detail: string] | null,
])[] = [
  [{}, null],
  [{ agent: "0.10.0" }, null],
  [{ agent: "0.9" }, null],
  [{ agent: "0.11.0" }, [
    "agent",
    "Cannot install tool 1.0: it needs the agent 0.11.0 or a later one, and " +
    "this one is 0.10.0; update the agent first",
  ]],
  [{ expires: "2027-01-31T12:00:00Z" }, null],
  [{ expires: "2027-01-31T11:59:59Z" }, [
    "expired",
    "Cannot install tool 1.0: it expired at 2027-01-31T11:59:59Z; publish a " +
    "newer package of it",
  ]],
  [{ targets: [{ os: "windows" }] }, [
    "target",
    "Cannot install tool 1.0: it is for windows, and this machine is debian " +
    "12 on x86_64",
  ]],
];

for (const [asks, answer] of CASES) {
  const what = JSON.stringify(asks);
  const does = answer === null ? "takes" : "refuses";
  Deno.test(`faultOfAdmission ${does} a manifest of ${what}`, () => {
    const manifest = { name: "tool", version: "1.0", targets: [], ...asks };
    const fault = faultOfAdmission(manifest, MACHINE);
    assertEquals(fault && [fault.reason, fault.detail], answer);
  });
}

Deno.test("faultOfAdmission speaks of an old agent before everything else", () => {
  const manifest = {
    name: "tool",
    version: "1.0",
    agent: "9",
    expires: "1970-01-01T00:00:00Z",
    targets: [{ os: "windows" }],
  };
  assertEquals(faultOfAdmission(manifest, MACHINE)?.reason, "agent");
});
