/**
 * `trust.json`, in which a machine keeps what it believes: read back with
 * every signature verified again (K-01, K-05).
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { signPublishers } from "../../lib/trust/publishers.ts";
import {
  acceptPublishers,
  decodeTrustedState,
  encodeTrustedState,
  startTrustedState,
  type TrustedState,
} from "../../lib/trust/trusted_state.ts";
import {
  delegationOf,
  EXPIRES_MS,
  FLEET,
  ISSUED_MS,
  joinOf,
  OTHER_FLEET,
  publishersOf,
} from "./samples.ts";

const START = startTrustedState(joinOf());
const HELD = withList(START);

for (
  const [name, state] of [["without a list", START], ["with", HELD]] as const
) {
  Deno.test(`decodeTrustedState reads a state ${name} back`, () => {
    const text = encodeTrustedState(state);
    assertEquals(decodeTrustedState(FLEET.publicKey, text), {
      ok: true,
      value: state,
    });
  });
}

Deno.test("decodeTrustedState keeps a floor above the list's own, N-02", () => {
  const later = { ...HELD, largestSignedMs: EXPIRES_MS };
  const read = decodeTrustedState(FLEET.publicKey, encodeTrustedState(later));
  assertEquals(read.ok && read.value.largestSignedMs, EXPIRES_MS);
});

const FILE = encodeTrustedState(HELD);
const FILES: {
  readonly name: string;
  readonly text: string;
  readonly found: RegExp;
}[] = [
  { name: "empty", text: "", found: /is empty$/ },
  { name: "cut", text: FILE.slice(0, 300), found: /is cut off at line 5$/ },
  { name: "of text", text: "trust me", found: /is not JSON at line 1$/ },
  {
    name: "without its floor",
    text: FILE.replace(/,\n.*largestSignedMs.*/, ""),
    found: /does not fit: "largestSignedMs" is missing$/,
  },
  {
    name: "with a negative floor",
    text: FILE.replace(/(largestSignedMs": )/, "$1-"),
    found: /does not fit: "largestSignedMs" must be a whole number/,
  },
  {
    name: "with a foreign delegation",
    text: FILE.replace(
      toBase64Url(HELD.delegation.bytes),
      toBase64Url(delegationOf(9n, { fleet: OTHER_FLEET }).bytes),
    ),
    found: /is damaged: the delegation is not signed by this fleet's key$/,
  },
  {
    name: "with a foreign list",
    text: encodeTrustedState({
      ...HELD,
      publishers: HELD.publishers && {
        ...HELD.publishers,
        bytes: signPublishers(OTHER_FLEET, publishersOf()),
      },
    }),
    found:
      /is damaged: The publishers' list is not signed by this fleet's key$/,
  },
  {
    name: "with a list of noise",
    text: FILE.replace(
      toBase64Url(HELD.publishers?.bytes ?? new Uint8Array()),
      toBase64Url(utf8("noise")),
    ),
    found: /is damaged: The publishers' list is not JSON$/,
  },
  {
    name: "that is too long",
    text: " ".repeat(600_000) + FILE,
    found: /is longer than 524288 characters$/,
  },
];
for (const { name, text, found } of FILES) {
  Deno.test(`decodeTrustedState refuses a file ${name}, K-05`, () => {
    const read = decodeTrustedState(FLEET.publicKey, text);
    const told = read.ok ? "it was read" : read.fault;
    assertMatch(told, /^The file of what is trusted /);
    assertMatch(told, found);
  });
}

Deno.test("decodeTrustedState refuses the file of another fleet, K-01", () => {
  assertEquals(decodeTrustedState(OTHER_FLEET.publicKey, FILE), {
    ok: false,
    fault: "The file of what is trusted is of another fleet than the join file",
  });
});

Deno.test("decodeTrustedState refuses every truncation", () => {
  for (let length = 0; length < FILE.length - 1; length++) {
    const read = decodeTrustedState(FLEET.publicKey, FILE.slice(0, length));
    assertEquals(read.ok, false);
  }
});

function withList(state: TrustedState): TrustedState {
  const bytes = signPublishers(FLEET, publishersOf());
  const outcome = acceptPublishers(state, bytes, ISSUED_MS);
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.value.state;
}
