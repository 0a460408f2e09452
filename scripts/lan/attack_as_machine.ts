/**
 * The hostile machine says that it is a machine of the fleet: with its own key
 * under another's name, and as a machine that was thrown out and will not have
 * it. On SeP it calls, offers lists, reports results; on SiP it asks for the
 * package of this hash, in its own name and in others'.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import type { MessageFrom } from "../../lib/sep/words.ts";
import { SipClient } from "../../lib/sip/client.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { fromBase64Url, fromHex, sha256 } from "../../lib/trust/bytes.ts";
import { machineOf } from "../../lib/trust/keys.ts";
import {
  type Guise,
  pause,
  random,
  readGuise,
  say,
  SIP,
  type Stage,
  type Term,
  Voice,
} from "./hostile_stage.ts";
import { PacketSocket } from "./packet_socket.ts";

const ROUND_MS = 250;
/** Orders whose end it claims: those that there are, among others. */
const ORDERS = 30;

export interface AsMachineStage extends Stage {
  /** The server's certificate, which every machine is told. */
  readonly certificate: string;
  /** The package that it wants, in hexadecimal. */
  readonly wanted: string;
  readonly size: number;
}

export interface AsMachineReport {
  readonly sent: number;
  /** Requests for the package on SiP... */
  readonly asked: number;
  /** ... and those that got it. */
  readonly fetched: number;
}

export async function attackAsMachine(
  stage: AsMachineStage,
  term: Term,
): Promise<AsMachineReport> {
  const voice = new Voice(new PacketSocket("eth0", { hears: false }), stage);
  const guises = stage.guises.map(readGuise);
  let asked = 0;
  let fetched = 0;
  term.begin();
  for (let round = 1; term.isOn; round++) {
    for (const guise of guises) speak(guise, round, { stage, voice });
    if (round === 1) {
      for (const guise of guises) {
        const own = machineOf(guise.signer.publicKey);
        const others = stage.machines.map(({ id }) => fromHex(id) ?? own);
        for (const machine of [own, ...others]) {
          asked++;
          if (await fetches(guise, machine, stage)) fetched++;
        }
      }
    }
    await pause(ROUND_MS);
  }
  return { sent: voice.sent, asked, fetched };
}

function speak(
  guise: Guise,
  round: number,
  { stage, voice }: { readonly stage: Stage; readonly voice: Voice },
): void {
  const { signer } = guise;
  const own = { ...stage.me, id: null, key: signer.publicKey };
  const others = stage.machines.map((one) => ({
    ...one,
    key: fromBase64Url(one.key) ?? signer.publicKey,
  }));
  const proof = random(16);
  for (const one of [own, ...others]) {
    const machine = one.id === null
      ? machineOf(signer.publicKey)
      : fromHex(one.id) ?? random(16);
    const words: MessageFrom<"machine">[] = [
      { word: "ping", args: { key: one.key, serial: 1n } },
      { word: "ping", args: { key: signer.publicKey, serial: 1n } },
      { word: "echo", args: { key: one.key, nonce: random(16) } },
      { word: "vliste", args: { list: random(32) } },
      { word: "oui", args: {} },
      identifie(proof),
      ...results(round),
    ];
    for (const says of words) {
      const bytes = say(guise, { as: "machine", says }, {
        machine,
        step: says.word === "ping" || says.word === "vliste" ? 0 : 1,
        session: says.word === "ping" ? new Uint8Array(8) : random(8),
        counter: says.word === "ping" ? 0 : round,
      });
      voice.both(bytes, one, stage.server);
    }
  }
}

function identifie(proof: Uint8Array): MessageFrom<"machine"> {
  return {
    word: "identifie",
    args: {
      macs: ["02:66:66:66:66:66"],
      hostName: "hostile",
      system: "linux",
      architecture: "x86_64",
      agentVersion: "6.6.6",
      epoch: 2n ** 60n,
      enrolment: random(6),
      proof,
      vouch: null,
    },
  };
}

function results(round: number): MessageFrom<"machine">[] {
  const order = BigInt(1 + round % ORDERS);
  return [
    {
      word: "reussi",
      args: { order, attempt: 1, version: "6.6.6", note: "hostile" },
    },
    {
      word: "rate",
      args: { order, attempt: 1, reason: "hash", note: "hostile" },
    },
  ];
}

/** True when the server sent the package to this key in this name. */
async function fetches(
  { signer }: Guise,
  machine: Uint8Array,
  stage: AsMachineStage,
): Promise<boolean> {
  const client = new SipClient({
    ...realHost(),
    limits: SIP_LIMITS,
    identity: { key: signer, machine },
  });
  const directory = await Deno.makeTempDir({ prefix: "flottille-hostile-" });
  const got = await client.downloadPackage({
    server: {
      address: { hostname: stage.server.ip, port: SIP },
      certificatePem: stage.certificate,
      certificateHash: sha256(derOf(stage.certificate)),
      session: random(8),
    },
    sha256: stage.wanted,
    size: stage.size,
    partPath: `${directory}/stolen`,
  });
  const stolen = await Deno.stat(`${directory}/stolen`).catch(() => null);
  client.close();
  await Deno.remove(directory, { recursive: true });
  return got.ok || (stolen !== null && stolen.size > 0);
}

function derOf(pem: string): Uint8Array {
  const base64 = pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
