/**
 * What the server's SiP asks of the house, and what it tells it. Types only.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { DiskFile } from "../host/disk.ts";
import type { Reason } from "../sep/reasons.ts";
import type { MachineId } from "../sep/server_api.ts";

/** The house, as SiP sees it. */
export interface SipDoors {
  /**
   * The public key of a machine whose present session this is; null for every
   * other one: unknown, pending, revoked, or a session that is over.
   */
  machine(id: MachineId, session: Uint8Array): Uint8Array | null;
  /** So many bytes of a transfer moved, either way: the machine is alive. */
  moved(id: MachineId, bytes: number): void;
  /** The machine has so many bytes of the package; absent: nobody looks on. */
  sent?(id: MachineId, sha256: string, bytes: number): void;
  /**
   * The package of this hash (hexadecimal), or null when there is none, or
   * none that may be served. SiP closes the file.
   */
  package(sha256: string): Promise<PackageSource | null>;
  /** The publishers' list as the fleet's owner signed it. */
  publishers(): Uint8Array;
  /**
   * The newest statement by which machines may go back to the package of this
   * hash (hexadecimal), 1 to 8,192 bytes; null when no publisher signed one.
   */
  downgrade(sha256: string): Uint8Array | null;
  /**
   * A place for a list that is coming, or why it may not. SiP sees to it that
   * one machine sends one list at a time, so no two sinks share a part.
   */
  receiveList(id: MachineId, offer: ListOffer): Promise<ListSink | Reason>;
}

/** What a machine says of the list that it sends; nothing has checked it. */
export interface ListOffer {
  /** Of the document, in hexadecimal. */
  readonly sha256: string;
  /** Bytes of the document. */
  readonly size: number;
  /** Bytes that travel: the document as one member of gzip. */
  readonly packed: number;
  /** The machine's own, of `lib/trust/list_statement.ts`: 64 bytes. */
  readonly signature: Uint8Array;
}

/** A package that may be served. */
export interface PackageSource {
  /** The publisher's signed statement, 1 to 8,192 bytes. */
  readonly statement: Uint8Array;
  readonly size: number;
  readonly file: DiskFile;
}

/** Where a list goes; exactly one of `finish` and `abandon` is called. */
export interface ListSink {
  /** Bytes, as packed, that are here from an earlier, cut upload. */
  readonly offset: number;
  /** The next bytes; the buffer is used again when the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * All `packed` bytes are here. Unpacks them, checks the document, and puts
   * the list in its place; or says why not.
   */
  finish(): Promise<Reason | null>;
  /** The upload was cut: keep the part for the next one. */
  abandon(): void;
}

/** One line about one connection, for the log. */
export interface SipNote {
  /**
   * `stranger`: somebody who proved nothing, which may be said as often as
   * they like; `refused` and `cut`: a machine of the fleet got no transfer, or
   * not the whole; `done`: it did; `fault`: the house itself failed.
   */
  readonly kind: "stranger" | "refused" | "cut" | "done" | "fault";
  readonly peer: Address;
  readonly machine: MachineId | null;
  /** The word of the request; empty when it never came so far. */
  readonly word: string;
  /** Bytes that moved on this connection. */
  readonly bytes: number;
  /** Why it was not `done`; null when there is no word for it. */
  readonly reason: Reason | null;
  /** A sentence without its end. */
  readonly detail: string;
}
