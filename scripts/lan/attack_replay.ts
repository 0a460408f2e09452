/**
 * The hostile machine says again what others have said: every datagram of a
 * recording, one by one and all in their order, as if it came from whoever
 * said it, and from itself.
 *
 * @module
 */

import { type End, EVERYBODY, udpFrame, udpOf } from "./frames.ts";
import { pause, SEP, type Stage, type Term } from "./hostile_stage.ts";
import { PacketSocket } from "./packet_socket.ts";
import { framesOf } from "./pcap.ts";

/** Between two datagrams, so that no receiver has too many at once. */
const GAP_MS = 1;

export interface ReplayStage extends Stage {
  /** The recording. */
  readonly capture: string;
}

export interface ReplayReport {
  /** Different datagrams of the recording. */
  readonly recorded: number;
  readonly sent: number;
}

export async function attackReplay(
  stage: ReplayStage,
  term: Term,
): Promise<ReplayReport> {
  const raw = new PacketSocket("eth0", { hears: false });
  const seen = new Set<string>();
  const all = (await framesOf(stage.capture)).flatMap((frame) => {
    const udp = udpOf(frame);
    if (udp === null || udp.to.port !== SEP) return [];
    // A bridge may show one frame at two ports.
    const key = `${udp.from.ip} ${udp.to.ip} ${udp.payload.toHex()}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [udp];
  });
  term.begin();
  let sent = 0;
  const speak = async (own: boolean) => {
    for (const { from, to, payload } of all) {
      const voice: End = own ? stage.me : { ip: from.ip, mac: stage.me.mac };
      const ear = to.ip === stage.broadcast ? { ...to, mac: EVERYBODY } : to;
      if (raw.send(udpFrame({ ...voice, port: SEP }, ear, payload))) sent++;
      await pause(GAP_MS);
    }
  };
  await speak(false);
  await speak(true);
  // And backwards, each for itself.
  all.reverse();
  await speak(false);
  return { recorded: all.length, sent };
}
