/**
 * TLS by the runtime, with one certificate in place of an authority.
 *
 * What makes the pin hold: `caCerts` only adds to the built-in roots, so the
 * name asked for is one that no public authority can sign, and checking it is
 * never switched off. Who calls compares the certificate's hash with the
 * delegation before it comes here.
 *
 * @module
 */

import type { SecureStream, SecureStreams } from "./streams.ts";
import { CERTIFICATE_NAME } from "./streams.ts";
import { showAddress } from "./datagrams.ts";
import { listen } from "./real_listener.ts";
import { denoStream } from "./deno_stream.ts";

/** The TLS of this machine. */
export function realStreams(): SecureStreams {
  return { connect, listen };
}

type ConnectOptions = Parameters<SecureStreams["connect"]>[0];

async function connect(options: ConnectOptions): Promise<SecureStream> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.deadlineMs);
  try {
    return await connectUntil(late.signal, options);
  } catch (cause) {
    const why = late.signal.aborted
      ? `no answer within ${options.deadlineMs} ms`
      : explain(cause);
    throw new Error(`Cannot connect to ${showAddress(options.to)}: ${why}`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function connectUntil(
  late: AbortSignal,
  { to, certificatePem }: ConnectOptions,
): Promise<SecureStream> {
  const tcp = await Deno.connect({ ...to, signal: late });
  tcp.setNoDelay(true); // Else each connection waits 44 ms in Nagle's queue.
  const tls = await Deno.startTls(tcp, {
    hostname: CERTIFICATE_NAME,
    caCerts: [certificatePem],
  });
  const stream = denoStream(tls);
  late.addEventListener("abort", stream.close);
  try {
    if (late.aborted) throw late.reason;
    await tls.handshake();
    return stream;
  } catch (error) {
    stream.close();
    throw error;
  } finally {
    late.removeEventListener("abort", stream.close);
  }
}

/** What the runtime's errors of a connection mean, in our words. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/CaUsedAsEndEntity/, "the certificate shown is an authority's"],
  [/NotValidForName|not valid for name/i, "the certificate bears another name"],
  [/Expired|NotValidYet/, "the certificate is not valid at this time"],
  [/invalid peer certificate/i, "the certificate shown is not the server's"],
  [/corrupt message/i, "what answers there does not speak TLS"],
  [/eof|reset/i, "the connection was cut"],
  [/refused/i, "nothing listens there"],
  [/unreachable|no route/i, "there is no way to it"],
];

function explain(cause: unknown): string {
  const found = cause instanceof Error
    ? `${cause.name}: ${cause.message}`
    : String(cause);
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(found));
  return known === undefined ? found : `${known[1]} (${found})`;
}
