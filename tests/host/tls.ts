/**
 * What the tests of both ends of TLS share: a certificate, short ways to listen
 * and to connect, and readers to the end.
 */

import { assert, assertRejects } from "@std/assert";
import type { Address } from "../../lib/host/datagrams.ts";
import {
  type CertificatePair,
  makeCertificate,
} from "../../lib/host/certificate.ts";
import { realStreams } from "../../lib/host/real_streams.ts";
import type { SecureListener, SecureStream } from "../../lib/host/streams.ts";

export const ANY = { hostname: "127.0.0.1", port: 0 };
export const streams = realStreams();
export const server = await makeCertificate();

const DEADLINE_MS = 5_000;

export function listen(
  pair: CertificatePair,
  at: Address = ANY,
  limits: { handshakeDeadlineMs?: number; handshakesMax?: number } = {},
): SecureListener {
  return streams.listen({
    at,
    certificatePem: pair.certificatePem,
    privateKeyPem: pair.privateKeyPem,
    handshakeDeadlineMs: DEADLINE_MS,
    handshakesMax: 64,
    ...limits,
  });
}

export function connect(
  to: Address,
  pinned: CertificatePair,
): Promise<SecureStream> {
  return streams.connect({
    to,
    certificatePem: pinned.certificatePem,
    deadlineMs: DEADLINE_MS,
  });
}

export async function refused(
  to: Address,
  pinned: CertificatePair,
  message: RegExp,
): Promise<void> {
  const error = await assertRejects(() => connect(to, pinned), Error);
  assert(message.test(error.message), error.message);
}

export async function serveEach(
  listener: SecureListener,
  serve: (stream: SecureStream) => Promise<void>,
): Promise<void> {
  for await (const stream of listener.accept()) void serve(stream);
}

export async function serveOne(
  listener: SecureListener,
): Promise<SecureStream> {
  for await (const stream of listener.accept()) return stream;
  throw new Error("The listener was closed before a stream came");
}

export async function readAll(
  stream: SecureStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const buffer = new Uint8Array(65_536);
    const count = await stream.read(buffer);
    if (count === null) {
      return new Uint8Array(await new Blob(chunks).arrayBuffer());
    }
    chunks.push(buffer.subarray(0, count));
  }
}

/** Returns when the other side has closed; a TLS alert may come before. */
export async function readToEnd(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1_024);
  for (;;) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return;
  }
}

/**
 * Descriptors of this process, once they are at most `goal` or stay the same
 * for a while: the runtime closes some a moment later.
 */
export async function settledDescriptors(goal: number): Promise<number> {
  let count = Infinity;
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = [...Deno.readDirSync("/proc/self/fd")].length;
    if (now <= goal || (goal === 0 && now === count)) return now;
    count = now;
  }
  return count;
}

export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}
