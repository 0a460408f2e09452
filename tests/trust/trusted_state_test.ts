/**
 * What a machine believes: stories of delegations and lists arriving, told as
 * tables (K-05, K-06, K-07, N-02, N-04).
 *
 * @module
 */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import {
  type PublishersList,
  signPublishers,
} from "../../lib/trust/publishers.ts";
import { openStatement, signStatement } from "../../lib/trust/statement.ts";
import {
  acceptDelegation,
  acceptPublishers,
  encodeTrustedState,
  publishersStanding,
  type Standing,
  startTrustedState,
  timeForExpiries,
  type TrustedState,
} from "../../lib/trust/trusted_state.ts";
import {
  delegationOf,
  EXPIRES_MS,
  FLEET,
  ISSUED_MS,
  joinOf,
  OTHER_FLEET,
  OTHER_SERVER,
  PUBLISHER,
  publishersOf,
  statementOf,
} from "./samples.ts";

const START = startTrustedState({
  fleet: FLEET.publicKey,
  delegation: delegationOf(5n),
});
const YEAR_MS = EXPIRES_MS - ISSUED_MS;

const DELEGATIONS = [
  {
    name: "a lower serial",
    bytes: delegationOf(4n).bytes,
    outcome: /^The delegation has the serial 4, and 5 is held$/,
  },
  {
    name: "an equal serial with another key",
    bytes: delegationOf(5n, { server: OTHER_SERVER }).bytes,
    outcome: /^The delegation has the serial 5 and other contents than the one/,
  },
  { name: "the one held", bytes: delegationOf(5n).bytes, outcome: /^same$/ },
  {
    name: "a higher serial with another key",
    bytes: delegationOf(6n, { server: OTHER_SERVER }).bytes,
    outcome: /^newer$/,
  },
  {
    name: "a higher serial of another fleet",
    bytes: delegationOf(6n, { fleet: OTHER_FLEET }).bytes,
    outcome: /^The delegation is not signed by this fleet's key$/,
  },
  {
    name: "nothing",
    bytes: new Uint8Array(),
    outcome: /^The delegation does not have 140 bytes$/,
  },
];
for (const { name, bytes, outcome } of DELEGATIONS) {
  Deno.test(`acceptDelegation is offered ${name}: ${outcome}, K-05`, () => {
    const accepted = acceptDelegation(START, bytes);
    const told = accepted.ok ? accepted.value.change : accepted.fault;
    assertMatch(told, outcome);
    const state = accepted.ok ? accepted.value.state : START;
    assertEquals(state.delegation.serial, told === "newer" ? 6n : 5n);
  });
}

Deno.test("acceptDelegation skips over missed rotations, K-06", () => {
  // It was off while 6, 7 and 8 came and went.
  const { bytes } = delegationOf(9n, { server: OTHER_SERVER });
  const accepted = acceptDelegation(START, bytes);
  if (!accepted.ok) throw new Error(accepted.fault);
  const { state } = accepted.value;
  assertEquals(state.delegation.serverKey, OTHER_SERVER.publicKey);
  assertEquals(acceptDelegation(state, delegationOf(5n).bytes).ok, false);
});

Deno.test("acceptDelegation never goes back, whatever the order, K-05", () => {
  const serials = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });
  fc.assert(fc.property(serials, (serials) => {
    let state = START;
    for (const serial of serials) {
      const accepted = acceptDelegation(
        state,
        delegationOf(BigInt(serial)).bytes,
      );
      if (accepted.ok) state = accepted.value.state;
    }
    const expected = Math.max(5, ...serials);
    assertEquals(state.delegation.serial, BigInt(expected));
  }));
});

const HELD = accepted(START, publishersOf());
const LISTS: {
  readonly name: string;
  readonly list: PublishersList;
  readonly outcome: RegExp;
}[] = [
  {
    name: "a lower version",
    list: publishersOf({ version: 2, revoked: [] }),
    outcome: /^The publishers' list has the version 2, and 3 is held$/,
  },
  {
    name: "an equal version that revokes nobody",
    list: publishersOf({ revoked: [] }),
    outcome: /^The publishers' list has the version 3 and other contents/,
  },
  { name: "the one held", list: publishersOf(), outcome: /^same$/ },
  {
    name: "a higher version",
    list: publishersOf({ version: 4 }),
    outcome: /^newer$/,
  },
  {
    name: "a higher version that was issued earlier",
    list: publishersOf({ version: 4, issued: "2020-01-01T00:00:00Z" }),
    outcome: /^newer$/,
  },
];
for (const { name, list, outcome } of LISTS) {
  Deno.test(`acceptPublishers is offered ${name}: ${outcome}, K-07`, () => {
    const bytes = signPublishers(FLEET, list);
    const offered = acceptPublishers(HELD, bytes, ISSUED_MS);
    assertMatch(offered.ok ? offered.value.change : offered.fault, outcome);
  });
}

