/**
 * What SiP may have of the house: the doors between `lib/sip/` and the
 * server's parts.
 *
 * @module
 */

import type { MachineId } from "../sep/server_api.ts";
import type { SipDoors } from "../sip/doors.ts";
import { equalBytes } from "../trust/bytes.ts";
import type { Catalogue } from "./programs/catalogue.ts";
import type { Lists } from "./lists/lists.ts";
import type { Downgrades } from "./programs/downgrades.ts";
import type { Transfers } from "./orders/transfers.ts";
import type { Registry } from "./machines/registry.ts";

/** Who answers behind the doors. */
export interface DoorsOptions {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly downgrades: Pick<Downgrades, "find">;
  readonly lists: Lists;
  readonly transfers: Transfers;
  /** The publishers' list, as it is signed. */
  readonly publishers: Uint8Array;
  /** The present session of a machine on SeP. */
  sessionOf(machine: MachineId): Uint8Array | null;
  /** Bytes of this machine move. */
  touch(machine: MachineId): void;
}

/** The doors, as SiP knows them. */
export function makeDoors(options: DoorsOptions): SipDoors {
  const { registry, catalogue, downgrades, lists, publishers } = options;
  return {
    machine(id, session) {
      const record = registry.get(id);
      const present = options.sessionOf(id);
      const isWelcome = record?.status === "approved" && present !== null &&
        equalBytes(present, session);
      return isWelcome ? record.publicKey : null;
    },
    moved: (id) => options.touch(id),
    sent: (id, sha256, bytes) => options.transfers.sent(id, sha256, bytes),
    package: (sha256) => catalogue.open(sha256),
    publishers: () => publishers,
    downgrade(sha256) {
      const program = catalogue.get(sha256);
      return program && downgrades.find(program.name, program.version);
    },
    receiveList: (id, offer) => lists.receive(id, offer),
  };
}
