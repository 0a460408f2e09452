/**
 * How a server is started, and what a running one shows of itself.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import type { Log } from "../host/log.ts";
import type { Store } from "./store/store.ts";

/** How a server is started. */
export interface RunServerOptions {
  readonly host: Host;
  readonly configPath: string;
  readonly log: Log;
  /**
   * The environment of the process: refused when it widens the trust in
   * certificates (K-14). Not looked at when absent.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The number of the process, for `data/api.json`. */
  readonly pid?: number;
  /** Opens the store at its path; absent: in SQLite. */
  readonly openStore?: (path: string) => Promise<Store>;
}

/** A server that runs. */
export interface RunningServer {
  /** Where the local API is, on 127.0.0.1. */
  readonly apiPort: number;
  /** base64url of the fleet's 8 bytes. */
  readonly fleet: string;
  /** Resolves when the server has stopped, whoever stopped it. */
  readonly ended: Promise<void>;
  /** Stops in order; may be called several times. */
  stop(): Promise<void>;
}
