/**
 * Which 32 bytes must never be taken for an Ed25519 public key (D-13), by
 * their spelling alone: RFC 8032 section 5.1.2 and 5.1.3.
 *
 * A key of small order has no private half, yet signatures that fit any
 * message are easy to write for it, and the libraries verify them. A key with
 * a second spelling is one private half with two identities. Both are told
 * from the bytes; whether the rest is a point of the curve is for `keys.ts`.
 *
 * Keys are public, so nothing here needs to take constant time.
 *
 * @module
 */

const KEY_BYTES = 32;
/** The highest bit of the last byte: the sign of x. The rest is y. */
const Y_MASK = 0x7f;

/**
 * The y coordinates of the eight points whose order divides 8, little-endian.
 * Refused with either sign bit, they cover all canonical spellings of those
 * points and the two with a sign where x is zero. The spellings with y = p and
 * y = p + 1 fall to the other rule: y is not below p. The tests derive this
 * list from the curve's equation.
 */
const SMALL_ORDER_Y = [
  // y = 0: two points of order 4.
  "0000000000000000000000000000000000000000000000000000000000000000",
  // y = 1: the neutral point.
  "0100000000000000000000000000000000000000000000000000000000000000",
  // y = -1: the point of order 2.
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // The four points of order 8 share these two.
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map((hex) => Uint8Array.fromHex(hex));

/**
 * True when the bytes are 32, spell a y coordinate below p = 2^255 - 19, and
 * are not one of the points of small order.
 */
export function isCanonicalAndLarge(publicKey: Uint8Array): boolean {
  return publicKey.length === KEY_BYTES &&
    isBelowP(publicKey) &&
    !SMALL_ORDER_Y.some((y) => hasY(publicKey, y));
}

function isBelowP(publicKey: Uint8Array): boolean {
  if ((byteAt(publicKey, 31) & Y_MASK) !== 0x7f) return true;
  for (let index = 30; index > 0; index--) {
    if (byteAt(publicKey, index) !== 0xff) return true;
  }
  return byteAt(publicKey, 0) < 0xed;
}

function hasY(publicKey: Uint8Array, y: Uint8Array): boolean {
  for (let index = 0; index < 31; index++) {
    if (publicKey[index] !== y[index]) return false;
  }
  return (byteAt(publicKey, 31) & Y_MASK) === y[31];
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
