/**
 * How an order ended on this machine, in the form that is journalled, told to
 * the server and repeated when the same order comes again.
 *
 * @module
 */

import { type Reason, REASONS } from "../sep/reasons.ts";

/** The longest detail or note that is kept, in UTF-16 units. */
export const DETAIL_CHARS_MAX = 2_000;

/** An order that was done. */
export interface Done {
  readonly ok: true;
  /** The version that is in use now; empty when there is none. */
  readonly version: string;
  /** What the order's giver should know of it, a sentence a line; or empty. */
  readonly note: string;
}

/** An order that was not done; the machine is as it was before. */
export interface Failure {
  readonly ok: false;
  /** The word that `[rate]` carries. */
  readonly reason: Reason;
  /** A sentence: what was being done, what was found. */
  readonly detail: string;
}

/** How an order ended. */
export type Result = Done | Failure;

/** The result of an order that was done; the note is cut to its limit. */
export function done(version: string, note = ""): Done {
  return { ok: true, version, note: cutText(note) };
}

/** The result of an order that was not; the detail is cut to its limit. */
export function failure(reason: Reason, detail: string): Failure {
  return { ok: false, reason, detail: cutText(detail) };
}

/** The text's beginning, as long as a result may hold. */
export function cutText(text: string): string {
  const whole = text.toWellFormed();
  return whole.length <= DETAIL_CHARS_MAX
    ? whole
    : `${whole.slice(0, DETAIL_CHARS_MAX - 3).toWellFormed()}...`;
}

/** Errors of the system by their names in POSIX, where they have a word. */
const REASON_OF_CODE: Readonly<Record<string, Reason>> = {
  ENOSPC: "disk",
  EDQUOT: "disk",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied",
  EBUSY: "busy",
  ETXTBSY: "busy",
};

// What other programs print for the same errors (`sync` says no code).
const REASON_OF_TEXT: readonly (readonly [RegExp, Reason])[] = [
  [/no space left|disk quota exceeded/i, "disk"],
  [/permission denied|operation not permitted|read-only file/i, "denied"],
];

/** The failure that anything thrown by the disk amounts to. */
export function failureOf(error: unknown, doing: string): Failure {
  if (!(error instanceof Error)) {
    return failure("system", `${doing}: ${String(error)}`);
  }
  return failure(reasonOfError(error), `${doing}: ${error.message}`);
}

function reasonOfError(error: Error): Reason {
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && Object.hasOwn(REASON_OF_CODE, code)) {
    return REASON_OF_CODE[code] ?? "system";
  }
  const found = REASON_OF_TEXT.find(([text]) => text.test(error.message));
  return found?.[1] ?? "system";
}

/** Is this a word of the table? For what comes back from the journal. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(REASONS, word);
}
