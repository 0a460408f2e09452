/**
 * The hostile machine wants nothing but that others get nothing: as many
 * frames as the cable takes, each as dear to its receiver as the attacker's
 * keys allow.
 *
 * @module
 */

import { type Header, readFrame } from "../../lib/sep/datagram.ts";
import { concat, sha256, utf8 } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import { type End, synFrame, udpFrame } from "./frames.ts";
import {
  anyKey,
  type Guise,
  pause,
  random,
  readGuise,
  say,
  SEP,
  SIP,
  type Stage,
  type Term,
} from "./hostile_stage.ts";
import { PacketSocket } from "./packet_socket.ts";

export const FLOODS = {
  junk: "random bytes from everywhere",
  "junk of machines": "well-formed junk from the addresses of honest ends",
  "new machines": "calls of machines that nobody knows, each with its own key",
  "absent machines": "the same, from addresses where nobody is",
  identifie: "introductions with a wrong proof, each in a conversation",
  victim: "calls from the address of a third party",
  "half-open": "the beginnings of connections, and connections that are silent",
} as const;

export type Flood = keyof typeof FLOODS;

export interface FloodStage extends Stage {
  readonly flood: Flood;
  /** At most so many a second; null: as many as go. */
  readonly perSecond: number | null;
  /** Datagrams prepared, and said again and again. */
  readonly different: number;
  readonly victim: End;
}

export interface FloodReport {
  readonly sent: number;
  readonly perSecond: number;
}

/** Frames between two looks at the clock. */
const BURST = 64;
const BREATHE_EVERY_MS = 50;
const SILENT_CONNECTIONS = 300;
const EPHEMERAL = 49_152;

export async function attackFlood(
  stage: FloodStage,
  term: Term,
): Promise<FloodReport> {
  if (stage.flood === "identifie") return await introduce(stage, term);
  const frames = prepare(stage);
  const held = stage.flood === "half-open" ? await holdOpen(stage) : [];
  const raw = new PacketSocket("eth0", { hears: false });
  term.begin();
  const begunMs = performance.now();
  let sent = 0;
  let at = 0;
  let breatheAtMs = begunMs;
  while (term.isOn) {
    const nowMs = performance.now();
    if (nowMs >= breatheAtMs) {
      // Else nobody could tell us to end.
      await pause(0);
      breatheAtMs = nowMs + BREATHE_EVERY_MS;
    }
    const due = stage.perSecond === null
      ? Infinity
      : (nowMs - begunMs) / 1_000 * stage.perSecond;
    if (sent >= due) {
      await pause(1);
      continue;
    }
    for (let n = 0; n < BURST && sent < due; n++) {
      const frame = frames[at++ % frames.length];
      if (frame !== undefined && raw.send(frame)) sent++;
    }
  }
  for (const connection of held) connection.close();
  return reportOf(sent, begunMs);
}

function prepare(stage: FloodStage): Uint8Array<ArrayBuffer>[] {
  const { me, server, machines, victim } = stage;
  const guises = stage.guises.map(readGuise);
  const all: Uint8Array<ArrayBuffer>[] = [];
  const add = (from: End, to: End, payload: Uint8Array) =>
    all.push(
      udpFrame({ ip: from.ip, mac: me.mac, port: SEP }, {
        ...to,
        port: SEP,
      }, payload),
    );
  for (let n = 0; n < stage.different; n++) {
    const machine = machines[n % machines.length] ?? me;
    const guise = guises[n % Math.max(1, guises.length)];
    switch (stage.flood) {
      case "junk":
        add(n % 4 === 0 ? me : elsewhere(n, me), server, random(200));
        break;
      case "junk of machines":
        if (guise === undefined) break;
        add(machine, server, wellFormed(guise, false));
        add(server, machine, wellFormed(guise, true));
        break;
      case "new machines":
        if (guise !== undefined) add(me, server, call(guise));
        break;
      case "absent machines":
        if (guise !== undefined) add(elsewhere(n, me), server, call(guise));
        break;
      case "victim":
        add(victim, server, guise === undefined ? random(200) : call(guise));
        break;
      case "half-open": {
        const from = { ...elsewhere(n, me), port: EPHEMERAL + n % 10_000 };
        all.push(synFrame(from, { ...server, port: SIP }, n));
        break;
      }
      case "identifie":
        break;
    }
  }
  return all;
}

