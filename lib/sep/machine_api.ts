/**
 * What the agent's house asks of SeP, and what SeP asks of the agent's house.
 * Types only.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { Delegation } from "../trust/delegation.ts";
import type { KeyPair } from "../trust/keys.ts";
import type { InstallOrder, OrderResult, RemovalOrder } from "./server_api.ts";

/** What a machine says of itself in `[identifie]`. */
export interface SelfFacts {
  readonly macs: readonly string[];
  readonly hostName: string;
  readonly system: string;
  readonly architecture: string;
  readonly agentVersion: string;
}

/** How a conversation that the agent began has ended. */
export type MachineOutcome =
  | { readonly kind: "lost"; readonly awaited: string }
  | { readonly kind: "no-session" }
  /** 2b: the server knows our session. */
  | { readonly kind: "alive" }
  /** 1b: we have a session; a pending one carries no orders. */
  | { readonly kind: "session"; readonly accepted: boolean }
  | { readonly kind: "refused"; readonly reason: string }
  /** 5: send the list, or do not. */
  | { readonly kind: "list"; readonly upload: boolean };

/** What the server answered at the end of a discovery, either way. */
export type Standing =
  | { readonly kind: "accepted" }
  | { readonly kind: "pending"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

/** Where the server is, and how SiP reaches it. */
export interface ServerContact {
  readonly sep: Address;
  /** Null until a ping of the server told it. */
  readonly sip: Address | null;
  /** DER; null until an `[identifiant]` brought it. */
  readonly certificate: Uint8Array | null;
  /** The 8 bytes for SiP's proof; null when there is no session. */
  readonly session: Uint8Array | null;
}

/** The agent's house, as SeP sees it. */
export interface MachineHooks {
  self(): SelfFacts;
  /** The enrolment secret, as long as the join file still holds it. */
  enrolment(): { readonly id: Uint8Array; readonly secret: Uint8Array } | null;
  /** The key that this machine had before it was told to make another. */
  formerKey?(): KeyPair | null;
  /** The newest delegation we hold. */
  delegation(): Delegation;
  /** A newer one that the server showed and the fleet's key signed. */
  delegationShown(delegation: Delegation): void;
  /** The highest epoch heard so far, over restarts. */
  epoch(): bigint;
  epochHeard(epoch: bigint): void;
  publishersVersionHeard(version: number): void;
  /** Any verified word of the server: it is alive. */
  serverHeard(contact: ServerContact): void;
  standing(standing: Standing): void;
  /** 3. */
  owns(
    name: string,
    version: string,
    only: "ieo" | null,
  ): Promise<boolean>;
  /**
   * 4: the hash of the present list, 32 bytes.
   *
   * @param libraries Sources of libraries that the server wants in it.
   */
  list(libraries: readonly string[]): Promise<Uint8Array>;
  /** 4: the server wants the list that `list` named. */
  upload(): void;
  /** 6, 8. Repeats a recorded result, with its note, without acting. */
  install(order: InstallOrder): Promise<OrderResult>;
  /** 7. */
  remove(order: RemovalOrder): Promise<OrderResult>;
  /** A second server with our delegation and another epoch (C-13). */
  conflict(epoch: bigint, from: Address): void;
}
