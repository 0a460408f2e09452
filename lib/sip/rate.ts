/**
 * The guard of a transfer's pace, as a pure step: how many bytes moved comes
 * in, with its time; whether the transfer may go on comes out.
 *
 * Time is cut into windows. In each one at least `bytesMin` a second must have
 * moved, or the connection is given up: it is half-open (S-19), or somebody
 * holds a place and does not use it (S-05). A connection that goes on for too
 * long is given up too; it can resume. What is given up is one connection,
 * never the transfer.
 *
 * A sender sees its own system's send buffer empty itself, not the peer read,
 * and that happens in leaps of up to a megabyte. So the bound is coarse on
 * purpose: every connection also gains what fits the buffer, and a slow link
 * comes to its end by resuming.
 *
 * @module
 */

/** The pace that is asked for. */
export interface RateRule {
  readonly windowMs: number;
  /** Bytes a second, over a whole window. */
  readonly bytesMin: number;
  readonly totalMsMax: number;
}

/** What the guard remembers; times on the monotonic clock. */
export interface RateState {
  readonly startedMs: number;
  readonly windowMs: number;
  readonly windowBytes: number;
}

/** Bytes went through, or a timer asks how it goes. */
export type RateEvent =
  | { readonly kind: "moved"; readonly atMs: number; readonly bytes: number }
  | { readonly kind: "look"; readonly atMs: number };

/** `slow`: below the rate; `late`: over the total time. */
export type RateVerdict = "on" | "slow" | "late";

/** The state at the beginning of a transfer. */
export function startRate(atMs: number): RateState {
  return { startedMs: atMs, windowMs: atMs, windowBytes: 0 };
}

/** One event; the verdict of `moved` is always `on`. */
export function stepRate(
  rule: RateRule,
  state: RateState,
  event: RateEvent,
): { readonly state: RateState; readonly verdict: RateVerdict } {
  if (event.kind === "moved") {
    const windowBytes = state.windowBytes + event.bytes;
    return { state: { ...state, windowBytes }, verdict: "on" };
  }
  if (event.atMs - state.startedMs >= rule.totalMsMax) {
    return { state, verdict: "late" };
  }
  if (event.atMs - state.windowMs < rule.windowMs) {
    return { state, verdict: "on" };
  }
  // A look that comes late (a busy loop, a machine that slept) asks for one
  // window's bytes only: the time it missed was not the peer's fault.
  if (state.windowBytes < rule.bytesMin * rule.windowMs / 1_000) {
    return { state, verdict: "slow" };
  }
  const next = { ...state, windowMs: event.atMs, windowBytes: 0 };
  return { state: next, verdict: "on" };
}

/** When the next look is due, in milliseconds after `atMs`. */
export function nextLookMs(
  rule: RateRule,
  state: RateState,
  atMs: number,
): number {
  const windowEndsMs = state.windowMs + rule.windowMs;
  const totalEndsMs = state.startedMs + rule.totalMsMax;
  return Math.max(0, Math.min(windowEndsMs, totalEndsMs) - atMs);
}
