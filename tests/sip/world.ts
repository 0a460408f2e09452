/**
 * A small world for SiP on real sockets of loopback: a server with a house of
 * its own, machines that it knows, and peers on either side that do not keep
 * to the rules.
 */

import { assertEquals } from "@std/assert";
import {
  type CertificatePair,
  makeCertificate,
} from "../../lib/host/certificate.ts";
import type { Address } from "../../lib/host/datagrams.ts";
import { realRandomness } from "../../lib/host/real_randomness.ts";
import { realStreams } from "../../lib/host/real_streams.ts";
import type { SecureListener } from "../../lib/host/streams.ts";
import { SipClient, type SipServer } from "../../lib/sip/client.ts";
import type { SipNote } from "../../lib/sip/doors.ts";
import { hear, type Heard } from "../../lib/sip/exchange.ts";
import { SIP_LIMITS, type SipLimits } from "../../lib/sip/limits.ts";
import { Line } from "../../lib/sip/line.ts";
import { serveSip, type SipService } from "../../lib/sip/serve.ts";
import { sha256 } from "../../lib/trust/bytes.ts";
import { TestHouse } from "./test_house.ts";
import { clock, disk, type TestMachine } from "./things.ts";

export const ANY: Address = { hostname: "127.0.0.1", port: 0 };
const randomness = realRandomness();
const streams = realStreams();

/** The certificate of every honest server of this process. */
export const certificate: CertificatePair = await makeCertificate();
export const certificateHash = sha256(certificate.certificateDer);

export interface World extends AsyncDisposable {
  readonly house: TestHouse;
  readonly service: SipService;
  readonly address: Address;
  readonly notes: SipNote[];
  readonly directory: string;
  /** The next note that fits, those of the past included. */
  noted(fits: (note: SipNote) => boolean): Promise<SipNote>;
  server(machine: TestMachine): SipServer;
  /** Stops the server and starts another on the same port. */
  restart(): Promise<void>;
}

/** A server with an empty house. */
export async function makeWorld(
  limits: Partial<SipLimits> = {},
): Promise<World> {
  const directory = await Deno.makeTempDir();
  const house = new TestHouse(directory);
  const notes: SipNote[] = [];
  let wake = () => {};
  const start = (at: Address) => {
    const listener = listen(at);
    const service = serveSip({
      listener,
      certificateHash,
      clock,
      randomness,
      limits: { ...SIP_LIMITS, ...limits },
      doors: house,
      log: (note) => {
        notes.push(note);
        wake();
      },
    });
    return { service, address: listener.address };
  };
  let running = start(ANY);
  return {
    house,
    notes,
    directory,
    address: running.address,
    get service() {
      return running.service;
    },
    async noted(fits) {
      for (;;) {
        const found = notes.find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    server: (machine) => serverAt(running.address, machine),
    async restart() {
      const { address, service } = running;
      service.close();
      running = await asSoonAsFree(() => start(address));
    },
    async [Symbol.asyncDispose]() {
      running.service.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** The runtime gives a port back a moment after its listener is closed. */
async function asSoonAsFree<T>(open: () => T): Promise<T> {
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A server that knows this machine. */
export async function knowing(
  machine: TestMachine,
  limits: Partial<SipLimits> = {},
): Promise<World> {
  const world = await makeWorld(limits);
  world.house.know(machine);
  return world;
}

/** The server still does its work for this machine. */
export async function served(
  world: World,
  machine: TestMachine,
): Promise<void> {
  const server = world.server(machine);
  const outcome = await makeClient(machine).fetchPublishers({ server });
  assertEquals(outcome, { ok: true, value: world.house.publishersList });
}

/** The honest server's certificate, or another one. */
export function listen(at: Address, pair = certificate): SecureListener {
  return streams.listen({
    at,
    certificatePem: pair.certificatePem,
    privateKeyPem: pair.privateKeyPem,
    handshakeDeadlineMs: SIP_LIMITS.handshakeMsMax,
    handshakesMax: SIP_LIMITS.handshakesMax,
  });
}

export function serverAt(
  address: Address,
  { session }: TestMachine,
): SipServer {
  return {
    address,
    certificatePem: certificate.certificatePem,
    certificateHash,
    session,
  };
}

/** An honest client. */
export function makeClient(
  machine: TestMachine,
  limits: Partial<SipLimits> = {},
): SipClient {
  return new SipClient({
    streams,
    disk,
    clock,
    limits: { ...SIP_LIMITS, ...limits },
    identity: machine,
  });
}

/** A bare connection to a server, for a client that keeps to no rule. */
export async function dial(to: Address): Promise<Line> {
  const stream = await streams.connect({
    to,
    certificatePem: certificate.certificatePem,
    deadlineMs: 10_000,
  });
  return new Line(stream, clock, SIP_LIMITS);
}

/** A server whose every connection is played by `act`, after the request. */
export function playServer(
  machine: TestMachine,
  act: (line: Line, heard: Heard) => Promise<void>,
): Disposable & { readonly server: SipServer } {
  const listener = listen(ANY);
  void (async () => {
    for await (const stream of listener.accept()) {
      const line = new Line(stream, clock, SIP_LIMITS);
      const heard = await hear(line, {
        nonce: randomness.bytes(32),
        certificateHash,
        keyOf: () => machine.key.publicKey,
        limits: SIP_LIMITS,
      });
      if (heard.ok) await act(line, heard.value);
      line.close();
    }
  })();
  return {
    server: serverAt(listener.address, machine),
    [Symbol.dispose]: () => listener.close(),
  };
}
