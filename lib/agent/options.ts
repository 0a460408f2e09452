/**
 * What an agent can be told at its start, and its defaults.
 *
 * @module
 */

import { SEP_PORT } from "../sep/limits.ts";
import type { Spared } from "./person/sparing.ts";

export interface AgentOptions {
  /** The join file; needed at the first start only. */
  readonly joinPath?: string;
  /** Keys, journal, downloads: 0700, the agent's own. */
  readonly stateDirectory: string;
  /** Where programs are installed. */
  readonly programsDirectory: string;
  /** Where the programs' commands are linked; null: nowhere. */
  readonly commandsDirectory: string | null;
  /**
   * The root of the system whose package manager is used; empty: this one. For
   * tests, which must not change the machine that they run on.
   */
  readonly nativeRoot: string;
  /**
   * The file that the machine's service starts, which an update of the agent
   * replaces; null: not known, and the agent does not update itself.
   */
  readonly executable: string | null;
  /** The literal address to bind; `0.0.0.0` for all. */
  readonly address: string;
  readonly sepPort: number;
  /** Broadcast addresses to call; empty: those of the interfaces. */
  readonly broadcast: readonly string[];
  /** A broadcast address to hear on a second socket; empty: none. */
  readonly sharedBroadcastAddress: string;
  /** `host` or `host:port`, besides those of the join file. */
  readonly servers: readonly string[];
  readonly pingEverySeconds: number;
  /** Null: a random part of `FIRST_PING_MS_MAX`. */
  readonly firstPingAfterSeconds: number | null;
  readonly dpkgStatusPath: string;
  /** What changes of programs wait for, besides an exam. */
  readonly spared: readonly Spared[];
}

/** What holds where the person who starts the agent says nothing. */
export const AGENT_DEFAULTS: AgentOptions = {
  stateDirectory: "/var/lib/flottille-agent",
  programsDirectory: "/opt/flottille",
  commandsDirectory: "/usr/local/bin",
  nativeRoot: "",
  executable: null,
  address: "0.0.0.0",
  sepPort: SEP_PORT,
  broadcast: [],
  sharedBroadcastAddress: "",
  servers: [],
  pingEverySeconds: 60,
  firstPingAfterSeconds: null,
  dpkgStatusPath: "/var/lib/dpkg/status",
  spared: ["use"],
};

/**
 * When the power comes back, all machines of a building start in the same
 * second; their first pings are spread over this time, so that a server hears
 * no more than 2,000 a second of 10,000 machines (F-10).
 */
export const FIRST_PING_MS_MAX = 5_000;
