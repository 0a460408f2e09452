/**
 * What a machine has been shown and believes, as a pure fold: each function
 * takes a state and bytes from a stranger and gives the next state, or the
 * sentence why not. In the manner of python-tuf's `TrustedMetadataSet`. The
 * rules, in order:
 *
 * 1. The fleet key comes from the join file and never changes.
 * 2. Nothing enters that the fleet key did not sign.
 * 3. A delegation enters only with a serial higher than the one held; an equal
 *    serial with other contents is refused (K-05).
 * 4. A publishers' list enters only with a version higher than the one held;
 *    an equal version with other contents is refused (K-07: what was revoked
 *    stays revoked).
 * 5. The largest signed time ever seen only grows. It is the floor of the
 *    clock: whatever the machine's own clock says, it is not earlier (N-02).
 * 6. An expired list enters all the same, if it is newer: it may revoke
 *    somebody, and the list held may be older still. Whether it has expired is
 *    asked when something is to be installed: `publishersStanding` (N-04).
 *
 * Deliberately not done: to refuse a list that was issued in the future. A
 * machine that believes in 1970 could then never be told the time. A list
 * signed by mistake on a computer that believes in 2099 raises the floor of
 * the machines that see it for good; the owner then signs lists that expire
 * later than that.
 *
 * `encodeTrustedState` and `decodeTrustedState` are the machine's `trust.json`.
 * Reading it back verifies every signature again, so a damaged file is noticed
 * and never believed. No clock, no disk: both are the caller's.
 *
 * @module
 */

import { equalBytes, toBase64Url } from "./bytes.ts";
import {
  type Delegation,
  DELEGATION_BYTES,
  DELEGATION_FAULTS,
  newer,
  openDelegation,
} from "./delegation.ts";
import { parseJson } from "./json.ts";
import { PUBLIC_KEY_BYTES } from "./keys.ts";
import { fault, ok, type Outcome } from "./outcome.ts";
import {
  openPublishers,
  type Publishers,
  PUBLISHERS_BYTES_MAX,
  type PublishersList,
} from "./publishers.ts";
import {
  bytesOf,
  formatOf,
  objectOf,
  orNull,
  sentenceOf,
  type ValueOf,
  wholeNumber,
} from "./shape.ts";

/** The latest moment of JavaScript's calendar, milliseconds since 1970. */
const MOMENT_MS_MAX = 8_640_000_000_000_000;
/** The longest `trust.json` that is read, in UTF-16 units. */
export const TRUSTED_STATE_CHARS_MAX = 2 * PUBLISHERS_BYTES_MAX;

/** What a machine believes. Never changed in place. */
export interface TrustedState {
  /** The fleet's public key, 32 bytes. */
  readonly fleet: Uint8Array;
  /** Who speaks for the fleet. */
  readonly delegation: Delegation;
  /** Who may publish; null until the first list is seen. */
  readonly publishers: Publishers | null;
  /** Milliseconds since 1970; 0 until something with a time is seen. */
  readonly largestSignedMs: number;
}

/** A state after bytes were accepted. */
export interface Accepted {
  readonly state: TrustedState;
  /** `same`: nothing changed, and there is nothing to store. */
  readonly change: "same" | "newer";
}

/** What a machine believes that has read its join file and nothing else. */
export function startTrustedState(
  { fleet, delegation }: {
    readonly fleet: Uint8Array;
    readonly delegation: Delegation;
  },
): TrustedState {
  return { fleet, delegation, publishers: null, largestSignedMs: 0 };
}

/** Rules 2 and 3. The fault is a whole sentence. */
export function acceptDelegation(
  state: TrustedState,
  bytes: Uint8Array,
): Outcome<Accepted, string> {
  const offered = openDelegation(state.fleet, bytes);
  if (!offered.ok) {
    return fault(`The delegation ${DELEGATION_FAULTS[offered.fault]}`);
  }
  const { serial } = offered.value;
  switch (newer(state.delegation, offered.value)) {
    case "older":
      return fault(
        `The delegation has the serial ${serial}, ` +
          `and ${state.delegation.serial} is held`,
      );
    case "conflict":
      return fault(
        `The delegation has the serial ${serial} and other contents than ` +
          "the one held; the owner must sign one with a higher serial",
      );
    case "same":
      return ok({ state, change: "same" });
    case "newer":
      return ok({
        state: { ...state, delegation: offered.value },
        change: "newer",
      });
  }
}

/** A state after a publishers' list was accepted. */
export interface AcceptedPublishers extends Accepted {
  /** Of the new state; with `expired` there is something to warn of. */
  readonly standing: Standing;
}

/**
 * Rules 2, 4, 5 and 6. The fault is a whole sentence.
 *
 * @param wallMs the machine's wall clock, milliseconds since 1970.
 */
