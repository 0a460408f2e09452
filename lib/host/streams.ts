/**
 * TCP inside TLS as SiP needs it: a client that trusts one certificate and no
 * other, a server that shows one certificate.
 *
 * @module
 */

import type { Address } from "./datagrams.ts";

/**
 * The name that the server's certificate bears. `.invalid` is reserved
 * (RFC 2606), so no public authority can ever sign it and the built-in roots,
 * which the runtime always keeps beside ours, cannot widen the pin.
 */
export const CERTIFICATE_NAME = "server.flottille.invalid";

export interface SecureStream {
  readonly peer: Address;
  /** Bytes read into the buffer, or null at the end of the stream. */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * Writes all of the bytes. Put together what belongs together: the server's
   * end cannot switch Nagle's algorithm off, so that of many small writes one
   * after the other each may wait 40 ms for the one before it.
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Ends both directions; harmless when closed already. What was written is
   * still sent, for 30 s at most.
   */
  close(): void;
}

export interface SecureListener {
  readonly address: Address;
  /**
   * Streams whose TLS handshake is through. A handshake that fails, or takes
   * longer than the deadline, is closed in silence and never comes out here.
   */
  accept(): AsyncIterable<SecureStream>;
  close(): void;
}

export interface SecureStreams {
  /**
   * Connects and shakes hands with a server that holds the private key of
   * exactly this certificate. The system chooses the local address: the
   * runtime has no other way, and the one of `node:tls` keeps hundreds of
   * megabytes of a fast transfer in memory and misses its end.
   *
   * @throws when the address does not answer within `deadlineMs`, or the
   * certificate is another one.
   */
  connect(options: {
    readonly to: Address;
    readonly certificatePem: string;
    readonly deadlineMs: number;
  }): Promise<SecureStream>;
  /** @throws {Deno.errors.AddrInUse} when the address is taken. */
  listen(options: {
    readonly at: Address;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
    readonly handshakeDeadlineMs: number;
    /**
     * Connections that may be shaking hands at once. When one more comes, the
     * one that has been at it longest is closed: a few that say nothing must
     * not keep everybody else out (S-04).
     */
    readonly handshakesMax: number;
  }): SecureListener;
}
