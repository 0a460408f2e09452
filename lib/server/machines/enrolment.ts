/**
 * The answer to `[identifie]`: may this machine be one of ours? Pure: a
 * decision over what is known, what is proved and what the owner has set
 * (DESIGN section 4; K-04, F-07).
 *
 * The rules, in their order:
 *
 * 1. A revoked machine stays revoked.
 *    One whose key is in two places makes a new one (N-06).
 * 2. An approved machine is accepted: its key has signed the message, and a
 *    machine erases its secret once it is enrolled.
 * 3. Who cannot prove a secret of this fleet is refused, and nothing of him is
 *    kept. Unknown and wrong secrets get the same word, so that an answer does
 *    not tell which secrets exist.
 *    But a server that was restored does not know the machines that came since
 *    its backup, and they have erased their secret: for some weeks, who names
 *    none waits for the owner.
 * 4. A secret that was good once, but has expired or is used up, is still the
 *    proof of somebody who holds the join file: the machine waits for the
 *    owner.
 * 5. With a good secret it is accepted when enrolment is `auto`, or when the
 *    owner expects it, and waits for the owner when it is `manual`.
 * 6. The word of a machine of the fleet for its own new key is worth what that
 *    machine is worth: of one that is revoked nothing; of one that waits, to
 *    wait; of an approved one as much as a good secret. But one copied key
 *    must not bring a crowd: beyond a family's bound they wait as well.
 * 7. The waiting are a bounded number; beyond it they are refused.
 *
 * @module
 */

import type { EnrolmentMode, MachineStatus } from "../shapes/machine.ts";
import {
  type EnrolmentJudgement,
  judgeEnrolment,
} from "../../trust/enrolment.ts";
import type { EnrolmentSecret } from "../fleet/enrolment_secrets.ts";

/** How long a restored server takes strangers for machines that it lost. */
export const ORPHAN_MS = 90 * 86_400_000;

/** What the decision looks at. */
export interface EnrolmentFacts {
  /** Null for a machine that was never seen. */
  readonly status: MachineStatus | null;
  readonly mode: EnrolmentMode;
  /** The fleet's secrets. */
  readonly secrets: readonly EnrolmentSecret[];
  /** How often a secret was used, by its identifier. */
  readonly uses: ReadonlyMap<string, number>;
  /** Which secret the machine names; "" for none. */
  readonly secretId: string;
  /** Does the machine's proof fit this secret? */
  provesSecret(secret: Uint8Array): boolean;
  /** Its key is in two places, and it shall make a new one. */
  readonly mustRekey: boolean;
  /** The machine whose key vouches for it, by a signature that is good. */
  readonly voucher: {
    readonly status: MachineStatus;
    /** How many of its family there are already. */
    readonly family: number;
  } | null;
  /** The owner has approved it in advance: its secret is still asked for. */
  readonly isExpected?: boolean;
  /** When this server began on a backup; absent or null: it never did. */
  readonly restoredMs?: number | null;
  /** The wall clock, for the expiry of a secret and of `restoredMs`. */
  readonly nowMs: number;
  readonly pendingCount: number;
  readonly pendingMax: number;
}

/** What `[identifiant]` says, and what is to be kept. */
export interface EnrolmentDecision {
  readonly verdict: "accepte" | "attente" | "refuse";
  /** A short word for both sides' people; "" when there is nothing to say. */
  readonly reason:
    | ""
    | "secret"
    | "expired"
    | "used"
    | "revoked"
    | "pending"
    | "double";
  /** What the store shall hold of it; null: nothing. */
  readonly status: MachineStatus | null;
  /** The secret that this enrolment uses up once, or null. */
  readonly uses: string | null;
}

/** Decides about one `[identifie]`. */
export function decideEnrolment(facts: EnrolmentFacts): EnrolmentDecision {
  if (facts.status === "revoked") {
    return refuse("revoked", "revoked");
  }
  if (facts.mustRekey && facts.status !== null) {
    return { verdict: "refuse", reason: "double", status: null, uses: null };
  }
  if (facts.status === "approved") {
    return {
      verdict: "accepte",
      reason: "",
      status: "approved",
      uses: null,
    };
  }
  const vouched = judgeVoucher(facts);
  const proof = vouched ?? judgeProof(facts);
  if (proof === "secret" && !mayBeOrphan(facts)) {
    // Somebody who waits already has shown a secret before, perhaps one that
    // the owner has taken away since: he goes on waiting.
    return facts.status === "pending" ? wait("pending") : refuse("secret");
  }
  const isWelcome = facts.mode === "auto" || facts.isExpected === true;
  if (proof === "good" && isWelcome) {
    return {
      verdict: "accepte",
      reason: "",
      status: "approved",
      uses: vouched === "good" ? null : facts.secretId,
    };
  }
  if (facts.status === null && facts.pendingCount >= facts.pendingMax) {
    return refuse("pending");
  }
  const isPlain = proof === "expired" || proof === "used";
  return wait(isPlain ? proof : "pending");
}

/** May it be a machine of ours that came after the backup was made? */
function mayBeOrphan({ restoredMs, secretId, nowMs, status }: EnrolmentFacts) {
  return typeof restoredMs === "number" && nowMs - restoredMs < ORPHAN_MS &&
    secretId === "" && status === null;
}

/** Machines that one key may have vouched for, and they for others. */
export const FAMILY_MAX = 256;

/** Null: nobody vouches for it, and its secret decides. */
function judgeVoucher({ voucher }: EnrolmentFacts): "good" | "wait" | null {
  if (voucher === null || voucher.status === "revoked") return null;
  const isGood = voucher.status === "approved" && voucher.family < FAMILY_MAX;
  return isGood ? "good" : "wait";
}

/** K-04, by the secret that the machine names. */
function judgeProof(facts: EnrolmentFacts): EnrolmentJudgement {
  const secret = facts.secrets.find(({ id }) => id === facts.secretId);
  const held = secret === undefined
    ? null
    : { ...secret, uses: facts.uses.get(secret.id) ?? 0 };
  return judgeEnrolment(
    held,
    (secret) => facts.provesSecret(secret),
    facts.nowMs,
  );
}

function refuse(
  reason: "secret" | "revoked" | "pending",
  status: MachineStatus | null = null,
): EnrolmentDecision {
  return { verdict: "refuse", reason, status, uses: null };
}

function wait(reason: "pending" | "expired" | "used"): EnrolmentDecision {
  return { verdict: "attente", reason, status: "pending", uses: null };
}
