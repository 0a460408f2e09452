/**
 * SeP's numbers, each with its reason. The first group is the specification:
 * both ends must agree on it. The second is ours to tune.
 *
 * @module
 */

// Specification.

/** The seed's port. */
export const SEP_PORT = 2013;

/**
 * Fits every link we meet without fragments (IPv6 asks for 1,280 bytes); one
 * lost fragment would cost the whole datagram (N-15).
 */
export const DATAGRAM_BYTES_MAX = 1_200;

/** The longest body; the widest word, `[identifiant]`, needs 810 bytes. */
export const BODY_BYTES_MAX = 900;

/** Numbers of conversations that one side may open in one session (C-20). */
export const COUNTER_MAX = 0xffff_fffe;

/** The longest conversation has six messages: steps 0 to 5. */
export const STEP_MAX = 7;

// Implementation.

/** How long the next word of a conversation is awaited, in milliseconds. */
export const REPLY_MS = 2_000;

/** The wait for `[reussi]` when the order does not say more. */
export const WORK_MS = 120_000;

/** How long an ended conversation still answers duplicates (C-03). */
export const LINGER_MS = 10_000;

/** Conversations kept at once; beyond it the oldest is forgotten (F-06). */
export const CONVERSATIONS_MAX = 20_000;

/** A datagram of an unknown session starts one discovery in this time. */
export const REDISCOVERY_MS = 30_000;

/** A revoked machine is told so once in this time. */
export const REFUSAL_MS = 3_600_000;

/** A machine's call from outside its session is answered once in this time. */
export const CALL_EVERY_MS = 500;

/** A discovery of ours that lost a message is begun again so often... */
export const REDISCOVERY_TRIES_MAX = 6;
/** ... after waits that begin with this bound and double ... */
export const REDISCOVERY_FIRST_MS = 1_000;
/** ... up to this one. */
export const REDISCOVERY_WAIT_MS_MAX = 30_000;

/** A machine tells its house of an older epoch once in this time (C-13). */
export const CONFLICT_EVERY_MS = 3_600_000;
