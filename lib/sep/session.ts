/**
 * A session: what both ends share after a discovery, until the next one.
 *
 * Its name is the hash of the last `[OK]` of the discovery, which is bound by
 * `prev` to everything said before, both nonces included: the initiator's is
 * its conversation number, the responder's is in its `[echo]`. So neither side
 * alone can bring an old session back (C-07). Inside a session each side
 * numbers the conversations it opens, and the number is looked at on their
 * first message only: a lower or equal one is a replay (C-06).
 *
 * @module
 */

import { equalBytes } from "../trust/bytes.ts";
import { COUNTER_MAX } from "./limits.ts";

/** One side's view of a session; its counters move, its name does not. */
export interface Session {
  /** 8 bytes. */
  readonly id: Uint8Array;
  /** The number of the last conversation that we opened in it. */
  sent: number;
  /** The highest number of a conversation that the peer opened in it. */
  received: number;
}

/** A session that has just been agreed, from the digest of the last `[OK]`. */
export function sessionFrom(lastDigest: Uint8Array): Session {
  return { id: lastDigest.slice(0, 8), sent: 0, received: 0 };
}

/** True when these 8 bytes name this session. */
export function isSession(session: Session | null, id: Uint8Array): boolean {
  return session !== null && equalBytes(session.id, id);
}

/** The number of the next conversation we open, or null: session used up. */
export function nextNumber(session: Session): number | null {
  if (session.sent >= COUNTER_MAX) return null;
  session.sent += 1;
  return session.sent;
}

/** True for a number that was not there yet; says nothing about who wrote it. */
export function isFresh(session: Session, number: number): boolean {
  return number > session.received && number <= COUNTER_MAX;
}

/** True for the number behind the last one: whoever counts so far is done. */
export function isUsedUp(number: number): boolean {
  return number > COUNTER_MAX;
}

/** Remembers a number whose datagram has been verified. */
export function remember(session: Session, number: number): void {
  session.received = Math.max(session.received, number);
}
