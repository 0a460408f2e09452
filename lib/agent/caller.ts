/**
 * The agent's own voice: pings the server it knows, or calls for one on every
 * network, in the rhythm of `rhythm.ts` (flows 1b and 2b).
 *
 * @module
 */

import type { Cancel } from "../host/clock.ts";
import type { Address } from "../host/datagrams.ts";
import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import { SEP_PORT } from "../sep/limits.ts";
import type { MachineEndpoint } from "../sep/machine_endpoint.ts";
import { parseServerAddress } from "../trust/server_address.ts";
import { type AgentOptions, FIRST_PING_MS_MAX } from "./options.ts";
import { afterPing, RHYTHM_START } from "./rhythm.ts";

export interface CallerOptions {
  readonly host: Pick<Host, "clock" | "randomness" | "machine" | "names">;
  readonly options: AgentOptions;
  /** `host` or `host:port`, of the join file. */
  readonly servers: () => readonly string[];
  readonly endpoint: Pick<MachineEndpoint, "ping" | "contact">;
  readonly log: Log;
}

const RESOLVE_MS = 3_000;

/** Calls until it is stopped. */
export class Caller {
  readonly #options: CallerOptions;
  #rhythm = RHYTHM_START;
  #cancel: Cancel = () => {};
  #stopped = false;

  constructor(options: CallerOptions) {
    this.#options = options;
    const { host, options: { firstPingAfterSeconds } } = options;
    const firstMs = firstPingAfterSeconds === null
      ? host.randomness.fraction() * FIRST_PING_MS_MAX
      : firstPingAfterSeconds * 1_000;
    this.#after(firstMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #after(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.host.clock.after(ms, () => void this.#call());
  }

  async #call(): Promise<void> {
    const { endpoint, host, options, log } = this.#options;
    const to = await this.#targets();
    const outcome = await endpoint.ping(to);
    if (this.#stopped) return;
    const before = this.#rhythm;
    const { rhythm, nextMs } = afterPing(before, outcome, {
      pingEveryMs: options.pingEverySeconds * 1_000,
      fraction: host.randomness.fraction(),
    });
    this.#rhythm = rhythm;
    if (before.known && !rhythm.known && outcome.kind === "lost") {
      log("warning", "The server does not answer: it is off or unreachable", {
        unanswered: rhythm.unanswered,
      });
    }
    this.#after(nextMs);
  }

  /** The server we know; else all that were named, and every network. */
  async #targets(): Promise<readonly Address[]> {
    const { endpoint, options, servers, log } = this.#options;
    const known = endpoint.contact;
    if (this.#rhythm.known && known !== null) return [known.sep];
    const named = await Promise.all(
      [...options.servers, ...servers()].map((text) => this.#resolve(text)),
    );
    const port = options.sepPort;
    const everyone = this.#broadcasts().map((hostname) => ({ hostname, port }));
    const targets = [...named.flat(), ...everyone];
    log("debug", "Calling for a server", { addresses: targets.length });
    return targets;
  }

  async #resolve(text: string): Promise<Address[]> {
    const server = parseServerAddress(text);
    if (server === null) return [];
    const found = await this.#options.host.names.resolve(
      server.host,
      RESOLVE_MS,
    );
    const port = server.port ?? SEP_PORT;
    return found.map((hostname) => ({ hostname, port }));
  }

  #broadcasts(): readonly string[] {
    const { options: { broadcast }, host } = this.#options;
    if (broadcast.length > 0) return broadcast;
    const all = host.machine.facts().interfaces;
    return all.filter(({ loopback }) => !loopback).map((one) => one.broadcast);
  }
}