export function acceptPublishers(
  state: TrustedState,
  bytes: Uint8Array,
  wallMs: number,
): Outcome<AcceptedPublishers, string> {
  const offered = openPublishers(state.fleet, bytes);
  if (!offered.ok) return offered;
  const publishers = offered.value;
  const { version } = publishers;
  const held = state.publishers;
  if (held !== null && version < held.version) {
    return fault(
      `The publishers' list has the version ${version}, ` +
        `and ${held.version} is held`,
    );
  }
  if (held !== null && version === held.version) {
    if (contentsOf(publishers) !== contentsOf(held)) {
      return fault(
        `The publishers' list has the version ${version} and other contents ` +
          "than the one held; the owner must sign one with a higher version",
      );
    }
    const standing = publishersStanding(state, wallMs);
    return ok({ state, change: "same", standing });
  }
  const largestSignedMs = Math.max(state.largestSignedMs, publishers.issuedMs);
  const next = { ...state, publishers, largestSignedMs };
  const standing = publishersStanding(next, wallMs);
  return ok({ state: next, change: "newer", standing });
}

/** Rule 5: the time by which expiries are judged, milliseconds since 1970. */
export function timeForExpiries(state: TrustedState, wallMs: number): number {
  return Math.max(state.largestSignedMs, wallMs);
}

/** Whether there is a publishers' list, and whether it has expired. */
export type Standing = "good" | "none" | "expired";

/**
 * May something be installed by the list that is held? With `none` and
 * `expired`, what is installed stays and nothing new comes (N-04).
 *
 * @param wallMs the machine's wall clock, milliseconds since 1970.
 */
export function publishersStanding(
  state: TrustedState,
  wallMs: number,
): Standing {
  if (state.publishers === null) return "none";
  const isExpired =
    timeForExpiries(state, wallMs) >= state.publishers.expiresMs;
  return isExpired ? "expired" : "good";
}

/** The text of `trust.json`, ending in a newline. */
export function encodeTrustedState(state: TrustedState): string {
  const { fleet, delegation, publishers, largestSignedMs } = state;
  return JSON.stringify(
    {
      format: 1,
      fleet: toBase64Url(fleet),
      delegation: toBase64Url(delegation.bytes),
      publishers: publishers && toBase64Url(publishers.bytes),
      largestSignedMs,
    },
    null,
    2,
  ) + "\n";
}

const STATE = objectOf({
  format: formatOf(1),
  fleet: bytesOf(PUBLIC_KEY_BYTES),
  delegation: bytesOf(DELEGATION_BYTES),
  publishers: orNull(bytesOf(1, PUBLISHERS_BYTES_MAX)),
  largestSignedMs: wholeNumber(0, MOMENT_MS_MAX),
});

/**
 * Reads `trust.json` back, for a machine whose join file names this fleet. The
 * fault is a whole sentence. To go on after one, start from the join file
 * again; what a replay of old lists could then bring back is the owner's to
 * weigh, so it is not done in silence.
 */
export function decodeTrustedState(
  fleet: Uint8Array,
  text: string,
): Outcome<TrustedState, string> {
  const refuse = (found: string) =>
    fault(`The file of what is trusted ${found}`);
  if (text.trim() === "") return refuse("is empty");
  if (text.length > TRUSTED_STATE_CHARS_MAX) {
    return refuse(`is longer than ${TRUSTED_STATE_CHARS_MAX} characters`);
  }
  const document = parseJson(text);
  if (!document.ok) {
    return refuse(`${document.fault.problem} at line ${document.fault.line}`);
  }
  const read = STATE(document.value.value, "");
  if (!read.ok) return refuse(`does not fit: ${sentenceOf(read.fault)}`);
  if (!equalBytes(read.value.fleet, fleet)) {
    return refuse("is of another fleet than the join file");
  }
  const folded = foldAgain(read.value);
  return folded.ok ? folded : refuse(`is damaged: ${folded.fault}`);
}

/** Rule 2, for bytes that were accepted once and then lay on a disk. */
function foldAgain(
  { fleet, delegation, publishers, largestSignedMs }: ValueOf<typeof STATE>,
): Outcome<TrustedState, string> {
  const opened = openDelegation(fleet, delegation);
  if (!opened.ok) {
    return fault(`the delegation ${DELEGATION_FAULTS[opened.fault]}`);
  }
  const started = startTrustedState({ fleet, delegation: opened.value });
  const state = { ...started, largestSignedMs };
  if (publishers === null) return ok(state);
  const accepted = acceptPublishers(state, publishers, largestSignedMs);
  return accepted.ok ? ok(accepted.value.state) : accepted;
}

/** What a list says, without its signature, which may differ. */
function contentsOf(list: PublishersList): string {
  const { version, issued, expires, publishers, revoked } = list;
  return JSON.stringify([version, issued, expires, publishers, revoked]);
}
