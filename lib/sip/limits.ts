/**
 * SiP's numbers, each with its reason. The first group is the specification:
 * both ends must agree on it. The second is ours to tune, and tests and the
 * config file do.
 *
 * @module
 */

// Specification.

/** The seed's port. */
export const SIP_PORT = 3615;

/** The longest request or answer; the longest there is needs 170 bytes. */
export const FRAME_BYTES_MAX = 1_024;

/** The longest statement of a package, as trust reads it. */
export const STATEMENT_FRAME_BYTES_MAX = 8_192;

/** The longest publishers' list, as trust reads it. */
export const PUBLISHERS_BYTES_MAX = 262_144;

/** The longest downgrade statement, as trust reads it. */
export const DOWNGRADE_BYTES_MAX = 8_192;

/**
 * The longest program list, `B.peo`, as it travels, packed (S-17). One of
 * 100,000 programs needs about 4 MB; no machine has so many.
 */
export const LIST_BYTES_MAX = 33_554_432;

// Implementation.

/** What may be tuned; every time in milliseconds. */
export interface SipLimits {
  /** Handshakes under way at once; for the listener. */
  readonly handshakesMax: number;
  /** From the TCP connection to the end of the TLS handshake. */
  readonly handshakeMsMax: number;
  /** From there to the last byte of request and proof. */
  readonly requestMsMax: number;
  /** Connections that have not proved who they are yet. */
  readonly strangersMax: number;
  /** Transfers at once, of all machines. */
  readonly transfersMax: number;
  /** Transfers at once, of one machine. */
  readonly transfersPerMachineMax: number;
  /** The agent's patience until TCP and TLS stand. */
  readonly connectMsMax: number;
  /** The agent's patience for the server's nonce and answers. */
  readonly answerMsMax: number;
  /** The agent's patience for the end of a file that is all here. */
  readonly endMsMax: number;
  /** How long one connection may last; a resumed one counts from zero. */
  readonly transferMsMax: number;
  /** How often the rate is looked at. */
  readonly rateWindowMs: number;
  /** Bytes a second, below which a transfer is closed. */
  readonly rateBytesMin: number;
  /** Bytes of each of the two buffers of a transfer. */
  readonly blockBytes: number;
}

/** The limits of both ends, unless the config says otherwise. */
export const SIP_LIMITS: SipLimits = {
  handshakesMax: 512,
  // A stranger is gone after 10 s (S-04): half for TLS, half for the request.
  handshakeMsMax: 5_000,
  requestMsMax: 5_000,
  strangersMax: 512,
  // 64 transfers fill any link of a LAN; more would only make each one slower.
  transfersMax: 64,
  // A download and a list; or one that hangs and its successor.
  transfersPerMachineMax: 2,
  connectMsMax: 10_000,
  // The server may have 64 lists to read before it answers ours.
  answerMsMax: 60_000,
  endMsMax: 1_000,
  transferMsMax: 21_600_000,
  // Nothing moves over a link that is gone. In the worst case its last byte
  // came at the beginning of a window: given up after two of them, and the
  // host lets go of the connection 30 s later (S-19: under 60 s).
  rateWindowMs: 12_000,
  rateBytesMin: 1_024,
  // Measured, 1 GiB over loopback, processor seconds of server and agent
  // together: 64 KiB 4.1, 128 KiB 3.7, 256 KiB 3.5, 512 KiB 3.5.
  blockBytes: 262_144,
};
