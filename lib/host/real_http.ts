/**
 * HTTP by the runtime's own server and client. The server says nothing of
 * itself; the client never goes through a proxy, whatever the environment
 * holds (K-14).
 *
 * @module
 */

import type { Http, HttpServer } from "./http.ts";

/** The HTTP of this machine. */
export function realHttp(): Http {
  return { serve, fetch: fetchDirectly };
}

const serve: Http["serve"] = (at, handler): HttpServer => {
  const server = Deno.serve({
    hostname: at.hostname,
    port: at.port,
    onListen() {}, // The runtime would print a line of its own.
    onError: () => new Response("Internal error", { status: 500 }),
  }, handler);
  const { hostname, port } = server.addr;
  return { address: { hostname, port }, stop: () => server.shutdown() };
};

/**
 * The client takes HTTP_PROXY and its like from the environment unless it is
 * given a proxy of its own. A `tcp` one is no proxy at all: it only says where
 * to connect, and that is the server itself.
 */
const fetchDirectly: Http["fetch"] = async (url, init) => {
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== "http:") {
    throw new TypeError(`Cannot fetch "${url}": only http: is spoken here`);
  }
  const client = Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: Number(port || 80) },
  });
  try {
    // A redirect would be followed to the same socket, whatever its address.
    return await fetch(url, { redirect: "manual", ...init, client });
  } finally {
    client.close();
  }
};
