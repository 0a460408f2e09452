/**
 * How a request to the system's package manager ended. The words are those of
 * `[rate]`, as everywhere in this room.
 *
 * @module
 */

import type { Reason } from "../../sep/reasons.ts";

/** How a request to the system's package manager ended. */
export type NativeOutcome = NativeDone | NativeFailure;

/** The manager did what it was asked. */
export interface NativeDone {
  readonly ok: true;
  /** First and last of what the manager printed. */
  readonly output: string;
  /** For the operator: files of the owner that were kept, a wanted reboot. */
  readonly notes: readonly string[];
}

/** It did not; `query` tells what the machine holds now. */
export interface NativeFailure {
  readonly ok: false;
  readonly reason: Reason;
  /** A sentence, and below it the manager's last lines. */
  readonly detail: string;
  readonly output: string;
}

/** An order that failed; the detail is a sentence. */
export function failed(
  reason: Reason,
  detail: string,
  output = "",
): NativeFailure {
  return { ok: false, reason, detail, output };
}
