/**
 * What an agent says of itself, to the person at its machine.
 *
 * @module
 */

import type { ListedProgram, ListFault } from "../peo/program.ts";

/** Where the machine stands with its fleet. */
export type Membership =
  /** No server has answered yet. */
  | "searching"
  | "accepted"
  /** The owner has not approved it yet. */
  | "pending"
  | "refused";

export interface AgentStatus {
  /** The machine's identifier, 32 characters. */
  readonly machine: string;
  readonly hostName: string;
  readonly agentVersion: string;
  readonly membership: Membership;
  /** A short word from the server: why it is pending or refused. */
  readonly reason: string;
  /** `a.b.c.d:port`; null until a server was heard. */
  readonly server: string | null;
  /** Seconds since the server was last heard; null: never. */
  readonly heardSecondsAgo: number | null;
  /** The order that is being carried out; null: none. */
  readonly doing: string | null;
  /** Datagrams that the gate dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly programs: readonly {
    readonly name: string;
    readonly version: string;
    /** The version that `rollback` goes back to; null when none is kept. */
    readonly kept: string | null;
  }[];
}

/** What `send-list` answers. */
export interface SendListAnswer {
  /** `sent`, `unchanged`, or why not. */
  readonly outcome: "sent" | "unchanged" | "failed";
  /** A sentence, when it failed. */
  readonly because?: string;
}

/** What `list` answers. */
export interface ListAnswer {
  readonly sha256: string;
  readonly programs: readonly ListedProgram[];
  readonly faults: readonly ListFault[];
}

/** This program's version, as `[identifie]` and `--version` tell it. */
export const AGENT_VERSION = "0.1.0";
