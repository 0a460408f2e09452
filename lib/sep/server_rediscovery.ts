/**
 * The discoveries that the server begins by itself, by unicast: again when a
 * message of one was lost, and anew when a machine speaks in a session that
 * the server does not know.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Randomness } from "../host/randomness.ts";
import { backoffMs } from "./backoff.ts";
import {
  REDISCOVERY_FIRST_MS,
  REDISCOVERY_MS,
  REDISCOVERY_TRIES_MAX,
  REDISCOVERY_WAIT_MS_MAX,
} from "./limits.ts";
import type { ServerPhase } from "./moves.ts";
import type { Peer } from "./server_peers.ts";
import { type ServerConversation, toNobody } from "./server_topic.ts";

export interface RediscoveryOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Opens 1a with one machine, for the `tries`-th time. */
  ping(peer: Peer, tries: number): void;
}

/** Where a conversation was lost. */
export interface Lost {
  readonly phase: ServerPhase;
  /** False when another discovery of the machine has taken its place. */
  readonly isDiscovery: boolean;
}

/** Who was heard and then no more is there: it is asked again soon (N-17). */
const TRIES_WHEN_HEARD = 1;

const BACKOFF = {
  firstMs: REDISCOVERY_FIRST_MS,
  maxMs: REDISCOVERY_WAIT_MS_MAX,
} as const;

/** Begins discoveries that nobody asked for. */
export class Rediscovery {
  readonly #options: RediscoveryOptions;

  constructor(options: RediscoveryOptions) {
    this.#options = options;
  }

  /**
   * A discovery that lost a message goes on by unicast, from zero. One that a
   * machine began is the machine's to begin again, but for its last `[OK]`:
   * the machine believes that it was heard.
   */
  lost(
    peer: Peer,
    { topic: { tries, opening, resolve } }: ServerConversation,
    { phase, isDiscovery }: Lost,
  ): void {
    const ours = isDiscovery && (phase === "greeted" || phase === "named") ||
      phase === "pinged" && tries > 0;
    // A ping that our house asked for: the house decides when to ask again.
    const houses = opening !== null && resolve !== toNobody;
    if (!ours || houses || tries >= REDISCOVERY_TRIES_MAX) return;
    const { clock, randomness, ping } = this.#options;
    const fraction = randomness.fraction();
    const before = phase === "pinged"
      ? tries
      : Math.min(tries, TRIES_WHEN_HEARD);
    clock.after(backoffMs(before, { ...BACKOFF, fraction }), () => {
      if (peer.discovery === null) ping(peer, before + 1);
    });
  }

  /** The machine speaks in a session that is not ours. */
  strange(peer: Peer): void {
    if (peer.discovery !== null) return;
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - peer.rediscoveredAtMs < REDISCOVERY_MS) return;
    peer.rediscoveredAtMs = nowMs;
    this.#options.ping(peer, 0);
  }
}
