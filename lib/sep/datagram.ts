/**
 * The datagram of SeP: header, body, filter tag, signature.
 *
 * `readFrame` looks at the form only and costs nothing; `filterHolds` and
 * `signatureHolds` are the two checks of cryptography, apart, because the gate
 * puts cheaper questions between them. The layout is in `docs/protocol.md`;
 * the offsets below are that page in code.
 *
 * @module
 */

import { createHmac } from "node:crypto";
import { concat, equalBytes, utf8 } from "../trust/bytes.ts";
import { type KeyPair, verify } from "../trust/keys.ts";
import { BODY_BYTES_MAX, DATAGRAM_BYTES_MAX, STEP_MAX } from "./limits.ts";

/** What stands before the body. */
export interface Header {
  readonly fromServer: boolean;
  /** The place in the conversation, from 0. */
  readonly step: number;
  /** The first 8 bytes of the hash of the fleet's key. */
  readonly fleet: Uint8Array;
  /** The machine that speaks or is spoken to; zeros in a broadcast. */
  readonly machine: Uint8Array;
  /** 16 random bytes, chosen by the initiator. */
  readonly conversation: Uint8Array;
  /** The first 16 bytes of the hash of the datagram before; zeros at first. */
  readonly prev: Uint8Array;
  /** 8 bytes; zeros when there is no session. */
  readonly session: Uint8Array;
  /** The opener's number of this conversation within the session. */
  readonly counter: number;
}

/** A datagram whose form is right; nothing is verified yet. */
export interface Frame {
  readonly header: Header;
  readonly body: Uint8Array;
  /** The whole datagram. */
  readonly bytes: Uint8Array;
}

/** Why bytes are no frame; each is a counter. */
export type FrameFault =
  | "short"
  | "too long"
  | "magic"
  | "suite"
  | "reserved"
  | "length";

export const SUITE = 1;
export const HEADER_BYTES = 80;
export const FILTER_BYTES = 8;
export const SIGNATURE_BYTES = 64;

const MAGIC = utf8("SeP1");
const SIGNED = utf8("SeP1 signature\0");
const FLAG_FROM_SERVER = 1;
const TAIL_BYTES = FILTER_BYTES + SIGNATURE_BYTES;
/** No body is shorter than `[OK]`. */
const DATAGRAM_BYTES_MIN = HEADER_BYTES + 4 + TAIL_BYTES;

const ZERO_16 = new Uint8Array(16);
const ZERO_8 = new Uint8Array(8);

/** `prev` of a first message, `machine` of a broadcast. */
export function zero16(): Uint8Array {
  return ZERO_16;
}

/** `session` where there is none. */
export function zero8(): Uint8Array {
  return ZERO_8;
}

/**
 * The whole datagram, with its filter tag and signature.
 *
 * @throws {RangeError} when the body is over the limit: our own mistake.
 */
export function encodeDatagram(
  header: Header,
  body: Uint8Array,
  keys: { readonly filterKey: Uint8Array; readonly signer: KeyPair },
): Uint8Array {
  if (body.length > BODY_BYTES_MAX) {
    throw new RangeError(`Cannot send a body of ${body.length} bytes`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + body.length + TAIL_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  bytes[4] = SUITE;
  bytes[5] = header.fromServer ? FLAG_FROM_SERVER : 0;
  bytes[6] = header.step;
  bytes.set(header.fleet, 8);
  bytes.set(header.machine, 16);
  bytes.set(header.conversation, 32);
  bytes.set(header.prev, 48);
  bytes.set(header.session, 64);
  view.setUint32(72, header.counter);
  view.setUint16(76, body.length);
  bytes.set(body, HEADER_BYTES);
  const filterAt = bytes.length - TAIL_BYTES;
  bytes.set(filterTag(bytes.subarray(0, filterAt), keys.filterKey), filterAt);
  const signatureAt = bytes.length - SIGNATURE_BYTES;
  bytes.set(
    keys.signer.sign(concat(SIGNED, bytes.subarray(0, signatureAt))),
    signatureAt,
  );
  return bytes;
}

/** The parts of a datagram, or what is wrong with its form (D-01 to D-07). */
export function readFrame(bytes: Uint8Array): Frame | FrameFault {
  if (bytes.length < DATAGRAM_BYTES_MIN) return "short";
  if (bytes.length > DATAGRAM_BYTES_MAX) return "too long";
  if (!startsWith(bytes, MAGIC)) return "magic";
  if (bytes[4] !== SUITE) return "suite";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint8(5);
  const step = view.getUint8(6);
  if ((flags & ~FLAG_FROM_SERVER) !== 0 || step > STEP_MAX) return "reserved";
  if (bytes[7] !== 0 || view.getUint16(78) !== 0) return "reserved";
  const bodyBytes = view.getUint16(76);
  if (bodyBytes > BODY_BYTES_MAX) return "length";
  if (bytes.length !== HEADER_BYTES + bodyBytes + TAIL_BYTES) return "length";
  return {
    header: {
      fromServer: flags === FLAG_FROM_SERVER,
      step,
      fleet: bytes.subarray(8, 16),
      machine: bytes.subarray(16, 32),
      conversation: bytes.subarray(32, 48),
      prev: bytes.subarray(48, 64),
      session: bytes.subarray(64, 72),
      counter: view.getUint32(72),
    },
    body: bytes.subarray(HEADER_BYTES, HEADER_BYTES + bodyBytes),
    bytes,
  };
}

/** True when whoever made the datagram holds the fleet's filter key. */
export function filterHolds(frame: Frame, filterKey: Uint8Array): boolean {
  const filterAt = frame.bytes.length - TAIL_BYTES;
  return equalBytes(
    frame.bytes.subarray(filterAt, filterAt + FILTER_BYTES),
    filterTag(frame.bytes.subarray(0, filterAt), filterKey),
  );
}

/** True when the holder of `publicKey` signed the datagram. */
export function signatureHolds(frame: Frame, publicKey: Uint8Array): boolean {
  const signatureAt = frame.bytes.length - SIGNATURE_BYTES;
  return verify(
    publicKey,
    concat(SIGNED, frame.bytes.subarray(0, signatureAt)),
    frame.bytes.subarray(signatureAt),
  );
}

function filterTag(bytes: Uint8Array, filterKey: Uint8Array): Uint8Array {
  const tag = createHmac("sha256", filterKey).update(bytes).digest();
  return tag.subarray(0, FILTER_BYTES);
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, position) => bytes[position] === byte);
}
