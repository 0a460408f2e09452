/**
 * One machine, as the store keeps it. The identity is the key's hash; MAC
 * addresses and names are what people recognise (N-05, N-07, N-08).
 *
 * @module
 */

import type { Address } from "../../host/datagrams.ts";
import type { MachineId } from "../../sep/server_api.ts";

/** Who decides about a machine that proves the secret. */
export type EnrolmentMode = "auto" | "manual";

/** What the store holds of a machine. */
export type MachineStatus = "approved" | "pending" | "revoked";

/** What is known of a machine for good. Words of its own are cleaned before. */
export interface MachineRecord {
  readonly id: MachineId;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Unique in the fleet whatever the case; the owner may change it. */
  readonly name: string;
  readonly hostName: string;
  readonly macs: readonly string[];
  readonly system: string;
  readonly architecture: string;
  readonly agentVersion: string;
  /** Where it was heard last; null when never. */
  readonly address: Address | null;
  readonly status: MachineStatus;
  /**
   * The machine whose key vouched for this one's, which was in two places; and
   * who is revoked with it. Absent: none, or the owner has approved it since.
   */
  readonly clonedFrom?: MachineId | undefined;
  /** On the wall clock. */
  readonly firstSeenMs: number;
  /** On the wall clock; null when it was not heard since its enrolment. */
  readonly lastSeenMs: number | null;
}
