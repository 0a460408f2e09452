/**
 * When an agent pings next, and whom: a pure function of what has happened so
 * far. It calls everyone while it knows no server, and one server every X once
 * it knows one (flow 2b). Silence is answered by longer waits, never by more
 * traffic (N-13).
 *
 * @module
 */

import { backoffMs } from "../sep/backoff.ts";
import type { MachineOutcome } from "../sep/machine_api.ts";

/** What an agent knows about its calls. */
export interface Rhythm {
  /** True while the last thing we know of our server is that it answered. */
  readonly known: boolean;
  /** Calls since the last answer. */
  readonly unanswered: number;
}

export const RHYTHM_START: Rhythm = { known: false, unanswered: 0 };

/** Unanswered pings after which a server is taken for dead. */
export const SERVER_DEAD_AFTER = 3;

/** A server that refused us is asked again after this time. */
export const REFUSED_MS = 600_000;

const CALL_BACKOFF = { firstMs: 1_000, maxMs: 60_000 } as const;

/**
 * A server that was heard and then no more is there, and the network is bad:
 * the next call comes soon, or few machines would ever say six words (N-17).
 */
const UNANSWERED_WHEN_HEARD = 1;

/**
 * The rhythm after a ping of ours has ended.
 *
 * @returns the new rhythm and the milliseconds until the next ping.
 */
export function afterPing(
  rhythm: Rhythm,
  outcome: MachineOutcome,
  { pingEveryMs, fraction }: {
    readonly pingEveryMs: number;
    readonly fraction: number;
  },
): { readonly rhythm: Rhythm; readonly nextMs: number } {
  switch (outcome.kind) {
    case "alive":
    case "session":
      return {
        rhythm: { known: true, unanswered: 0 },
        nextMs: jittered(pingEveryMs, fraction),
      };
    case "refused":
      return { rhythm: RHYTHM_START, nextMs: jittered(REFUSED_MS, fraction) };
    default: {
      const isHeard = outcome.kind === "lost" && outcome.awaited !== "echo";
      const before = isHeard
        ? Math.min(rhythm.unanswered, UNANSWERED_WHEN_HEARD)
        : rhythm.unanswered;
      const unanswered = before + 1;
      const known = rhythm.known && unanswered < SERVER_DEAD_AFTER;
      const nextMs = backoffMs(before, {
        ...CALL_BACKOFF,
        fraction,
      });
      return { rhythm: { known, unanswered }, nextMs };
    }
  }
}

/** Between 0.9 and 1.1 times, so that machines do not fall into step. */
function jittered(ms: number, fraction: number): number {
  return Math.round(ms * (0.9 + 0.2 * fraction));
}
