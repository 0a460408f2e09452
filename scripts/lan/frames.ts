/**
 * Ethernet frames by hand: what a machine can put on a cable when nobody
 * checks what it says of itself. Pure.
 *
 * @module
 */

/** One end of a frame, as it is claimed. */
export interface End {
  readonly mac: string;
  readonly ip: string;
}

/** An end with a port. */
export interface PortEnd extends End {
  readonly port: number;
}

/** A UDP datagram as it was on the cable. */
export interface UdpSeen {
  readonly from: PortEnd;
  readonly to: PortEnd;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Everybody's MAC address. */
export const EVERYBODY = "ff:ff:ff:ff:ff:ff";

const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const UDP_BYTES = 8;
const TCP_BYTES = 20;
const TYPE_IP = 0x0800;
const TYPE_ARP = 0x0806;
const UDP = 17;
const TCP = 6;
const SYN = 2;

/** A UDP datagram from wherever it claims. */
export function udpFrame(
  from: PortEnd,
  to: PortEnd,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const segment = new Uint8Array(UDP_BYTES + payload.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, segment.length);
  segment.set(payload, UDP_BYTES);
  return ipFrame(from, to, { protocol: UDP, segment, sumAt: 6 });
}

/** The first segment of a TCP connection that will not go on. */
export function synFrame(
  from: PortEnd,
  to: PortEnd,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const segment = new Uint8Array(TCP_BYTES);
  const view = new DataView(segment.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, sequence);
  view.setUint8(12, TCP_BYTES / 4 << 4);
  view.setUint8(13, SYN);
  view.setUint16(14, 64_240);
  return ipFrame(from, to, { protocol: TCP, segment, sumAt: 16 });
}

/** An ARP answer that nobody asked for: "`says.ip` is at `says.mac`". */
export function arpFrame(says: End, to: End): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ETHERNET_BYTES + 28);
  const view = ethernet(bytes, says.mac, to.mac, TYPE_ARP);
  view.setUint16(14, 1);
  view.setUint16(16, TYPE_IP);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, 2);
  bytes.set(macBytes(says.mac), 22);
  bytes.set(ipBytes(says.ip), 28);
  bytes.set(macBytes(to.mac), 32);
  bytes.set(ipBytes(to.ip), 38);
  return bytes;
}

/** The UDP datagram of a frame; null when it is none, or a fragment of one. */
export function udpOf(frame: Uint8Array<ArrayBuffer>): UdpSeen | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < ETHERNET_BYTES + IP_BYTES + UDP_BYTES) return null;
  if (view.getUint16(12) !== TYPE_IP || view.getUint8(23) !== UDP) return null;
  if ((view.getUint16(20) & 0x3fff) !== 0) return null;
  const at = ETHERNET_BYTES + (view.getUint8(14) & 0x0f) * 4;
  const end = (mac: number, ip: number, port: number): PortEnd => ({
    mac: showMac(frame.subarray(mac, mac + 6)),
    ip: frame.subarray(ip, ip + 4).join("."),
    port: view.getUint16(port),
  });
  return {
    from: end(6, 26, at),
    to: end(0, 30, at + 2),
    payload: frame.slice(at + UDP_BYTES, at + view.getUint16(at + 4)),
  };
}

function ipFrame(
  from: End,
  to: End,
  { protocol, segment, sumAt }: {
    readonly protocol: number;
    readonly segment: Uint8Array;
    readonly sumAt: number;
  },
): Uint8Array<ArrayBuffer> {
  const segmentAt = ETHERNET_BYTES + IP_BYTES;
  const bytes = new Uint8Array(segmentAt + segment.length);
  const view = ethernet(bytes, from.mac, to.mac, TYPE_IP);
  view.setUint8(14, 0x45);
  view.setUint16(16, IP_BYTES + segment.length);
  view.setUint8(22, 64);
  view.setUint8(23, protocol);
  bytes.set(ipBytes(from.ip), 26);
  bytes.set(ipBytes(to.ip), 30);
  view.setUint16(24, checksum([bytes.subarray(ETHERNET_BYTES, segmentAt)]));
  bytes.set(segment, segmentAt);
  const pseudo = new Uint8Array(12);
  pseudo.set(bytes.subarray(26, 34));
  pseudo[9] = protocol;
  new DataView(pseudo.buffer).setUint16(10, segment.length);
  const sum = checksum([pseudo, bytes.subarray(segmentAt)]);
  view.setUint16(segmentAt + sumAt, sum === 0 ? 0xffff : sum);
  return bytes;
}

function ethernet(
  bytes: Uint8Array<ArrayBuffer>,
  from: string,
  to: string,
  type: number,
): DataView {
  bytes.set(macBytes(to), 0);
  bytes.set(macBytes(from), 6);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, type);
  return view;
}

/** RFC 1071; every part but the last has an even length. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      sum += (part[at] ?? 0) << 8 | (part[at + 1] ?? 0);
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function macBytes(mac: string): number[] {
  return mac.split(":").map((part) => parseInt(part, 16));
}

function ipBytes(ip: string): number[] {
  return ip.split(".").map(Number);
}

function showMac(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
