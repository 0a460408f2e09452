/**
 * The magic packet that wakes a sleeping computer: six bytes of 255, then its
 * MAC address sixteen times. Its network card waits for it while all else is
 * off. Pure.
 *
 * @module
 */

/** The UDP port by custom; a card looks at the bytes alone. */
export const WAKE_PORT = 9;

const BEGIN_BYTES = 6;
const MAC_BYTES = 6;
const TIMES = 16;

/** The packet for `aa:bb:cc:dd:ee:ff`; null when that is no MAC address. */
export function magicPacket(mac: string): Uint8Array | null {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(mac)) return null;
  const address = mac.split(":").map((hex) => parseInt(hex, 16));
  const packet = new Uint8Array(BEGIN_BYTES + TIMES * MAC_BYTES).fill(255);
  for (let at = 0; at < TIMES; at++) {
    packet.set(address, BEGIN_BYTES + at * MAC_BYTES);
  }
  return packet;
}
