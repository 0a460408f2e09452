/**
 * The cheap question that the server asks of a datagram before it verifies a
 * signature: has it a place here, now? It believes nothing and changes nothing;
 * what has no place costs a hash, however often it comes (F-05).
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import { equalBytes } from "../trust/bytes.ts";
import { type Frame, zero16 } from "./datagram.ts";
import { CALL_EVERY_MS } from "./limits.ts";
import { machineId, type Peer, type Peers } from "./server_peers.ts";
import type { ServerParty } from "./server_topic.ts";
import { isFresh, isSession, isUsedUp } from "./session.ts";
import type { MachineMessage } from "./words.ts";

/** What the question is asked of. */
export interface ServerPlaces {
  readonly clock: Clock;
  readonly peers: Peers;
  readonly party: ServerParty;
}

/** Does this continue a conversation, or may it begin one? */
export function hasPlace(
  places: ServerPlaces,
  { header }: Frame,
  message: MachineMessage,
): boolean {
  const { party, peers } = places;
  const known = party.find(header.machine, header.conversation);
  if (known !== null) {
    return header.step <= known.step || party.continues(known, header);
  }
  if (header.step === 0) {
    return (message.word === "ping" || message.word === "vliste") &&
      equalBytes(header.prev, zero16()) && isTimely(places, header, message);
  }
  if (message.word === "echo") {
    const round = party.find(zero16(), header.conversation);
    return round !== null && party.continues(round, header);
  }
  if (message.word !== "reussi" && message.word !== "rate") return false;
  const peer = peers.get(machineId(header.machine));
  return peer !== null && isLate(peer, header);
}

/** False for a number that was there, and for a call too soon after another. */
function isTimely(
  { clock, peers }: ServerPlaces,
  header: Frame["header"],
  { word }: MachineMessage,
): boolean {
  const peer = peers.get(machineId(header.machine));
  if (peer === null) return true;
  if (peer.session !== null && isSession(peer.session, header.session)) {
    return isUsedUp(header.counter) || isFresh(peer.session, header.counter);
  }
  return word !== "ping" ||
    clock.monotonicMs() - peer.calledAtMs >= CALL_EVERY_MS;
}

/** A result of the session's past whose conversation is over (C-19). */
function isLate(peer: Peer, header: Frame["header"]): boolean {
  return peer.session !== null && isSession(peer.session, header.session) &&
    header.counter <= peer.session.sent;
}
