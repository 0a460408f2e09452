/**
 * HTTP for the local API: one server on loopback, and the client that the
 * command line uses to reach it.
 *
 * @module
 */

import type { Address } from "./datagrams.ts";

export interface HttpServer {
  readonly address: Address;
  /** Answers what is under way, takes nothing new, then resolves. */
  stop(): Promise<void>;
}

export interface Http {
  /** @throws {Deno.errors.AddrInUse} when the address is taken. */
  serve(
    at: Address,
    handler: (request: Request) => Response | Promise<Response>,
  ): HttpServer;
  /** As the platform's `fetch`, but no proxy is ever used. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
}