Deno.test("acceptPublishers refuses a list of another fleet", () => {
  const bytes = signPublishers(OTHER_FLEET, publishersOf({ version: 9 }));
  assertEquals(acceptPublishers(HELD, bytes, ISSUED_MS), {
    ok: false,
    fault: "The publishers' list is not signed by this fleet's key",
  });
});

Deno.test("acceptPublishers brings a revocation that stays, K-07", () => {
  const key = toBase64Url(PUBLISHER.publicKey);
  const revoking = accepted(HELD, publishersOf({ version: 4, revoked: [key] }));
  const bytes = signStatement(PUBLISHER, statementOf());
  const judge = ({ publishers }: TrustedState) =>
    publishers && openStatement(bytes, publishers);
  assertEquals(judge(HELD)?.ok, true);
  assertEquals(judge(revoking), { ok: false, fault: "revoked" });
  // The list from before the revocation is replayed.
  const replay = signPublishers(FLEET, publishersOf());
  assertEquals(acceptPublishers(revoking, replay, ISSUED_MS).ok, false);
});

Deno.test("acceptPublishers takes an expired revocation, K-07", () => {
  const key = toBase64Url(PUBLISHER.publicKey);
  const list = publishersOf({ version: 4, revoked: [key] });
  const offered = acceptPublishers(
    HELD,
    signPublishers(FLEET, list),
    EXPIRES_MS + YEAR_MS,
  );
  assertEquals(offered.ok && offered.value.standing, "expired");
  assertEquals(offered.ok && offered.value.state.publishers?.revoked, [key]);
});

const STANDINGS: {
  readonly name: string;
  readonly state: TrustedState;
  readonly wallMs: number;
  readonly expected: Standing;
}[] = [
  { name: "no list", state: START, wallMs: ISSUED_MS, expected: "none" },
  { name: "a list", state: HELD, wallMs: ISSUED_MS, expected: "good" },
  {
    name: "a list in its last millisecond",
    state: HELD,
    wallMs: EXPIRES_MS - 1,
    expected: "good",
  },
  {
    name: "a list at its end, N-04",
    state: HELD,
    wallMs: EXPIRES_MS,
    expected: "expired",
  },
  {
    name: "a good list and a clock at 1970, N-02",
    state: HELD,
    wallMs: 0,
    expected: "good",
  },
  {
    name: "a clock at 2099, N-02",
    state: HELD,
    wallMs: Date.parse("2099-01-01T00:00:00Z"),
    expected: "expired",
  },
  {
    name: "a clock at 1970 and a list from a time when the next was old, N-02",
    // Version 4 was issued two years later, and 5 by mistake expires before.
    state: accepted(
      accepted(
        HELD,
        publishersOf({
          version: 4,
          issued: "2028-01-01T00:00:00Z",
          expires: "2029-01-01T00:00:00Z",
        }),
      ),
      publishersOf({ version: 5 }),
    ),
    wallMs: 0,
    expected: "expired",
  },
];
for (const { name, state, wallMs, expected } of STANDINGS) {
  Deno.test(`publishersStanding with ${name} is ${expected}`, () => {
    assertEquals(publishersStanding(state, wallMs), expected);
  });
}

Deno.test("timeForExpiries is never before a signed time seen, N-02", () => {
  const day = fc.integer({ min: 0, max: 40_000 });
  const days = fc.array(fc.tuple(day, day), { maxLength: 8 });
  fc.assert(fc.property(days, (days) => {
    let state = START;
    let floorMs = 0;
    for (const [index, [issuedDay, wallDay]] of days.entries()) {
      const issuedMs = issuedDay * 86_400_000;
      state = accepted(
        state,
        publishersOf({
          version: index + 1,
          issued: new Date(issuedMs).toISOString(),
          expires: new Date(issuedMs + 1_000).toISOString(),
        }),
      );
      floorMs = Math.max(floorMs, issuedMs);
      const wallMs = wallDay * 86_400_000;
      assertEquals(timeForExpiries(state, wallMs), Math.max(wallMs, floorMs));
    }
  }));
});

Deno.test("Trusted state starts from a join file", () => {
  const state = startTrustedState(joinOf());
  assertEquals(state.delegation, joinOf().delegation);
  assertEquals([state.publishers, state.largestSignedMs], [null, 0]);
});

Deno.test("Trusted state is never changed in place", () => {
  const before = encodeTrustedState(HELD);
  accepted(HELD, publishersOf({ version: 4, revoked: [] }));
  acceptDelegation(HELD, delegationOf(6n).bytes);
  assertEquals(encodeTrustedState(HELD), before);
  assertThrows(() => accepted(HELD, publishersOf({ version: 2 })));
});

function accepted(state: TrustedState, list: PublishersList): TrustedState {
  const bytes = signPublishers(FLEET, list);
  const outcome = acceptPublishers(state, bytes, ISSUED_MS);
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.value.state;
}