/** An address of the same network that nobody has. */
function elsewhere(n: number, { ip, mac }: End): End {
  return { mac, ip: ip.replace(/\d+$/, String(120 + n % 120)) };
}

/** Right in its form and fleet, so that it meets the filter. */
function wellFormed({ fleet }: Guise, fromServer: boolean): Uint8Array {
  const bytes = concat(utf8("SeP1"), random(192));
  const view = new DataView(bytes.buffer);
  bytes.set(fleet, 8);
  bytes.set([1, fromServer ? 1 : 0, 0, 0], 4);
  view.setUint16(76, bytes.length - 80 - 72);
  view.setUint16(78, 0);
  return bytes;
}

function call(guise: Guise): Uint8Array {
  const signer = anyKey();
  const { publicKey: key } = signer;
  return say({ ...guise, signer }, {
    as: "machine",
    says: { word: "ping", args: { key, serial: 0n } },
  }, { machine: machineOf(key) });
}

/** Each key calls, hears the [echo], and introduces itself with a lie. */
async function introduce(
  stage: FloodStage,
  term: Term,
): Promise<FloodReport> {
  const guise = stage.guises.map(readGuise)[0];
  if (guise === undefined) throw new Error("Introductions need a guise");
  const socket = Deno.listenDatagram({
    hostname: "0.0.0.0",
    port: SEP,
    transport: "udp",
  });
  const to: Deno.NetAddr = {
    transport: "udp",
    hostname: stage.server.ip,
    port: SEP,
  };
  const known = new Map<string, Guise>();
  let sent = 0;
  const ears = (async () => {
    for await (const [bytes] of socket) {
      const echo = readFrame(bytes);
      if (typeof echo === "string" || echo.header.step !== 1) continue;
      const own = known.get(echo.header.machine.toHex());
      if (own === undefined) continue;
      const header: Partial<Header> = {
        machine: echo.header.machine.slice(),
        conversation: echo.header.conversation.slice(),
        prev: sha256(bytes).subarray(0, 16),
        step: 2,
      };
      await socket.send(
        say(own, { as: "machine", says: lie() }, header),
        to,
      );
      sent++;
    }
  })();
  term.begin();
  const begunMs = performance.now();
  let called = 0;
  while (term.isOn) {
    const due = (performance.now() - begunMs) / 1_000 *
      (stage.perSecond ?? Infinity);
    for (let n = 0; n < BURST && called < due; n++, called++) {
      const signer = anyKey();
      const { publicKey: key } = signer;
      const machine = machineOf(key);
      known.set(machine.toHex(), { ...guise, signer });
      const says = { word: "ping", args: { key, serial: 0n } } as const;
      const bytes = say({ ...guise, signer }, { as: "machine", says }, {
        machine,
      });
      await socket.send(bytes, to);
    }
    await pause(1);
  }
  await pause(200);
  socket.close();
  await ears;
  return reportOf(sent, begunMs);
}

function lie() {
  return {
    word: "identifie",
    args: {
      macs: [],
      hostName: "hostile",
      system: "linux",
      architecture: "x86_64",
      agentVersion: "6.6.6",
      epoch: 0n,
      enrolment: random(6),
      proof: random(16),
      vouch: null,
    },
  } as const;
}

async function holdOpen({ server: { ip } }: Stage): Promise<Deno.Conn[]> {
  const all: Deno.Conn[] = [];
  for (let n = 0; n < SILENT_CONNECTIONS; n++) {
    all.push(await Deno.connect({ hostname: ip, port: SIP }));
  }
  return all;
}

function reportOf(sent: number, begunMs: number): FloodReport {
  const seconds = (performance.now() - begunMs) / 1_000;
  return { sent, perSecond: Math.round(sent / seconds) };
}
