/**
 * The hostile machine says that it is the server: it pings, answers the pings
 * of machines that call for a server, orders installs and removals, and waits
 * for anybody to come for a file.
 *
 * @module
 */

import { readFrame } from "../../lib/sep/datagram.ts";
import type { MessageFrom } from "../../lib/sep/words.ts";
import { fromHex, sha256 } from "../../lib/trust/bytes.ts";
import {
  type Guise,
  type KnownMachine,
  pause,
  random,
  readGuise,
  say,
  SEP,
  SIP,
  type Stage,
  type Term,
  Voice,
} from "./hostile_stage.ts";
import { PacketSocket } from "./packet_socket.ts";

const ROUND_MS = 250;
/** Above every epoch of the true server, and one that it could go on from. */
const EPOCH = 1_000_000n;

/** What came of it. */
export interface AsServerReport {
  /** Datagrams that went out. */
  readonly sent: number;
  /** Datagrams that came back to its own address. */
  readonly answers: number;
  /** Connections to its port of files. */
  readonly visits: number;
}

export async function attackAsServer(
  stage: Stage,
  term: Term,
): Promise<AsServerReport> {
  const voice = new Voice(new PacketSocket("eth0", { hears: false }), stage);
  const guises = stage.guises.map(readGuise);
  const socket = Deno.listenDatagram({
    hostname: "0.0.0.0",
    port: SEP,
    transport: "udp",
  });
  const door = Deno.listen({ hostname: "0.0.0.0", port: SIP });
  let answers = 0;
  let visits = 0;
  const ears = (async () => {
    for await (const [bytes] of socket) {
      const call = readFrame(bytes);
      if (typeof call === "string") continue;
      const isCall = call.header.step === 0 && !call.header.fromServer;
      if (!isCall) {
        if (!call.header.fromServer) answers++;
        continue;
      }
      for (const guise of guises) answerCall(guise, bytes, { stage, voice });
    }
  })();
  const doors = (async () => {
    for await (const visitor of door) {
      visits++;
      visitor.close();
    }
  })();
  term.begin();
  for (let round = 1; term.isOn; round++) {
    for (const guise of guises) command(guise, round, { stage, voice });
    await pause(ROUND_MS);
  }
  socket.close();
  door.close();
  await Promise.all([ears, doors]);
  return { sent: voice.sent, answers, visits };
}

interface Scene {
  readonly stage: Stage;
  readonly voice: Voice;
}

function command(guise: Guise, round: number, { stage, voice }: Scene): void {
  voice.toAll(
    say(guise, { as: "server", says: ping(guise, round, stage) }, {}),
    stage.server,
  );
  for (const machine of stage.machines) {
    const words: MessageFrom<"server">[] = [
      ping(guise, round, stage),
      install(round),
      {
        word: "suppression",
        args: { order: order(round), attempt: 1, name: "editor", version: "*" },
      },
      {
        word: "possede",
        args: { name: "editor", version: "1.0", only: null },
      },
      { word: "dliste", args: { held: null, libraries: null } },
    ];
    for (const says of words) {
      const bytes = say(guise, { as: "server", says }, {
        machine: idOf(machine),
        session: says.word === "ping" ? new Uint8Array(8) : random(8),
        counter: says.word === "ping" ? 0 : 1_000 + round,
      });
      voice.both(bytes, stage.server, machine);
    }
  }
}

/** Every word that could follow a machine's call, in its own conversation. */
function answerCall(
  guise: Guise,
  call: Uint8Array,
  { stage, voice }: Scene,
): void {
  const read = readFrame(call);
  if (typeof read === "string") return;
  const machine = stage.machines.find((one) =>
    idOf(one).every((byte, at) => byte === read.header.machine[at])
  );
  // A machine that is new here: everybody hears what is for it.
  const to = machine ?? { ip: stage.broadcast, mac: "ff:ff:ff:ff:ff:ff" };
  const here = {
    machine: read.header.machine.slice(),
    conversation: read.header.conversation.slice(),
    prev: sha256(call).subarray(0, 16),
  };
  const { delegation } = guise;
  const words: MessageFrom<"server">[] = [
    { word: "echo", args: { nonce: random(16), delegation } },
    { word: "OK", args: { list: null } },
    {
      word: "identifiant",
      args: {
        machine: here.machine,
        verdict: "accepte",
        certificate: random(400),
        sip: { hostname: stage.me.ip, port: SIP },
        reason: null,
      },
    },
  ];
  for (const says of words) {
    const bytes = say(guise, { as: "server", says }, { ...here, step: 1 });
    voice.both(bytes, stage.server, to);
  }
}

function ping(
  { delegation }: Guise,
  round: number,
  { me }: Stage,
): MessageFrom<"server"> {
  return {
    word: "ping",
    args: {
      epoch: EPOCH,
      count: round,
      windowMs: 0,
      sep: { hostname: me.ip, port: SEP },
      sip: { hostname: me.ip, port: SIP },
      publishers: 99,
      delegation,
    },
  };
}

function install(round: number): MessageFrom<"server"> {
  return {
    word: "install",
    args: {
      order: order(round),
      attempt: 1,
      name: "evil",
      version: "6.6.6",
      sha256: random(32),
      size: 1_000,
      how: null,
    },
  };
}

function order(round: number): bigint {
  return 1_000n + BigInt(round);
}

function idOf({ id }: KnownMachine): Uint8Array {
  return fromHex(id) ?? new Uint8Array(16);
}
