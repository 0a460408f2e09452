/**
 * The hostile machine puts itself between the server and a machine by ARP, and
 * does to what passes whatever it likes: lets it go, drops it, alters it. The
 * kernel of its namespace forwards what is left alone; datagrams of SeP are
 * forwarded here, connections of SiP end here and are begun anew.
 *
 * @module
 */

import { arpFrame, type End, udpFrame, udpOf, type UdpSeen } from "./frames.ts";
import { pause, SEP, SIP, type Stage, type Term } from "./hostile_stage.ts";
import { PacketSocket } from "./packet_socket.ts";

/** Where the kernel sends connections to the server's port of files. */
export const TRAP = 36_150;
const ARP_EVERY_MS = 200;
/** So many connections are tampered with; the next are left alone. */
const TAMPERED = 2;

/** What it does to what passes. */
export type Deed =
  | "forward"
  | "drop"
  /** One bit of every datagram. */
  | "alter datagrams"
  /** One bit of the bytes of the first connections. */
  | "alter bytes"
  /** The first connections are cut after some bytes. */
  | "cut"
  /** Every connection gets another server's certificate. */
  | "own certificate";

export interface BetweenStage extends Stage {
  readonly deed: Deed;
  /** Bytes from the server that pass before the deed. */
  readonly after: number;
  /** A certificate and its key, for a server of its own. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface BetweenReport {
  /** Datagrams that went through its hands. */
  readonly passed: number;
  /** Connections that ended here. */
  readonly trapped: number;
  /** Bytes of the machines' own that its own TLS server could read. */
  readonly read: number;
}

export async function attackBetween(
  stage: BetweenStage,
  term: Term,
): Promise<BetweenReport> {
  const raw = new PacketSocket("eth0", { hears: true });
  const report = { passed: 0, trapped: 0, read: 0 };
  const trap = stage.deed === "own certificate"
    ? Deno.listenTls({
      port: TRAP,
      cert: stage.certificate,
      key: stage.privateKey,
    })
    : Deno.listen({ port: TRAP });
  const datagrams = passDatagrams(raw, stage, report);
  const connections = passConnections(trap, stage, report);
  term.begin();
  while (term.isOn) {
    spoof(raw, stage);
    await pause(ARP_EVERY_MS);
  }
  trap.close();
  raw.close();
  await Promise.all([datagrams, connections]);
  return report;
}

function spoof(raw: PacketSocket, { me, server, machines }: Stage): void {
  for (const machine of machines) {
    raw.send(arpFrame({ ip: server.ip, mac: me.mac }, machine));
    raw.send(arpFrame({ ip: machine.ip, mac: me.mac }, server));
  }
}

async function passDatagrams(
  raw: PacketSocket,
  stage: BetweenStage,
  report: { passed: number },
): Promise<void> {
  const ends = new Map<string, End>();
  for (const end of [stage.server, ...stage.machines]) ends.set(end.ip, end);
  for await (const frame of raw.receive()) {
    const udp = udpOf(frame);
    if (udp === null || udp.to.port !== SEP) continue;
    // Ours by the envelope, another's by the letter.
    const isTaken = udp.to.mac === stage.me.mac && udp.to.ip !== stage.me.ip;
    const to = ends.get(udp.to.ip);
    if (!isTaken || to === undefined) continue;
    report.passed++;
    const payload = passed(udp, stage.deed);
    if (payload === null) continue;
    const from = { ...udp.from, mac: stage.me.mac };
    raw.send(udpFrame(from, { ...to, port: SEP }, payload));
  }
}

function passed({ payload }: UdpSeen, deed: Deed): Uint8Array | null {
  if (deed === "drop") return null;
  if (deed !== "alter datagrams") return payload;
  const bit = Math.floor(Math.random() * payload.length * 8);
  payload[bit >> 3] = (payload[bit >> 3] ?? 0) ^ 1 << (bit & 7);
  return payload;
}

async function passConnections(
  trap: Deno.Listener,
  stage: BetweenStage,
  report: { trapped: number; read: number },
): Promise<void> {
  for (;;) {
    let caught: Deno.Conn;
    try {
      caught = await trap.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
      // A handshake that the machine has refused.
      report.trapped++;
      continue;
    }
    report.trapped++;
    const number = report.trapped;
    void passOne(caught, number, { stage, report }).catch(() => {});
  }
}

async function passOne(
  machine: Deno.Conn,
  number: number,
  { stage: { deed, after, server }, report }: {
    readonly stage: BetweenStage;
    readonly report: { read: number };
  },
): Promise<void> {
  if (deed === "own certificate") {
    const buffer = new Uint8Array(4_096);
    const greeting = new TextEncoder().encode("SiP1");
    try {
      await machine.write(greeting);
      await machine.write(new Uint8Array(32));
      report.read += await machine.read(buffer) ?? 0;
    } finally {
      machine.close();
    }
    return;
  }
  if (deed === "drop") return; // Taken, and never answered.
  const hostname = server.ip;
  const away = await Deno.connect({ hostname, port: SIP });
  const up = machine.readable.pipeTo(away.writable).catch(() => {});
  const down = away.readable
    .pipeThrough(tampering(number > TAMPERED ? "forward" : deed, after))
    .pipeTo(machine.writable).catch(() => {});
  await Promise.all([up, down]);
}

/** Alters one bit, or ends, once so many bytes have passed. */
function tampering(deed: Deed, after: number) {
  let bytes = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, stream) {
      const at = after - bytes;
      bytes += chunk.length;
      const isHere = at >= 0 && at < chunk.length;
      if (isHere && deed === "alter bytes") chunk[at] = (chunk[at] ?? 0) ^ 1;
      if (isHere && deed === "cut") {
        stream.enqueue(chunk.slice(0, at));
        stream.error(new Error("Cut"));
        return;
      }
      stream.enqueue(chunk);
    },
  });
}
