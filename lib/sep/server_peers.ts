/**
 * What the server's SeP remembers of each machine between two conversations:
 * key, address, session. Memory only: after a restart of the server every
 * machine is discovered anew (C-14).
 *
 * @module
 */

import type { Address } from "../host/datagrams.ts";
import { fromHex } from "../trust/bytes.ts";
import { showMachine } from "../trust/keys.ts";
import type { MachineId, ServerHooks } from "./server_api.ts";
import type { Session } from "./session.ts";

/** One machine, as SeP knows it. */
export interface Peer {
  readonly id: MachineId;
  readonly machine: Uint8Array;
  readonly publicKey: Uint8Array;
  address: Address;
  session: Session | null;
  /** False while the machine is pending: its session carries discovery only. */
  admitted: boolean;
  /** The key of the discovery under way: one at a time for each machine. */
  discovery: string | null;
  /** When its last 1b, our last rediscovery, our last refusal began. */
  calledAtMs: number;
  rediscoveredAtMs: number;
  refusedAtMs: number;
}

/** Machines remembered; the one heard longest ago is forgotten beyond it. */
export const PEERS_MAX = 50_000;

/** All machines that were heard since the start, or that the registry knows. */
export class Peers {
  readonly #hooks: Pick<ServerHooks, "addressOf" | "keyOf">;
  readonly #all = new Map<MachineId, Peer>();

  constructor(hooks: Pick<ServerHooks, "addressOf" | "keyOf">) {
    this.#hooks = hooks;
  }

  get(id: MachineId): Peer | null {
    return this.#all.get(id) ?? this.#recall(id);
  }

  /** The key a message of this machine must be signed with. */
  keyOf(id: MachineId): Uint8Array | null {
    return this.#all.get(id)?.publicKey ?? this.#hooks.keyOf(id);
  }

  /**
   * The machine of a verified message; made when it is new. The address is
   * that of a machine nobody knows: of another, what was learnt counts (C-11).
   */
  meet(id: MachineId, publicKey: Uint8Array, address: Address): Peer {
    return this.get(id) ?? this.#make(id, publicKey, address);
  }

  #make(id: MachineId, publicKey: Uint8Array, address: Address): Peer {
    const machine = fromHex(id);
    if (machine === null) throw new TypeError(`"${id}" names no machine`);
    const peer: Peer = {
      id,
      machine,
      publicKey: publicKey.slice(),
      address,
      session: null,
      admitted: false,
      discovery: null,
      calledAtMs: -Infinity,
      rediscoveredAtMs: -Infinity,
      refusedAtMs: -Infinity,
    };
    this.#all.set(id, peer);
    this.#evict();
    return peer;
  }

  /** A machine that the registry knows and that was not heard yet. */
  #recall(id: MachineId): Peer | null {
    const address = this.#hooks.addressOf(id);
    const publicKey = this.#hooks.keyOf(id);
    if (address === null || publicKey === null) return null;
    return this.#make(id, publicKey, address);
  }

  #evict(): void {
    if (this.#all.size <= PEERS_MAX) return;
    for (const [oldest, { session }] of this.#all) {
      if (session !== null) continue;
      this.#all.delete(oldest);
      return;
    }
  }
}

/** The name of a machine from the 16 bytes of a header. */
export function machineId(machine: Uint8Array): MachineId {
  return showMachine(machine);
}
