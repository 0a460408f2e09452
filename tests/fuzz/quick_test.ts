/**
 * A few inputs for each target of `deno task fuzz`, changed once more in ways
 * that fast-check makes smaller when one shows a fault. The seed is printed
 * with it, and is the same in every run.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Chance } from "../../scripts/fuzz/chance.ts";
import { TARGETS } from "../../scripts/fuzz/targets.ts";
import { concat } from "../../lib/trust/bytes.ts";
import { need } from "../sep/need.ts";

const SEED = 3615;

/** By target: how many inputs, and what the test is called. */
// deno-fmt-ignore
const QUICK: Readonly<Record<string, readonly [runs: number, name: string]>> = {
  "datagram":         [400, "passGate drops datagrams of chance, D-15"],
  "changed-datagram": [400, "passGate drops changed datagrams, D-15"],
  "body":             [400, "decodeMessage takes one form of each message, D-11"],
  "sip-request":      [400, "decodeRequest takes one form of each request, D-11"],
  "machine-endpoint": [3,   "MachineEndpoint answers a mad server lawfully, C-21"],
  "server-endpoint":  [3,   "ServerEndpoint answers a mad machine lawfully, C-21"],
  "sip-server":       [60,  "serveSip says a greeting to strangers and one answer to machines, S-04"],
  "sip-client":       [60,  "SipClient takes only what a server may say, S-08"],
  "statement":        [200, "openStatement takes what a publisher signed and may sign, S-12"],
  "publishers":       [200, "openPublishers takes what the fleet's owner signed, K-07"],
  "downgrade":        [200, "openDowngrade takes what a publisher signed and may sign, I-16"],
  "join":             [200, "decodeJoinFile reads what was written and tells no secret, K-01"],
  "manifest":         [200, "decodeManifest reads what can be written, by lines as in one piece"],
  "config":           [100, "parseConfig keeps the limits or tells each error in a line, K-13"],
  "list":             [150, "ListReader gives the same in any pieces, S-17"],
  "zip":              [100, "openPackage names the files that others find, Z-11, Z-16"],
  "inflate":          [80,  "inflateAll gives what zlib gives, Z-12"],
  "api":              [80,  "makeApi answers anything without an inner error"],
};

/** A cut, and bytes put there: at a place that follows from the length. */
const EDITS = fc.array(
  fc.record({
    at: fc.nat(9_999),
    over: fc.nat(4),
    put: fc.uint8Array({ maxLength: 4 }),
  }),
  { maxLength: 2 },
);

function edited(
  bytes: Uint8Array,
  { at, over, put }: { at: number; over: number; put: Uint8Array },
): Uint8Array {
  const from = Math.floor(at * (bytes.length + 1) / 10_000);
  return concat(bytes.subarray(0, from), put, bytes.subarray(from + over));
}

for (const target of TARGETS) {
  const [numRuns, name] = need(QUICK[target.name], `row for ${target.name}`);
  Deno.test(`${name} (fuzz ${target.name})`, async () => {
    const probe = await target.open();
    const property = fc.asyncProperty(fc.nat(), EDITS, async (seed, edits) => {
      const input = probe.draw(new Chance(seed));
      await probe.check(
        input instanceof Uint8Array ? edits.reduce(edited, input) : input,
      );
    });
    try {
      await fc.assert(property, { numRuns, seed: SEED });
    } finally {
      await probe.close?.();
    }
  });
}

Deno.test("TARGETS have a row each in the table of quick tests", () => {
  assertEquals(TARGETS.map(({ name }) => name), Object.keys(QUICK));
});
