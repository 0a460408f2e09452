/**
 * The door for Prometheus: `GET /metrics` on an address of the owner's choice,
 * closed unless he opens it. It tells how many machines are in which state,
 * never which; whoever reaches the address may read it.
 *
 * @module
 */

import type { Http, HttpServer } from "../../host/http.ts";
import { sentenceOf } from "../../host/log.ts";
import type { ServerConfig } from "../config/config.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";

/**
 * Opens it; null when the config has no port for it.
 *
 * @throws {Error} when the port is in use, naming the option.
 */
export function openMetrics(
  { http, config: { metrics, path }, page }: {
    readonly http: Pick<Http, "serve">;
    readonly config: Pick<ServerConfig, "metrics" | "path">;
    page(): string;
  },
): HttpServer | null {
  const { address, port } = metrics;
  if (port === 0) return null;
  try {
    return http.serve(
      { hostname: address, port },
      (request) => answer(request, page),
    );
  } catch (error) {
    throw new Error(
      `Cannot open the metrics on ${address}:${port}: ${sentenceOf(error)}; ` +
        `the address and the port are metrics.address and metrics.port in ` +
        `"${path}"`,
      { cause: error },
    );
  }
}

function answer({ method, url }: Request, page: () => string): Response {
  const { pathname } = new URL(url);
  if (pathname !== "/metrics") {
    return new Response("The metrics are at /metrics\n", { status: 404 });
  }
  if (method !== "GET" && method !== "HEAD") {
    return new Response("The metrics can only be read\n", { status: 405 });
  }
  return new Response(page(), { headers: { "content-type": EXPOSITION_TYPE } });
}
