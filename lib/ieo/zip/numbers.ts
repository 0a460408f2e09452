/**
 * The numbers of a zip, the lowest byte first (APPNOTE.TXT 4.4.1.2), at an
 * offset that the caller knows to be inside.
 *
 * @module
 */

/** A 16-bit number. */
export function u16(bytes: Uint8Array, at: number): number {
  return byte(bytes, at) + byte(bytes, at + 1) * 0x100;
}

/** A 32-bit number, never negative. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) + u16(bytes, at + 2) * 0x1_0000;
}

/**
 * A 64-bit number. Infinity where it is not exact as ours: no file is so long,
 * so whatever it is compared with, it does not fit, and it never wraps (Z-19).
 */
export function u64(bytes: Uint8Array, at: number): number {
  const value = u32(bytes, at) + u32(bytes, at + 4) * 0x1_0000_0000;
  return Number.isSafeInteger(value) ? value : Infinity;
}

/** Is this 32-bit number there? */
export function isAt(bytes: Uint8Array, at: number, value: number): boolean {
  return at + 4 <= bytes.length && u32(bytes, at) === value;
}

function byte(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new RangeError(`No byte at ${at}`);
  return value;
}
