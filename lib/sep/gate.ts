/**
 * The gate of SeP: from bytes off the network to a message that may be
 * believed, or to silence.
 *
 * The checks run in the order of their cost, and nothing is answered, kept or
 * logged at length before the last one has passed: form, the source's bucket,
 * the filter tag, the word and its place, the key, the signature. What fails
 * raises one counter and is forgotten.
 *
 * @module
 */

import { sha256 } from "../trust/bytes.ts";
import { equalBytes } from "../trust/bytes.ts";
import type { FailureBuckets } from "./bucket.ts";
import {
  filterHolds,
  type Frame,
  readFrame,
  signatureHolds,
} from "./datagram.ts";
import { decodeMessage, type MessageFrom, type Role } from "./words.ts";

/** A datagram that passed every check. */
export interface Received<R extends Role> {
  readonly header: Frame["header"];
  readonly message: MessageFrom<R>;
  /** SHA-256 of the whole datagram: 32 bytes. */
  readonly digest: Uint8Array;
}

/**
 * Why a datagram was dropped, in the order of the checks; each is a counter.
 * The document of the protocol prints this table.
 */
// deno-fmt-ignore
export const DROPS = {
  "short":     "fewer than 156 bytes: a header, `[OK]`, a tag and a signature",
  "too long":  "more than 1,200 bytes",
  "magic":     "does not begin with `SeP1`",
  "suite":     "byte 4 is not 1",
  "reserved":  "an unknown flag, a step over 7, or a byte that must be zero",
  "length":    "`n` is over 900, or not the length of what stands there",
  "bucket":    "its source failed too often lately, and it names no session or conversation of ours",
  "direction": "the flag says that it was sent by one of our own role",
  "fleet":     "of another fleet",
  "filter":    "the filter tag does not verify",
  "word":      "the body is not canonical, or no word that this role may say",
  "place":     "no conversation awaits it, and it may not begin one now",
  "key":       "there is no key to trust: unknown machine, unsafe or foreign key, refused delegation",
  "signature": "the signature does not verify",
} as const satisfies Record<string, string>;

/** Why a datagram was dropped. */
export type Drop = keyof typeof DROPS;

/** What one side's gate must know. `R` is the role that speaks to it. */
export interface GateKeeper<R extends Role> {
  readonly from: R;
  /** The first 8 bytes of the hash of the fleet's key. */
  readonly fleet: Uint8Array;
  readonly filterKey: Uint8Array;
  readonly buckets: FailureBuckets;
  /**
   * Does this name what we share with its sender alone: a session, or our last
   * datagram to it? Then it is looked at whatever its source did: a source is
   * what anybody can claim, and junk in an honest machine's name must not take
   * its voice away (F-04).
   */
  isInside(frame: Frame): boolean;
  /** May this word come here, now? Asked before any signature is verified. */
  expects(frame: Frame, message: MessageFrom<R>): boolean;
  /** The key that must have signed, or null when there is none to trust. */
  keyFor(frame: Frame, message: MessageFrom<R>): Uint8Array | null;
}

/**
 * Lets a datagram in or says why not.
 *
 * @param source The address it came from, without the port: a stranger must
 * not get a new bucket with each port.
 */
export function passGate<R extends Role>(
  keeper: GateKeeper<R>,
  bytes: Uint8Array,
  { source, nowMs }: { readonly source: string; readonly nowMs: number },
): Received<R> | Drop {
  const frame = readFrame(bytes);
  if (typeof frame === "string") return frame;
  const listens = keeper.buckets.listens(source, nowMs);
  if (!listens && !keeper.isInside(frame)) return "bucket";
  const outcome = verifyFrame(keeper, frame);
  if (typeof outcome === "string" && !WEATHER.has(outcome)) {
    keeper.buckets.failed(source, nowMs);
  }
  return outcome;
}

/**
 * What honest peers send us too, and what costs us no cryptography: late
 * answers, our own broadcasts coming back, machines that call everyone, and
 * the fleet next door. It must not close anybody's bucket.
 */
const WEATHER: ReadonlySet<Drop> = new Set(["place", "direction", "fleet"]);

function verifyFrame<R extends Role>(
  keeper: GateKeeper<R>,
  frame: Frame,
): Received<R> | Drop {
  // A message reflected to its own side has the wrong direction (C-08).
  if (frame.header.fromServer !== (keeper.from === "server")) {
    return "direction";
  }
  if (!equalBytes(frame.header.fleet, keeper.fleet)) return "fleet";
  if (!filterHolds(frame, keeper.filterKey)) return "filter";
  const message = decodeMessage(keeper.from, frame.body);
  if (message === null) return "word";
  if (!keeper.expects(frame, message)) return "place";
  const key = keeper.keyFor(frame, message);
  if (key === null) return "key";
  if (!signatureHolds(frame, key)) return "signature";
  return { header: frame.header, message, digest: sha256(frame.bytes) };
}
