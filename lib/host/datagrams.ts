/**
 * UDP as SeP needs it: whole datagrams in, whole datagrams out, no promise of
 * delivery. A send that the system refuses (no route, neighbour table full) is
 * a lost datagram like another, so it is told by `false`, never thrown.
 *
 * @module
 */

/** Where a socket is: a literal IP address and a port. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

export interface Datagram {
  /** The bytes, a copy of their own; at most `RECEIVE_BYTES_MAX` of them. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: Address;
}

/**
 * One byte more than the largest lawful SeP datagram, so that an oversize one
 * is seen as oversize and not as its own truncated beginning (D-03).
 */
export const RECEIVE_BYTES_MAX = 1_201;

export interface DatagramSocket {
  /** The address the socket is bound to, with the port the system chose. */
  readonly address: Address;
  /** Datagrams in order of arrival, until the socket is closed. */
  receive(): AsyncIterable<Datagram>;
  /**
   * True when the system took the datagram. Broadcast addresses are allowed.
   * Datagrams leave in the order of the calls, and the buffer is the caller's
   * again as soon as the call returns.
   */
  send(bytes: Uint8Array, to: Address): Promise<boolean>;
  close(): void;
}

export interface OpenDatagramsOptions {
  /** The literal address to bind, `0.0.0.0` for all. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /**
   * Let other sockets of this host bind the same address: for a second socket
   * on a broadcast address, beside the one on the machine's own address.
   */
  readonly shared?: boolean;
}

export interface Datagrams {
  /** @throws {Deno.errors.AddrInUse} when the address is taken. */
  open(options: OpenDatagramsOptions): DatagramSocket;
}

/** `127.0.0.2:2013`, the form that logs, tables and `[ping]` carry. */
export function showAddress(address: Address): string {
  return `${address.hostname}:${address.port}`;
}
