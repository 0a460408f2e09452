/**
 * How far the packages are that are on their way to machines: memory only, of
 * the present run, for whoever looks on.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";

/** A package on its way to a machine. */
export interface Transfer {
  /** Of the package, hex. */
  readonly sha256: string;
  /** Bytes that are there, an earlier, cut transfer's among them. */
  readonly bytes: number;
}

/** The last package that each machine fetched, or fetches. */
export class Transfers {
  readonly #last = new Map<MachineId, Transfer>();

  /** So many bytes of it have gone to the machine. */
  sent(machine: MachineId, sha256: string, bytes: number): void {
    this.#last.set(machine, { sha256, bytes });
  }

  /** The machine has ended an order: what it fetched is no news any more. */
  forget(machine: MachineId): void {
    this.#last.delete(machine);
  }

  /** Bytes of this package that are at the machine; null: it fetched none. */
  bytesOf(machine: MachineId, sha256: string): number | null {
    const last = this.#last.get(machine);
    return last?.sha256 === sha256 ? last.bytes : null;
  }
}
