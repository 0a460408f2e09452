/**
 * Where machines are woken: magic packets to the MAC addresses that discovery
 * knows, on every network that the server calls machines on. Nobody answers
 * such a packet; that a machine is awake is seen when it is heard.
 *
 * @module
 */

import type { Address, Datagrams } from "../../host/datagrams.ts";
import { type Clock, sleep } from "../../host/clock.ts";
import type { MachineId } from "../../sep/server_api.ts";
import type { Selection } from "../groups/selection.ts";
import type { Registry } from "../machines/registry.ts";
import type { WokenView } from "../shapes/wake_schema.ts";
import { magicPacket, WAKE_PORT } from "./magic_packet.ts";

/** What the desk needs. */
export interface WakeDeskOptions {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly registry: Pick<Registry, "records" | "stateOf">;
  readonly selection: Pick<Selection, "demand">;
  /** The addresses that machines are called on. */
  targets(): readonly Address[];
}

/** A room whose computers all start at once blows its fuse. */
const PACKETS_AT_ONCE = 16;
const PAUSE_MS = 100;

/** A packet can be lost, and nobody would tell. */
const TIMES = 3;

/** Wakes machines. */
export class WakeDesk {
  readonly #options: WakeDeskOptions;

  constructor(options: WakeDeskOptions) {
    this.#options = options;
  }

  /** @throws {ApiFault} when a WHERE means nobody. */
  async wake(on: readonly string[]): Promise<WokenView[]> {
    const { registry, selection } = this.#options;
    const welcome = registry.records().filter(({ status }) =>
      status !== "revoked"
    );
    const meant = await selection.demand(welcome, on);
    const woken = meant.map(({ id, name, macs }): WokenView => ({
      ...{ id, name },
      // Who is awake needs no waking.
      macs: registry.stateOf(id) === "alive" ? [] : [...macs],
      isAwake: registry.stateOf(id) === "alive",
    }));
    await this.#send(woken.flatMap(({ macs }) => macs));
    return woken;
  }

  /** Of these the ones that are off; whoever has no address stays asleep. */
  async wakeMachines(machines: readonly MachineId[]): Promise<void> {
    const { registry } = this.#options;
    const meant = new Set(machines);
    const off = registry.records().filter(({ id }) =>
      meant.has(id) && registry.stateOf(id) !== "alive"
    );
    await this.#send(off.flatMap(({ macs }) => macs));
  }

  async #send(macs: readonly string[]): Promise<void> {
    const { clock, datagrams } = this.#options;
    const packets = macs.flatMap((mac) => magicPacket(mac) ?? []);
    if (packets.length === 0) return;
    const targets = new Set(this.#options.targets().map((to) => to.hostname));
    const socket = datagrams.open({ hostname: "0.0.0.0", port: 0 });
    try {
      for (const [at, packet] of packets.entries()) {
        if (at > 0 && at % PACKETS_AT_ONCE === 0) await sleep(clock, PAUSE_MS);
        for (const hostname of targets) {
          for (let time = 0; time < TIMES; time++) {
            await socket.send(packet, { hostname, port: WAKE_PORT });
          }
        }
      }
    } finally {
      socket.close();
    }
  }
}
