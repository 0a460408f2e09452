/**
 * What the server's house asks of SeP, and what SeP asks of the server's
 * house. Types only: the flows as values.
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import type { Reason } from "./reasons.ts";

/** The 16 bytes of a machine in hexadecimal: 32 characters. */
export type MachineId = string;

/** What an `[install]` orders. */
export interface InstallOrder {
  readonly order: bigint;
  /** Raised only after a `[rate]`; the pair is done at most once. */
  readonly attempt: number;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of `A.ieo`, in hexadecimal. */
  readonly sha256: string;
  /** Bytes of `A.ieo`. */
  readonly size: number;
  /**
   * Go back to the version that the machine keeps beside the one in use,
   * without a download; `version` may be `*` then, `sha256` and `size` zero.
   */
  readonly how?: "retour";
}

/** What a `[suppression]` orders. */
export interface RemovalOrder {
  readonly order: bigint;
  readonly attempt: number;
  readonly name: string;
  /** `*`: whichever version is there. */
  readonly version: string;
}

/** How an order ended on a machine: what `[reussi]` and `[rate]` carry. */
export interface OrderResult {
  /** Null: `[reussi]`. */
  readonly reason: Reason | null;
  /** The version in use after it; empty when none is, or it failed. */
  readonly version: string;
  /** For the operator, lines parted by `\n`; empty when there is nothing. */
  readonly note: string;
}

/** A conversation that the server wants, named by its first word. */
export type Opening =
  /** 2a with one machine; 1a when it does not know our session. */
  | { readonly word: "ping" }
  /** 3; with `orElse`, 3 then 6 when the answer is `[non]`. */
  | {
    readonly word: "possede";
    readonly name: string;
    readonly version: string;
    /**
     * Ask about what Flottille installed only; else any program of the
     * machine's list with that very name counts too.
     */
    readonly only?: "ieo";
    readonly orElse: InstallOrder | null;
    /** How long `[reussi]` may take after `orElse`, in milliseconds. */
    readonly deadlineMs?: number;
  }
  /** 4. */
  | {
    readonly word: "dliste";
    /** Of the list we hold, in hexadecimal; empty when there is none. */
    readonly sha256: string;
    /** Which sources of libraries the list shall hold: `npm`, `pip`. */
    readonly libraries?: readonly string[];
  }
  /** 6 and 8. */
  | {
    readonly word: "install";
    readonly order: InstallOrder;
    readonly deadlineMs: number;
  }
  /** 7. */
  | {
    readonly word: "suppression";
    readonly order: RemovalOrder;
    readonly deadlineMs: number;
  };

/** How it ended. */
export type Outcome =
  /** A timer fired: the word that was awaited and did not come. */
  | { readonly kind: "lost"; readonly awaited: string }
  /** There is no session, or none that carries orders (pending machine). */
  | { readonly kind: "no-session" }
  | { readonly kind: "alive" }
  | { readonly kind: "session" }
  | { readonly kind: "refused" }
  | { readonly kind: "owned" }
  | { readonly kind: "missing" }
  /** `version` is the one in use now; empty after a removal. */
  | { readonly kind: "done"; readonly version: string; readonly note: string }
  | { readonly kind: "failed"; readonly reason: Reason; readonly note: string }
  | { readonly kind: "list"; readonly coming: boolean };

/** One network that a round's ping goes to. */
export interface RoundTarget {
  /** A broadcast address, or one machine's. */
  readonly to: Address;
  /** Where the machines shall answer, and fetch. */
  readonly sep: Address;
  readonly sip: Address;
}

/** A machine that says who it is; verified, and not yet believed. */
export interface Introduction {
  readonly machine: MachineId;
  readonly publicKey: Uint8Array;
  readonly from: Address;
  readonly macs: readonly string[];
  readonly hostName: string;
  readonly system: string;
  readonly architecture: string;
  readonly agentVersion: string;
  /** The highest epoch of a server that it has heard. */
  readonly epoch: bigint;
  /** Which enrolment secret it claims to hold, base64url; empty: none. */
  readonly enrolmentId: string;
  /** True when it holds this very secret. */
  provesSecret(secret: Uint8Array): boolean;
  /** The machine that it says it was, before it made the key that it has. */
  readonly voucher?: Voucher;
}

/** A machine whose key vouches for another machine's. */
export interface Voucher {
  readonly machine: MachineId;
  /** True when the holder of this public key vouches for the machine. */
  vouches(publicKey: Uint8Array): boolean;
}

/** What the registry makes of it. */
export interface Verdict {
  readonly verdict: "accepte" | "attente" | "refuse";
  /** One short word for the machine's own log; empty when there is none. */
  readonly reason: string;
}

/** A result that came when its conversation was over already (C-19). */
export interface LateResult extends OrderResult {
  readonly order: bigint;
  readonly attempt: number;
}

/** The server's house, as SeP sees it. */
export interface ServerHooks {
  identify(introduction: Introduction): Verdict | Promise<Verdict>;
  /** A message that proves the machine alive, and its address. */
  heard(machine: MachineId, from: Address): void;
  /** A discovery ended well; `accepted` is false while it is pending. */
  opened(machine: MachineId, from: Address, accepted: boolean): void;
  /** 5; `sha256` in hexadecimal. */
  listOffered(
    machine: MachineId,
    sha256: string,
  ): "envoie" | "inchange" | Promise<"envoie" | "inchange">;
  lateResult(machine: MachineId, result: LateResult): void;
  /** The last address known from before this start; null: unknown machine. */
  addressOf(machine: MachineId): Address | null;
  /** The public key of a registered machine. */
  keyOf(machine: MachineId): Uint8Array | null;
  /** One key answered one ping from two places. */
  conflict(machine: MachineId, from: Address): void;
}
