/**
 * Frames: a length in four bytes, most significant first, and that many bytes.
 * Requests, answers and statements travel in them; the bytes of a file do not,
 * their number is known from the answer.
 *
 * The length is judged before a single byte is allocated for it (S-08): zero
 * and anything above the limit of that place in the exchange is a fault, and
 * nothing after it is read.
 *
 * @module
 */

import { concat } from "../trust/bytes.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";
import type { Fill } from "./fill.ts";

/** Bytes of the length in front of every frame. */
export const FRAME_PREFIX_BYTES = 4;

/** Why there is no frame: the stream ended inside it, or its length is bad. */
export type FrameFault = "cut" | "length";

/**
 * The bytes as a frame.
 *
 * @throws {RangeError} when they are none, or more than `bytesMax`.
 */
export function encodeFrame(
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length < 1 || bytes.length > bytesMax) {
    throw new RangeError(
      `Cannot write a frame of ${bytes.length} bytes: 1 to ${bytesMax} may be`,
    );
  }
  const prefix = new Uint8Array(FRAME_PREFIX_BYTES);
  new DataView(prefix.buffer).setUint32(0, bytes.length);
  return concat(prefix, bytes);
}

/** The length that a prefix announces, or null when it is not lawful. */
export function frameLength(
  prefix: Uint8Array,
  bytesMax: number,
): number | null {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  const length = view.getUint32(0);
  return length >= 1 && length <= bytesMax ? length : null;
}

/** Reads one frame, and not a byte more. */
export async function readFrame(
  fill: Fill,
  bytesMax: number,
): Promise<Outcome<Uint8Array<ArrayBuffer>, FrameFault>> {
  const prefix = new Uint8Array(FRAME_PREFIX_BYTES);
  if (await fill(prefix) < prefix.length) return fault("cut");
  const length = frameLength(prefix, bytesMax);
  if (length === null) return fault("length");
  const bytes = new Uint8Array(length);
  return await fill(bytes) < length ? fault("cut") : ok(bytes);
}
