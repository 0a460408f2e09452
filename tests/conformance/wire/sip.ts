/**
 * SiP's frames and proofs over a stream of bytes, by docs/protocol.md, "SiP".
 *
 * @module
 */

import { type Bytes, concat, number, numberIn, utf8 } from "./bytes.ts";

/** A connection, TLS or not. */
export interface Wire {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Reads exact numbers of bytes, with a deadline for each. */
export class WireReader {
  #held: Bytes = new Uint8Array(0);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** So many bytes; null when the stream ends, breaks or is silent before. */
  async exactly(length: number, withinMs = 5_000): Promise<Bytes | null> {
    const until = performance.now() + withinMs;
    while (this.#held.length < length) {
      const piece = await this.#piece(until - performance.now());
      if (piece === null) return null;
      this.#held = concat(this.#held, piece);
    }
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }

  /** The body of a frame of at most `max` bytes. */
  async frame(max = 1_024, withinMs = 5_000): Promise<Bytes | null> {
    const head = await this.exactly(4, withinMs);
    if (head === null) return null;
    const length = numberIn(head);
    if (length === 0 || length > max) return null;
    return await this.exactly(length, withinMs);
  }

  /** Everything up to the end; null when none comes in time. */
  async rest(withinMs = 5_000): Promise<Bytes | null> {
    const until = performance.now() + withinMs;
    for (;;) {
      const piece = await this.#piece(until - performance.now());
      if (performance.now() >= until) return null;
      if (piece === null) return this.#held;
      this.#held = concat(this.#held, piece);
    }
  }

  /** Null: the end, an error, or nothing in time. */
  async #piece(withinMs: number): Promise<Bytes | null> {
    const buffer = new Uint8Array(65_536);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), Math.max(0, withinMs));
    });
    try {
      const read = this.#wire.read(buffer).catch(() => null);
      const length = await Promise.race([read, late]);
      return length === null ? null : buffer.slice(0, length);
    } finally {
      clearTimeout(timer);
    }
  }
}

export async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await wire.write(bytes.subarray(at));
  }
}

/** A length in four bytes and that many bytes. */
export const frame = (body: Uint8Array): Bytes =>
  concat(number(body.length, 4), body);

/** What a machine signs to prove itself for one request. */
export const proofSigned = (
  { nonce, certificateHash, session, machine, request }: {
    readonly nonce: Uint8Array;
    readonly certificateHash: Uint8Array;
    readonly session: Uint8Array;
    readonly machine: Uint8Array;
    readonly request: Uint8Array;
  },
): Bytes =>
  concat(
    ...[utf8("SiP1 proof\0"), nonce, certificateHash, session, machine],
    request,
  );
