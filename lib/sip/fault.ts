/**
 * What went wrong in a transfer, as a value: a word for the peer and a
 * sentence for the operator.
 *
 * @module
 */

import { type Reason, REASONS } from "../sep/reasons.ts";

/** Why a transfer did not come to its end. */
export interface SipFault {
  /** What travels in `[rate]`, and whether asking again may help. */
  readonly reason: Reason;
  /** What was being done and what was found; no full stop at its end. */
  readonly detail: string;
}

/** An outcome that is a fault. */
export interface Failed {
  readonly ok: false;
  readonly fault: SipFault;
}

/** The fault of a server that said `[rate{reason}]`. */
export function refusedBy(what: string, reason: Reason): SipFault {
  const detail = `${what}: the server answered [rate{${reason}}] (${
    REASONS[reason].text
  })`;
  return { reason, detail };
}

/** The fault of an operation on the disk that threw. */
export function diskFault(what: string, error: unknown): SipFault {
  const found = error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
  return { reason: diskReason(error), detail: `${what}: ${found}` };
}

/** Full disks by the names that the systems and the runtime give them. */
const FULL = /ENOSPC|EDQUOT|EFBIG|no space left|quota|disk (is )?full/i;
const DENIED = /EACCES|EPERM|EROFS|PermissionDenied|NotCapable|read-?only/i;

function diskReason(error: unknown): Reason {
  if (!(error instanceof Error)) return "system";
  const code = "code" in error ? String(error.code) : "";
  const told = `${code} ${error.name} ${error.message}`;
  if (FULL.test(told)) return "disk";
  return DENIED.test(told) ? "denied" : "system";
}
